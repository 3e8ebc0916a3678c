"""What this room adds to the portal's registries."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.health.navigation import sees_incidents
from liaison.ledger.banner import deliveries_banner
from liaison.ledger.wording import WORDS
from liaison.web import banners, wording
from liaison.web.navigation import NavigationItem, register


def register_everything() -> None:
    wording.register(WORDS)
    banners.register(deliveries_banner)
    register(NavigationItem("deliveries", _("Deliveries"), "deliveries", "send", 25, _sees_deliveries))


def _sees_deliveries(request: HttpRequest) -> bool:
    return sees_incidents(request)
