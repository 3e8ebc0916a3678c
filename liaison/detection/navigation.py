"""The entry of the rules in the portal's navigation, for staff."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.web.navigation import NavigationGroup, NavigationItem


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(user, Identity) and user.is_staff


ITEM: Final = NavigationItem(
    key="rules",
    label=_("What counts as a problem"),
    url_name="rules",
    icon="list-details",
    order=40,
    visible=_is_staff,
    group=NavigationGroup.STAFF,
)
