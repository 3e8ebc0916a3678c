"""The entry of this room in the portal's navigation."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.web.navigation import NavigationGroup, NavigationItem


def _sees_own_record(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(user, Identity) and user.account.kind == AccountKind.PARTNER and user.may(Privilege.VIEW_CONTACTS)


ITEM: Final = NavigationItem(
    key="drills",
    label=_("Tests and drills"),
    url_name="drills",
    icon="shield-check",
    order=30,
    visible=_sees_own_record,
    group=NavigationGroup.CONFIGURATION,
)
