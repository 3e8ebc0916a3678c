"""Routes of this room. None has an identity slot, except the page that lists the operations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern

from liaison.api import docs
from liaison.api.api import api
from liaison.api.edge import at_the_edge, guard, unknown


class _Resource(RegexPattern):
    """Looks ahead at the first word of a path and takes nothing of it, so that a request tries few patterns."""

    def __init__(self, word: str) -> None:
        super().__init__(rf"^(?={re.escape(word)}(?:/|\Z))")

    def __str__(self) -> str:
        return ""  # what it adds to a route


def _by_resource(patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    groups: dict[str, list[URLPattern | URLResolver]] = defaultdict(list)
    for one in patterns:
        groups[str(one.pattern).partition("/")[0]].append(one)
    return [URLResolver(_Resource(word), group) for word, group in groups.items()]


_PATTERNS, _APP_NAME, _NAMESPACE = api.urls
_GUARDED: Final = _by_resource(guard(_PATTERNS))

urlpatterns = [
    path("api/v1/docs", docs.operations, name="api_docs"),
    path("api/v1/", include((_GUARDED, _APP_NAME), namespace=_NAMESPACE)),
    re_path(r"^api/v1(?:/.*)?\Z", at_the_edge(unknown), name="api_unknown"),
]
