"""How many open cases of a customer somebody may see: asked here, answered by the room that keeps cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account

MOST_COUNTED = 100

Counter = Callable[[Actor, Account, int, datetime], int]

_counters: list[Counter] = []


def register_counter(counter: Counter) -> None:
    """Add who counts: the reader, the customer, at most how many, now."""
    if counter not in _counters:
        _counters.append(counter)


def open_cases(reader: Actor, customer: Account, now: datetime) -> int:
    """Return how many open cases of the customer the reader may see; MOST_COUNTED + 1 stands for all above."""
    return sum(counter(reader, customer, MOST_COUNTED + 1, now) for counter in _counters)
