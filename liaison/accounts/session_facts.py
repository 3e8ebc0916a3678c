"""The registry of what rooms above know of everybody who is signed in, read with the session in its one query.

Rooms register in `AppConfig.ready()`. A statement of its own for each would cost a page more than what it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

Annotations = Callable[[datetime], Mapping[str, Any]]

_annotations: list[Annotations] = []


def register(annotations: Annotations) -> None:
    """Add what is read, by name: expressions on `Session` whose path to the person is `identity`.

    They must be quick to answer from an index for anybody: every page asks for them.
    """
    if annotations not in _annotations:
        _annotations.append(annotations)


def all_annotations(now: datetime) -> dict[str, Any]:
    """Return everything that is read of whoever is signed in."""
    return {name: one for annotations in _annotations for name, one in annotations(now).items()}


def facts_of(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what was read of the person of this request, by name; None where it has to be asked for.

    That is where somebody signed in during the request, and where the request may have changed something since.
    """
    session = getattr(request, "session", None)
    who = getattr(session, "row_identity", None)
    if who is None or who is not request.user or request.method not in {"GET", "HEAD"}:
        return None
    facts: Mapping[str, Any] | None = getattr(session, "facts", None)
    return facts
