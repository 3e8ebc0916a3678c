"""Routes of this room. None has an identity slot, except the page that lists the operations."""

from __future__ import annotations

from django.urls import include, path, re_path

from liaison.api import docs
from liaison.api.api import api
from liaison.api.edge import at_the_edge, guard, unknown
from liaison.web.routing import ByFirstWord

_PATTERNS, _APP_NAME, _NAMESPACE = api.urls

urlpatterns = [
    path("api/v1/docs", docs.operations, name="api_docs"),
    path("api/v1/", include(([ByFirstWord(guard(_PATTERNS))], _APP_NAME), namespace=_NAMESPACE)),
    re_path(r"^api/v1(?:/.*)?\Z", at_the_edge(unknown), name="api_unknown"),
]
