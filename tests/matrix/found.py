"""What there is: the routes of the URLconf, the operations of the API, and the verbs of the rooms."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import liaison
from liaison.api.api import api
from liaison.api.bearer import BearerToken
from tests.matrix.vocabulary import Verb

_OF_THE_API = "api/v1/"


def routes() -> dict[str, Any]:
    """Return every route by its key, with its view (a page) or its operation (of the API)."""
    pages = {path: view for path, view in _walk(get_resolver().url_patterns) if not _is_operation(path)}
    return pages | operations()


def operations() -> dict[str, Any]:
    return {
        f"{method} {_OF_THE_API}{path.strip('/')}".replace("{", "<").replace("}", ">"): operation
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def is_open_operation(operation: Any) -> bool:
    """Say whether a closed gate lets the operation through."""
    return all(isinstance(auth, BearerToken) and auth.open_at_the_gate for auth in operation.auth_callbacks)


def verbs() -> dict[str, Verb]:
    """Return every verb of every room: the public functions of `actions` that take `now`."""
    found: dict[str, Verb] = {}
    for room in pkgutil.iter_modules(liaison.__path__):
        name = f"liaison.{room.name}.actions"
        is_called_by_verbs = room.name in {"audit", "notifications"}
        if not room.ispkg or is_called_by_verbs or importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        public = getattr(module, "__all__", None) or [one for one in vars(module) if not one.startswith("_")]
        for one in public:
            function = getattr(module, one)
            is_ours = inspect.isfunction(function) and function.__module__.startswith(name)
            if is_ours and "now" in inspect.signature(function).parameters:
                found[f"{room.name}.{one}"] = function
    return found


def _is_operation(path: str) -> bool:
    apart = {"docs", "openapi.json", ""}
    return path.startswith(_OF_THE_API) and path.removeprefix(_OF_THE_API) not in apart


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield path, pattern.callback
