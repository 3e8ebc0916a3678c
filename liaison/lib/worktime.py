"""Business time: how much of a stretch is within weekly hours, and when so much of it will have passed (C7).

Pure arithmetic in UTC; what counts as open is decided by `liaison.lib.hours` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from liaison.lib.hours import NO_HALF_DAYS, HoursRow, open_stretches

# Hours are looked up a month at a time, and for ten years: longer nobody waits for an answer.
_PAGE: Final = timedelta(days=31)
_FURTHEST: Final = timedelta(days=3660)


def business_seconds(
    rows: Iterable[HoursRow],
    closed: frozenset[date],
    start: datetime,
    end: datetime,
    half_days: Mapping[date, int] = NO_HALF_DAYS,
) -> float:
    """Return the seconds of [start, end), both aware, in which any row is open; 0 when the end is not later."""
    found = open_stretches(rows, start, end, closed, half_days)
    return sum((each.end - each.start).total_seconds() for each in found)


def add_business_time(
    rows: Iterable[HoursRow],
    closed: frozenset[date],
    start: datetime,
    duration: timedelta,
    half_days: Mapping[date, int] = NO_HALF_DAYS,
) -> datetime | None:
    """Return the first moment (UTC) at which `duration` of open time has passed since `start` (aware).

    `start` itself for nothing, even while it is closed. None where ten years do not hold that much. Raises ValueError
    for a negative duration.
    """
    if duration < timedelta():
        raise ValueError("Time can only be added.")
    all_rows, left, begins = tuple(rows), duration, start.astimezone(UTC)
    last = begins + _FURTHEST
    if not left:
        return begins
    while begins < last:
        for each in open_stretches(all_rows, begins, begins + _PAGE, closed, half_days):
            if each.end - each.start >= left:
                return each.start + left
            left -= each.end - each.start
        begins += _PAGE
    return None
