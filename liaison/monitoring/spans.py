"""Which stretch of time a page shows, and into how many pieces it is cut. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from liaison.lib.zones import is_within_the_calendar, resolve_local

MOST_BUCKETS: Final = 200
LONGEST: Final = timedelta(days=92)
_MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
# Lengths of a piece in minutes; each divides a day, so that pieces begin at full hours wherever they can.
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)


class SpanKey(StrEnum):
    """The stretches to choose from: all end now, but for one's own."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    OWN = "own"


class SpanProblem(StrEnum):
    """Why an own stretch is not shown."""

    UNREADABLE = "range_unreadable"
    BACKWARDS = "range_backwards"
    TOO_LONG = "range_too_long"


LENGTHS: Final[Mapping[SpanKey, timedelta]] = MappingProxyType(
    {
        SpanKey.HOUR: timedelta(hours=1),
        SpanKey.SIX_HOURS: timedelta(hours=6),
        SpanKey.DAY: timedelta(days=1),
        SpanKey.WEEK: timedelta(days=7),
        SpanKey.MONTH: timedelta(days=30),
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """The minutes in [start, end), UTC and full minutes, in pieces of `step` minutes.

    Pieces begin at multiples of their length after 2000-01-01 UTC; the first and the last may be cut short.
    """

    start: datetime
    end: datetime
    step: int

    @property
    def bucket(self) -> timedelta:
        return timedelta(minutes=self.step)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """Where the pieces begin; the first of them is at or before the start."""
        first = self.start - (self.start - _EPOCH) % self.bucket
        return tuple(first + number * self.bucket for number in range(-((first - self.end) // self.bucket)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. `since` and `until` are local times as they were typed; with a problem it is a day."""

    key: SpanKey
    span: Span
    since: str = ""
    until: str = ""
    problem: SpanProblem | None = None


def asked_span(asked: Mapping[str, str], zone: str, now: datetime) -> Asked:
    """Return the stretch that an address names: `range`, and for an own one `from` and `to` in the reader's zone.

    A time that the clocks skip is the first one after the gap; one that comes twice is the first of the two.
    """
    since, until = asked.get("from", "").strip()[:40], asked.get("to", "").strip()[:40]
    wanted = next((key for key in SpanKey if key == asked.get("range")), SpanKey.DAY)
    if wanted is not SpanKey.OWN:
        return Asked(wanted, last(LENGTHS[wanted], now))
    start = _instant(since, zone)
    end = _instant(until, zone) if until else _full_minute(now)
    if start is None or end is None:
        return _refused(SpanProblem.UNREADABLE, since, until, now)
    found = between(start, end, now)
    if isinstance(found, SpanProblem):
        return _refused(found, since, until, now)
    return Asked(SpanKey.OWN, found, since, until)


def last(length: timedelta, now: datetime) -> Span:
    """Return the stretch that ends with the last full minute.

    It begins where a piece begins on the clock, so that pieces stay the same from one look to the next.
    """
    end = _full_minute(now)
    step = _step_for(length)
    start = end - length
    return Span(start - (start - _EPOCH) % timedelta(minutes=step), end, step)


def between(start: datetime | None, end: datetime | None, now: datetime) -> Span | SpanProblem:
    """Return the stretch between two moments, or why it cannot be shown. What is not over yet is left out.

    Without an end it ends now, without a start it is a day long.
    """
    end = end or now
    if not all(is_within_the_calendar(moment) for moment in (start or end, end)):
        return SpanProblem.UNREADABLE
    start, end = _full_minute(start or end - LENGTHS[SpanKey.DAY]), min(_full_minute(end), _full_minute(now))
    if start >= end:
        return SpanProblem.BACKWARDS
    if end - start > LONGEST:
        return SpanProblem.TOO_LONG
    return Span(start, end, _step_for(end - start))


def _refused(problem: SpanProblem, since: str, until: str, now: datetime) -> Asked:
    return Asked(SpanKey.OWN, last(LENGTHS[SpanKey.DAY], now), since, until, problem)


def _step_for(length: timedelta) -> int:
    """Return the shortest piece with which the stretch has few enough of them, one more at its beginning included."""
    return next(step for step in _STEPS if length / timedelta(minutes=step) <= MOST_BUCKETS - 1)


def _full_minute(moment: datetime) -> datetime:
    return moment - (moment - _EPOCH) % _MINUTE


def _instant(text: str, zone: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    if local.tzinfo is not None or not is_within_the_calendar(local):
        return None
    return resolve_local(local, zone).instant_utc
