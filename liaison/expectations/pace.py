"""When the next answer is due, and when an overdue one is asked for again (S7). Pure: no clock, no database.

An emergency and a production alert are counted by the clock; whatever staff write to a partner by its support hours.
A business day is as much open time as the hours hold on one of their days: from Monday ten o'clock to Tuesday ten
o'clock, from Friday at closing time to Monday at closing time, and 24 hours where somebody is always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from liaison.catalog.vocabulary import Topic
from liaison.expectations.vocabulary import Answer
from liaison.lib.hours import HoursRow, open_stretches
from liaison.lib.worktime import add_business_time
from liaison.notifications.facts import OpenHours

MOST_REPEATS: Final = 5
"""After so many it is not asked for again by itself: the partner manager was told, and staff see it."""
LONGEST_ESTIMATE: Final = timedelta(days=30)
LONGEST_DUE: Final = timedelta(days=366)
_LONGEST_USUAL: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)
_FULL_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A stretch of time: by the clock, or so many business days."""

    clock: timedelta = timedelta()
    days: int = 0

    def doubled(self, times: int) -> Span:
        return Span(self.clock * 2**times, self.days * 2**times)


@dataclass(frozen=True)
class Pace:
    """How long the first answer may take, the one after *seen*, and the time until the first repetition."""

    first: Span
    after_seen: Span
    repeat: Span


_BY_BUSINESS_DAYS: Final = Pace(first=Span(days=1), after_seen=Span(days=5), repeat=Span(days=1))
PACES: Final[Mapping[Topic, Pace]] = MappingProxyType(
    {
        Topic.TECHNICAL_EMERGENCY: Pace(
            first=Span(timedelta(minutes=30)),
            after_seen=Span(timedelta(hours=4)),
            repeat=Span(timedelta(minutes=30)),
        ),
        Topic.PRODUCTION_ALERT: Pace(
            first=Span(timedelta(hours=4)),
            after_seen=Span(days=1),
            repeat=Span(timedelta(hours=4)),
        ),
        Topic.TECHNICAL_NOTICE: _BY_BUSINESS_DAYS,
        Topic.MERCHANT_ISSUE: _BY_BUSINESS_DAYS,
        Topic.USER_ESCALATION: _BY_BUSINESS_DAYS,
    }
)
"""The usual time for each topic about which something can be expected."""


@dataclass(frozen=True)
class Workdays:
    """The hours in which an account works: its support hours, else Monday to Friday in its zone."""

    hours: OpenHours
    zone: str

    @property
    def rows(self) -> tuple[HoursRow, ...]:
        return self.hours.rows or (HoursRow(frozenset(range(1, 6)), 0, 24 * 60, self.zone),)


def first_due(topic: Topic, now: datetime, workdays: Workdays) -> datetime:
    """Return by when the first answer is usually expected."""
    return after(now, PACES[topic].first, workdays)


def due_after(
    answer: Answer, *, topic: Topic, due_at: datetime, estimate_at: datetime | None, now: datetime, workdays: Workdays
) -> datetime:
    """Return when the next answer is due after this one.

    *Working*: at the estimate. *Seen*, and *solved* that has not shown yet: after the next stage, and never before what
    was due already. Raises ValueError for *working* without an estimate.
    """
    if answer is Answer.WORKING:
        if estimate_at is None:
            raise ValueError("Who works on it says until when.")
        return estimate_at
    return max(due_at, after(now, PACES[topic].after_seen, workdays))


def estimate_limit(due_at: datetime, now: datetime) -> datetime:
    """Return the latest moment that an estimate may name: in thirty days, or later where more time was given."""
    return max(now + LONGEST_ESTIMATE, due_at)


def next_repeat(topic: Topic, passed: int, now: datetime, workdays: Workdays) -> datetime | None:
    """Return when an answer that was asked for again `passed` times is asked for once more; None for never.

    Each pause is twice as long as the one before.
    """
    if passed >= MOST_REPEATS:
        return None
    return after(now, PACES[topic].repeat.doubled(max(passed - 1, 0)), workdays)


def after(now: datetime, span: Span, workdays: Workdays) -> datetime:
    """Return the moment at which the span has passed since `now` (aware), within a bounded time in any case."""
    if not span.days:
        return now + span.clock
    duration = business_day(workdays.rows, now) * span.days
    hours = workdays.hours
    found = add_business_time(workdays.rows, hours.closed_on, now, duration, hours.half_days)
    latest = now + max(_LONGEST_USUAL, timedelta(days=2 * span.days))
    return latest if found is None else min(found, latest)


def business_day(rows: tuple[HoursRow, ...], now: datetime) -> timedelta:
    """Return how much open time a day holds on which the hours open, on average over the week after `now`."""
    stretches = open_stretches(rows, now, now + _WEEK)
    total = sum((each.end - each.start for each in stretches), timedelta())
    days = len(frozenset[int]().union(*(row.days for row in rows)))
    # A change of clocks can swallow the only hours of a week.
    return total / days if total else _FULL_DAY
