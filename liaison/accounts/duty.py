"""Who of the operator is on call now: the rooms above know, and everybody asks here (invariant 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.notifications.facts import Person

OnCall = Callable[[datetime], tuple[Person, ...]]

_ask: OnCall | None = None


def register(ask: OnCall) -> None:
    """Say who answers; filled once, in `AppConfig.ready()`."""
    global _ask  # noqa: PLW0603  # a registry with one key
    _ask = ask


def people_on_call(now: datetime) -> tuple[Person, ...]:
    """Return who is on call for the operator at `now`, in the order of the layers; nobody without a rota."""
    return () if _ask is None else _ask(now)
