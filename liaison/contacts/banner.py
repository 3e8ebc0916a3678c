"""The banner of a record that lapsed: it never locks anything, it names what is missing (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.slots import slot_of
from liaison.contacts.gate import state_for
from liaison.contacts.labels import FieldNames
from liaison.web.banners import Banner
from liaison.web.states import Kind


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
