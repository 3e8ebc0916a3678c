"""Calls for tests and for the demo, written as the intake writes them, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from msgspec.structs import replace

from liaison.integrations.models import Environment
from liaison.signals.lines import Line
from liaison.signals.models import Outcome
from liaison.signals.rollups import Rollups, SampleRow, minute_of, moment_of
from liaison.signals.storing import add_rollups


@dataclass(frozen=True)
class Calls:
    """The calls of one minute; `errors` counts those without an answer too, as the table does.

    Failures and declines go to the merchants m-1 to m-`merchants` in turn. `latency_ms` is the mean of all calls.
    """

    calls: int
    errors: int = 0
    unanswered: int = 0
    declined: int = 0
    merchants: int = 1
    code: str = "500"
    latency_ms: float | None = None
    samples: int = 0


def write_minutes(environment: Environment, action: str, start: datetime, minutes: Iterable[Calls | None]) -> datetime:
    """Write one row for each minute from `start` on (None: a gap), add to what is there, and return the end.

    Any number of rows takes the same few statements.
    """
    rollups, minute = Rollups(), minute_of(start)
    for each in minutes:
        if each is not None:
            _add(rollups, environment, action, minute, each)
        minute += 1
    with transaction.atomic():
        add_rollups(rollups, now=start)
    return moment_of(minute)


def write_minute(environment: Environment, action: str, minute: datetime, calls: Calls) -> datetime:
    """Write one minute, as `write_minutes` does."""
    return write_minutes(environment, action, minute, [calls])


def write_many(rows: Iterable[tuple[Environment, str, datetime, Calls]]) -> None:
    """Write minutes of any environments and actions in the same few statements."""
    rollups = Rollups()
    for environment, action, minute, calls in rows:
        _add(rollups, environment, action, minute_of(minute), calls)
    with transaction.atomic():
        add_rollups(rollups, now=moment_of(max(last for _first, last in rollups.spans().values())))


def _add(rollups: Rollups, environment: Environment, action: str, minute: int, told: Calls) -> None:
    """Add what a sender would say of this minute, a line for each way in which calls ended."""
    merchants = [f"m-{number}" for number in range(1, told.merchants + 1)]
    parts = (
        (Outcome.ERROR, told.errors - told.unanswered, told.code),
        (Outcome.UNANSWERED, told.unanswered, ""),
        (Outcome.DECLINED, told.declined, "declined"),
    )
    line = Line(action=action, at=minute * 60, outcome="ok", latency_ms=told.latency_ms)
    lines = [replace(line, count=told.calls - told.errors - told.declined)]
    for outcome, number, code in parts:
        each, more = divmod(number, len(merchants))
        lines += [
            replace(line, outcome=outcome.value, count=each + (place < more), merchant=merchant, code=code)
            for place, merchant in enumerate(merchants)
        ]
    rollups.add((environment.pk, minute * 60, one) for one in lines if one.count)
    rollups.samples += [
        SampleRow(
            environment.pk, minute * 60 + place, action, merchants[place % len(merchants)], Outcome.ERROR.value,
            told.code, f"call-{minute}-{place}", "The server answered with an error.",
        )
        for place in range(told.samples)
    ]  # fmt: skip
