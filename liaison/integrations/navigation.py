"""The entries of this room in the portal's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.web.navigation import NavigationGroup, NavigationItem


def is_of_partner(request: HttpRequest) -> bool:
    """Say whether the reader is of a partner account and may see it."""
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return (
        isinstance(reader, Identity)
        and reader.account.kind == AccountKind.PARTNER
        and reader.may(Privilege.VIEW_ACCOUNT)
    )


ITEMS = (
    NavigationItem(
        key="integrations",
        label=_("Integrations"),
        url_name="account_integrations",
        icon="plug-connected",
        order=40,
        group=NavigationGroup.ACCOUNT,
        visible=is_of_partner,
    ),
    NavigationItem(
        key="brands",
        label=_("Brands"),
        url_name="account_brands",
        icon="building",
        order=50,
        group=NavigationGroup.ACCOUNT,
        visible=is_of_partner,
    ),
)
