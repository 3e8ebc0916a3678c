"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db import connection
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import letters
from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.helpcentre.access import may_write
from liaison.helpcentre.checks import check_articles
from liaison.helpcentre.index import bring_up_to_date
from liaison.helpcentre.letters import SUBJECT_KIND, FeedbackLetter
from liaison.helpcentre.suggestions import review_suggestions
from liaison.helpcentre.wording import REFUSALS
from liaison.web import suggestions, wording
from liaison.web.navigation import NavigationGroup, NavigationItem
from liaison.web.navigation import register as add_to_navigation


def register_everything(config: AppConfig) -> None:
    register(check_articles)
    wording.register(REFUSALS)
    letters.register(SUBJECT_KIND, FeedbackLetter())
    # The product migrates whenever it starts; that is when shipped articles can be new.
    post_migrate.connect(_index, sender=config, dispatch_uid="helpcentre.index")
    # Signed in, help stays in the identity slot; footers and error pages lead to the public address. The page for
    # writing an e-mail has no entry: the support page (S1), the gate and articles lead there.
    add_to_navigation(
        NavigationItem("help", _HELP, "help", "lifebuoy", 0, _is_outside, NavigationGroup.HELP, is_public=True)
    )
    add_to_navigation(NavigationItem("help_in_slot", _HELP, "help", "lifebuoy", 0, _is_in_slot, NavigationGroup.HELP))

    for key, label, icon, order in _STAFF:
        shows = _is_writer if key == "help_desk" else _is_staff
        add_to_navigation(NavigationItem(key, label, key, icon, order, shows, NavigationGroup.STAFF))
    suggestions.register(review_suggestions)


_STAFF = (
    ("help_desk", _("Help articles"), "book", 89),
    ("help_answers", _("Answers about help"), "list-details", 90),
)
_TABLE = "helpcentre_passage"
_HELP = _("Help centre")


def _index(**_: Any) -> None:
    # Going back to an older migration leaves nothing to write into.
    if _TABLE in connection.introspection.table_names():
        bring_up_to_date()


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and user.is_staff


def _is_writer(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and user.is_staff and may_write(user)


def _is_in_slot(request: HttpRequest) -> bool:
    return slot_of(request) is not None


def _is_outside(request: HttpRequest) -> bool:
    return not _is_in_slot(request)
