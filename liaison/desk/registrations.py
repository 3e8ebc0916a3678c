"""The staff's entries in the navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.web.navigation import NavigationGroup, NavigationItem, register


def register_everything() -> None:
    register(NavigationItem("desk", _("Accounts"), "desk", "building", 0, _is_staff, NavigationGroup.STAFF))
    register(
        NavigationItem(
            "desk_deliveries",
            _("Deliveries that need somebody"),
            "desk_deliveries",
            "heartbeat",
            10,
            _is_staff,
            NavigationGroup.STAFF,
        )
    )


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and user.is_staff
