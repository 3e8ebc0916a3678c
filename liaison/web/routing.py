"""Routes found by the first word of a path: Django would try all, one after the other, for every request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

Route = URLPattern | URLResolver


class ByFirstWord(URLResolver):
    """Resolves as Django would: of the routes that fit, the first. Only those that cannot fit are never tried."""

    def __init__(self, routes: Sequence[Route]) -> None:
        super().__init__(RoutePattern(""), list(routes))

    def resolve(self, path: str) -> ResolverMatch:
        """Return the match of a path. Raises Resolver404 where there is none."""
        known = self._literal.get(path)
        if known is not None:
            return known
        words, others = self._tables
        word = str(path).partition("/")[0]
        match = words.get(word, others).resolve(path)
        if match.route == path:  # so there are no more of these than routes
            self._literal[path] = match
        return match

    @cached_property
    def _literal(self) -> dict[str, ResolverMatch]:
        """The matches of paths that are a route, word for word, as they were found."""
        return {}

    @cached_property
    def _tables(self) -> tuple[dict[str, URLResolver], URLResolver]:
        """Return the routes of each first word, and those of any other word: each in their order."""
        routes = [(_first_word(one), one) for one in _flat(self.url_patterns)]
        words = {word for word, _one in routes if word is not None}
        return {word: _of(routes, word) for word in words}, _of(routes, None)


def _of(routes: Sequence[tuple[str | None, Route]], word: str | None) -> URLResolver:
    return URLResolver(RoutePattern(""), [one for needed, one in routes if needed is None or needed == word])


def _flat(routes: Iterable[Route]) -> Iterator[Route]:
    """Yield the routes, in place of an `include` that adds nothing to them what it includes."""
    for one in routes:
        if isinstance(one, URLResolver) and not (str(one.pattern) or one.namespace or one.default_kwargs):
            yield from _flat(one.url_patterns)
        else:
            yield one


def _first_word(route: Route) -> str | None:
    """Return the only word with which a path can begin that fits, None where it may be several."""
    words = str(route.pattern).partition("/")
    if not isinstance(route.pattern, RoutePattern) or "<" in words[0]:
        return None
    is_whole = isinstance(route, URLPattern) or bool(words[1])
    return words[0] if is_whole else None
