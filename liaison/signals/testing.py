"""Calls for tests and for the demo, written as the intake writes them, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from liaison.integrations.models import Environment
from liaison.signals.models import Outcome
from liaison.signals.rollups import MinuteKey, Rollups, SampleRow, minute_of, moment_of
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
            _add(rollups, (environment.pk, action, minute), each)
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
        _add(rollups, (environment.pk, action, minute_of(minute)), calls)
    with transaction.atomic():
        add_rollups(rollups, now=moment_of(max(minute for _environment, _action, minute in rollups.minutes)))


def _add(rollups: Rollups, key: MinuteKey, told: Calls) -> None:
    well = told.calls - told.errors - told.declined
    merchants = [f"m-{number}" for number in range(1, told.merchants + 1)]
    rollups.add(key, Outcome.OK, well, latency_ms=told.latency_ms)
    parts = (
        (Outcome.ERROR, told.errors - told.unanswered, told.code),
        (Outcome.UNANSWERED, told.unanswered, ""),
        (Outcome.DECLINED, told.declined, "declined"),
    )
    for outcome, number, code in parts:
        each, more = divmod(number, len(merchants))
        for place, merchant in enumerate(merchants):
            count = each + (place < more)
            if count:
                rollups.add(key, outcome.value, count, merchant=merchant, code=code, latency_ms=told.latency_ms)
    environment_id, action, minute = key
    for place in range(told.samples):
        row = SampleRow(
            environment_id, minute * 60.0 + place, action, merchants[place % len(merchants)],
            Outcome.ERROR.value, told.code, f"call-{minute}-{place}", "The server answered with an error.",
        )  # fmt: skip
        rollups.sample(key, row)
