"""When the next drill is due: monthly, inside the support hours, right on every day of a change of clocks. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from liaison.lib.hours import HoursRow, next_open
from liaison.lib.zones import resolve_local

LAST_WEEK: Final = 5
_MONTHS_TRIED: Final = 14


@dataclass(frozen=True)
class Rhythm:
    """Once a month: on the `week`th `weekday` (ISO; week 5 is the last), or with weekday 0 on the `day` of the month.

    A month that is too short has it on its last day. `minute` is counted from midnight, in the time of the zone.
    """

    minute: int
    zone: str
    weekday: int = 0
    week: int = 1
    day: int = 1


@dataclass(frozen=True)
class Hours:
    """When an account may be drilled: its support hours without its holidays, and when half days end."""

    rows: tuple[HoursRow, ...]
    closed_on: frozenset[date] = frozenset()
    half_days: Mapping[date, int] = field(default_factory=dict)

    def next_open(self, moment: datetime) -> datetime | None:
        """Return the first moment from `moment` on inside the hours; None where there is none."""
        return next_open(self.rows, moment, self.closed_on, self.half_days)


@dataclass(frozen=True)
class Occurrence:
    """The drill of one month, named by its first day. `wanted_at` is the moment asked for, `at` the open one after."""

    month: date
    wanted_at: datetime
    at: datetime


def next_drill(rhythm: Rhythm, hours: Hours, last: date | None, now: datetime) -> Occurrence | None:
    """Return the first drill from `now` (aware) on, of a month after `last`; None where the hours never open.

    `last` is the first day of the month whose drill was dealt with. The drill of a month may lie in the next one,
    when the hours do not open before.
    """
    month = _month_before(now.astimezone(ZoneInfo(rhythm.zone)).date().replace(day=1))
    if last is not None:
        month = max(month, _month_after(last))
    for _ in range(_MONTHS_TRIED):
        found = occurrence_of(rhythm, hours, month)
        if found is not None and found.at >= now:
            return found
        month = _month_after(month)
    return None


def occurrence_of(rhythm: Rhythm, hours: Hours, month: date) -> Occurrence | None:
    """Return the drill of a month, given by its first day; None where the hours do not open after its moment."""
    local = datetime.combine(_day_of(rhythm, month), time()) + timedelta(minutes=rhythm.minute)
    wanted_at = resolve_local(local, rhythm.zone).instant_utc
    at = hours.next_open(wanted_at)
    return None if at is None else Occurrence(month, wanted_at, at)


def _day_of(rhythm: Rhythm, month: date) -> date:
    length = monthrange(month.year, month.month)[1]
    if not rhythm.weekday:
        return month.replace(day=min(rhythm.day, length))
    first = 1 + (rhythm.weekday - month.isoweekday()) % 7
    day = first + 7 * (rhythm.week - 1)
    return month.replace(day=day if day <= length else day - 7)


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)
