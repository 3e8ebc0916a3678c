"""The entry of this room in the portal's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.signals.access import may_manage_sources
from liaison.web.navigation import NavigationGroup, NavigationItem


def _manages_sources(request: HttpRequest) -> bool:
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(reader, Identity) and may_manage_sources(reader)


SOURCES = NavigationItem(
    key="signal_sources",
    label=_("Sources of signals"),
    url_name="signal_sources",
    icon="plug-connected",
    order=85,
    group=NavigationGroup.STAFF,
    visible=_manages_sources,
)
