"""The banners of a record that lapsed, and of one that nobody confirmed for long: they never lock anything (C3, C7)."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.slots import slot_of
from liaison.contacts.gate import state_for
from liaison.contacts.labels import FieldNames, Moment
from liaison.lib.clock import utc_now
from liaison.web.banners import Banner
from liaison.web.states import Kind


def stale_banner(request: HttpRequest) -> Banner | None:
    """Return the banner for those who can confirm a record that nobody confirmed for 180 days, else None."""
    user = request.user
    if slot_of(request) is None or not isinstance(user, Identity) or not user.may(Privilege.EDIT_CONTACTS):
        return None
    state = state_for(request)
    if state is None or state.has_lapsed or state.is_gated or not state.is_stale(utc_now()):
        return None
    return Banner(
        text=_(
            "Nobody has confirmed for a long time that the contact information still holds. Last confirmed: %(when)s"
        )
        % {"when": Moment(state.confirmed_at)},
        kind=Kind.WARNING,
        link_label=_("Look at it and confirm"),
        address=reverse("contact_information"),
    )


def lapsed_banner(request: HttpRequest) -> Banner | None:
    """Return the banner for the people of an account whose record lacks something again, else None."""
    user = request.user
    if slot_of(request) is None or not isinstance(user, Identity) or not user.may(Privilege.VIEW_CONTACTS):
        return None
    state = state_for(request)
    if state is None or not state.has_lapsed:
        return None
    return Banner(
        text=_("The contact information is not complete any more. Missing: %(fields)s.")
        % {"fields": FieldNames(state.missing)},
        kind=Kind.WARNING,
        link_label=_("Complete contact information"),
        address=reverse("contact_information"),
    )
