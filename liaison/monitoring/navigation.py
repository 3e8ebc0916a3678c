"""The entries of this room in the portal's navigation: their own for partners, all integrations for staff."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.integrations.navigation import is_of_partner
from liaison.monitoring.access import sees_many
from liaison.web.navigation import NavigationGroup, NavigationItem


def looks_after_others(request: HttpRequest) -> bool:
    """Say whether the reader looks after the integrations of others."""
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(reader, Identity) and sees_many(reader)


ITEMS = (
    NavigationItem(
        key="monitoring",
        label=_("Monitoring"),
        url_name="monitoring",
        icon="activity",
        order=15,
        visible=is_of_partner,
    ),
    NavigationItem(
        key="monitoring_overview",
        label=_("All integrations"),
        url_name="monitoring_overview",
        icon="activity",
        order=5,
        visible=looks_after_others,
        group=NavigationGroup.STAFF,
    ),
)
