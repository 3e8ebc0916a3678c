"""Who of the operator is on call now: the rooms above know, and everybody asks here (invariant 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from liaison.accounts import queries
from liaison.notifications.facts import Circle, Person, Reason
from liaison.notifications.told import Told

OnCall = Callable[[datetime], tuple[Person, ...]]

_ask: OnCall | None = None


def register(ask: OnCall) -> None:
    """Say who answers; filled once, in `AppConfig.ready()`."""
    global _ask  # noqa: PLW0603  # a registry with one key
    _ask = ask


def people_on_call(now: datetime) -> tuple[Person, ...]:
    """Return who is on call for the operator at `now`, in the order of the layers; nobody without a rota."""
    return () if _ask is None else _ask(now)


def only_told(circles: Sequence[Circle], told: Told, *, without: frozenset[str] = frozenset()) -> tuple[Circle, ...]:
    """Return the circles as far as they were told; where there is one of those on call, with who was so when called.

    Whoever was called hears who has it, and that it is over, also after the hand-over (R1). `without` are keys.
    """
    heard = told.keys - without
    kept = [Circle(one.reason, tuple(person for person in one.people if person.key in heard)) for one in circles]
    if any(one.reason is Reason.ON_CALL for one in circles):
        gone = told.on_call - without - {person.key for one in kept for person in one.people}
        kept.append(Circle(Reason.ON_CALL, _of_staff(gone)))
    return tuple(one for one in kept if one.people)


def _of_staff(keys: frozenset[str]) -> tuple[Person, ...]:
    identities = sorted(int(key.removeprefix("identity:")) for key in keys if key.startswith("identity:"))
    return queries.staff_who_see_incidents(*identities) if identities else ()
