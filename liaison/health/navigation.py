"""The entries of this room in the portal's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.web.navigation import NavigationItem


def sees_incidents(request: HttpRequest) -> bool:
    """Say whether there can be incidents for the reader: staff, and the people of a partner account."""
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    if not isinstance(reader, Identity):
        return False
    if reader.may(Privilege.STAFF_VIEW_INCIDENTS):
        return True
    return reader.account.kind == AccountKind.PARTNER and reader.may(Privilege.VIEW_ACCOUNT)


def sees_contacts(request: HttpRequest) -> bool:
    """Say whether the reader may ask who would be told: it names people of the contact information."""
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    if not isinstance(reader, Identity) or not sees_incidents(request):
        return False
    return reader.may(Privilege.STAFF_VIEW_CONTACTS) or reader.may(Privilege.VIEW_CONTACTS)


ITEMS = (
    NavigationItem(
        key="incidents",
        label=_("Incidents"),
        url_name="incidents",
        icon="bell",
        order=20,
        visible=sees_incidents,
    ),
    NavigationItem(
        key="who_would_be_told",
        label=_("Who would be told?"),
        url_name="who_would_be_told",
        icon="users-group",
        order=30,
        visible=sees_contacts,
    ),
)
