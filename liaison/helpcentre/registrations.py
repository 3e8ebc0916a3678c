"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from django.core.checks import register
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.slots import slot_of
from liaison.helpcentre.checks import check_articles
from liaison.helpcentre.wording import REFUSALS
from liaison.web import wording
from liaison.web.navigation import NavigationGroup, NavigationItem
from liaison.web.navigation import register as add_to_navigation


def register_everything() -> None:
    register(check_articles)
    wording.register(REFUSALS)
    for order, (key, label, icon) in enumerate(_PAGES):
        # Signed in, help stays in the identity slot; footers and error pages lead to the public address.
        add_to_navigation(
            NavigationItem(key, label, key, icon, order, _is_outside, NavigationGroup.HELP, is_public=True)
        )
        add_to_navigation(NavigationItem(f"{key}_in_slot", label, key, icon, order, _is_in_slot, NavigationGroup.HELP))


_PAGES = (("help", _("Help centre"), "lifebuoy"), ("contact_support", _("Contact support"), "message-question"))


def _is_in_slot(request: HttpRequest) -> bool:
    return slot_of(request) is not None


def _is_outside(request: HttpRequest) -> bool:
    return not _is_in_slot(request)
