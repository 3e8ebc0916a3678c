"""Counting every request by its route: the pattern, which names no thing, so that the labels stay few."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

from liaison.lib.metrics import POOL_CONNECTIONS, POOL_WAITING, REQUEST_SECONDS, REQUESTS

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_POOL_EVERY: Final = 1.0


class CountingMiddleware:
    """The outermost: it sees each answer as it leaves, and builds no address and reads no cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._next_look = 0.0
        self._known: dict[tuple[str, str | None, int], tuple[Counter, Histogram]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = monotonic()
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
        finally:
            ended = monotonic()
            self._count(request, status, ended - begun)
            if ended >= self._next_look:
                self._next_look = ended + _POOL_EVERY
                _look_at_the_pool()
        return response

    def _count(self, request: HttpRequest, status: int, seconds: float) -> None:
        key = (route_of(request), request.method if request.method in _METHODS else "other", status // 100)
        known = self._known.get(key)
        if known is None:  # finding it by its labels costs more than counting
            route, method, hundreds = key
            known = REQUESTS.labels(route, method, f"{hundreds}xx"), REQUEST_SECONDS.labels(route)
            self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the request's route, `static` for files, `none` where there is no such page."""
    match = request.resolver_match
    if match is not None:
        return str(match.route)
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _look_at_the_pool() -> None:
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    stats = pool.get_stats()
    size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
    POOL_CONNECTIONS.labels("free").set(free)
    POOL_CONNECTIONS.labels("used").set(size - free)
    POOL_WAITING.set(stats.get("requests_waiting", 0))
