"""`/metrics` for Prometheus: what all processes counted, and how things stand in the database."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from liaison.config import metrics_folder
from liaison.config.standing import Standing
from liaison.lib import metrics
from liaison.lib.clock import utc_now
from liaison.web.gate import public

_PASSED_ON: Final = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@public
@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus. Whoever may not read it finds nothing here."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Counted())
    registry.register(Standing(utc_now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Say whether the request has the token or, where there is none, comes from this machine itself.

    Behind a proxy every request comes from there: then there is no way but the token.
    """
    if settings.METRICS_TOKEN:
        said = request.headers.get("Authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None or settings.PORTAL_URL.startswith("https://")
    if behind_proxy or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Counted(Collector):
    """The numbers of all processes from their files; of this process alone where it runs by itself."""

    def collect(self) -> Iterator[Metric]:  # as the library declares it
        """Yield every family of ours."""
        if metrics_folder.is_shared():
            found = metrics_folder.files(settings.VAR_DIR)
            yield from MultiProcessCollector.merge(found, accumulate=True)  # type: ignore[no-untyped-call]  # its own
        else:
            yield from metrics.REGISTRY.collect()
