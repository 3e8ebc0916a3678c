"""The entries of customers in the portal's navigation: a delegate's own ones, and all for staff."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.delegation import access
from liaison.delegation.recordaccess import reads_records
from liaison.web.navigation import NavigationGroup, NavigationItem


def _sees_customers(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and access.sees_customers(user)


def _reads_records(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and reads_records(user)


ITEMS: Final = (
    NavigationItem("customers", _("My customers"), "customers", "building", 13, _sees_customers),
    NavigationItem(
        "desk_customers", _("Customers"), "desk_customers", "users-group", 1, _reads_records, NavigationGroup.STAFF
    ),
)
