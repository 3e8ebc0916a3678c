"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import letters
from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.support.access import handles_interests
from liaison.support.actions.expressing import SUBJECT_KIND
from liaison.support.home import suggest
from liaison.support.letters import InterestLetter
from liaison.support.wording import REFUSALS
from liaison.web import suggestions, wording
from liaison.web.navigation import NavigationGroup, NavigationItem, register


def register_everything() -> None:
    """Fill the registries, once at the start."""
    wording.register(REFUSALS)
    letters.register(SUBJECT_KIND, InterestLetter())
    suggestions.register(suggest)
    register(
        NavigationItem(
            "support", _("Support"), "support", "message-question", 1, _is_outside, NavigationGroup.HELP, is_public=True
        )
    )
    register(
        NavigationItem(
            "support_in_slot", _("Support"), "support", "message-question", 1, _is_in_slot, NavigationGroup.HELP
        )
    )
    register(
        NavigationItem(
            "interests", _("Expressions of interest"), "interests", "users-group", 15, _handles, NavigationGroup.STAFF
        )
    )


def _is_in_slot(request: HttpRequest) -> bool:
    return slot_of(request) is not None


def _is_outside(request: HttpRequest) -> bool:
    return not _is_in_slot(request)


def _handles(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and handles_interests(user)
