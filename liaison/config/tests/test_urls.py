"""The table of first words finds in the portal's own routes what Django would find."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from liaison.config.urls import urlpatterns
from liaison.web.routing import Route

_FILLED = ("7", "a/b", "")
_ENDS = ("", "/", "/more", "\n", "%2F")


def test_every_route_of_the_portal_is_found_as_ever_and_nothing_else() -> None:
    plain, ours = URLResolver(RoutePattern(""), _plain(urlpatterns)), get_resolver()
    paths = {
        lead + re.sub(r"<[^>]+>", fill, route.translate({ord("^"): None})) + end
        for route, fill, end, lead in product(set(_written(plain)), _FILLED, _ENDS, ("", "/"))
    }
    found = {path: _found(plain, path) for path in paths}
    assert {path: _found(ours, f"/{path}") for path in paths} == found
    assert sum(one is not None for one in found.values()) > len(paths) / 10


def _plain(routes: Sequence[Route]) -> list[Route]:
    """Return the same routes in lists of Django's own."""
    return [
        URLResolver(one.pattern, _plain(one.url_patterns), one.default_kwargs, one.app_name, one.namespace)
        if isinstance(one, URLResolver)
        else one
        for one in routes
    ]


def _written(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        written = f"{before}{one.pattern}"
        if isinstance(one, URLPattern):
            yield written
        else:
            yield from _written(one, written)


def _found(resolver: URLResolver, path: str) -> tuple[object, ...] | None:
    try:
        match = resolver.resolve(path)
    except Resolver404:
        return None
    return match.view_name, match.route, match.kwargs, match.args, match.func
