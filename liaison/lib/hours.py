"""Weekly hours: rows in any zones, closed days, and whether it is open at a moment (C2, C8). Pure arithmetic in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from liaison.lib.zones import is_zone, resolve_local

MINUTES_A_DAY: Final = 24 * 60
NO_HALF_DAYS: Final[Mapping[date, int]] = MappingProxyType({})
_NO_DAYS: Final[frozenset[date]] = frozenset()
_MINUTES_A_WEEK: Final = 7 * MINUTES_A_DAY
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])", re.ASCII)

# Most questions are answered within nine days. A row that a change of clocks swallows, and rows of several
# zones that only a change of clocks tears apart, need a look at more than a whole year of changes.
_LOOK_AHEAD: Final = (timedelta(days=9), timedelta(days=400))


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One row of weekly hours, half-open, in the time of its zone.

    `days` are ISO weekdays (1 Monday to 7 Sunday) on which the hours *start*; `start_minute` is 0 to 1439;
    `end_minute` is start + 1 to start + 1440, so 1440 is 24:00 and more is past midnight.
    Raises ValueError for anything else.
    """

    days: frozenset[int]
    start_minute: int
    end_minute: int
    zone: str

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(1, 8)):
            raise ValueError("Hours need at least one day, numbered 1 (Monday) to 7 (Sunday).")
        if not 0 <= self.start_minute < MINUTES_A_DAY:
            raise ValueError("Hours start between 00:00 and 23:59.")
        if not self.start_minute < self.end_minute <= self.start_minute + MINUTES_A_DAY:
            raise ValueError("Hours end after they start, and no more than 24 hours later.")
        if not is_zone(self.zone):
            raise ValueError(f"Unknown time zone: {self.zone!r}.")


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether it is open, and the moment (aware, UTC) of the next change; None: none within 400 days."""

    is_open: bool
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, half-open: from `start` until `end`, both aware, in UTC."""

    start: datetime
    end: datetime


def parse_clock(text: str) -> int:
    """Return the minutes since midnight of `9:00`, `09:00` or `24:00` (1440); raises ValueError otherwise."""
    match = _CLOCK.fullmatch(text.strip(" "))
    minutes = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    if minutes > MINUTES_A_DAY:
        raise ValueError(f"Not a time of day: {text[:20]!r}.")
    return minutes


def parse_span(start: str, end: str) -> tuple[int, int]:
    """Return the minutes of a row from its two clocks; an end that is not later is on the next day.

    `22:00`, `06:00` is (1320, 1800) and `09:00`, `09:00` is 24 hours. Raises ValueError like `parse_clock`,
    and for a start at 24:00.
    """
    start_minute, end_minute = parse_clock(start), parse_clock(end)
    if start_minute == MINUTES_A_DAY:
        raise ValueError("Hours start between 00:00 and 23:59.")
    return start_minute, end_minute if end_minute > start_minute else end_minute + MINUTES_A_DAY


def open_state(
    rows: Iterable[HoursRow],
    now: datetime,
    closed_on: frozenset[date] = _NO_DAYS,
    half_days: Mapping[date, int] = NO_HALF_DAYS,
) -> OpenState:
    """Say whether any row is open at `now` (aware) and when that changes; rows that touch or overlap are one.

    A time of day means the first instant at which the clocks of the zone show it or a later one: on the day
    a clock is put forward 02:30 is the first instant after the gap, put back it is the first 02:30.
    On the days of `closed_on`, each in the row's own zone, no row starts; what started the evening before goes on.
    A row that starts on one of `half_days` ends at that minute of the day at the latest.
    Raises ValueError for a `now` without a zone.
    """
    now, all_rows = _in_utc(now), tuple(rows)
    if not all_rows:
        return OpenState(is_open=False, changes_at=None)
    if not closed_on and not half_days and _covers_every_minute(all_rows):
        return OpenState(is_open=True, changes_at=None)
    is_open = False
    for reach in _LOOK_AHEAD:
        upcoming = _merged(_stretches(all_rows, now, now + reach, closed_on, half_days))
        first = next((stretch for stretch in upcoming if stretch.end > now), None)
        is_open = first is not None and first.start <= now
        changes_at = None if first is None else first.end if is_open else first.start
        if changes_at is not None and changes_at < now + reach:
            return OpenState(is_open, changes_at)
    return OpenState(is_open, changes_at=None)


def next_open(
    rows: Iterable[HoursRow],
    now: datetime,
    closed_on: frozenset[date] = _NO_DAYS,
    half_days: Mapping[date, int] = NO_HALF_DAYS,
) -> datetime | None:
    """Return the first moment from `now` on at which it is open: `now` itself (UTC) while it is; None as above."""
    state = open_state(rows, now, closed_on, half_days)
    return now.astimezone(UTC) if state.is_open else state.changes_at


def open_stretches(
    rows: Iterable[HoursRow],
    start: datetime,
    end: datetime,
    closed_on: frozenset[date] = _NO_DAYS,
    half_days: Mapping[date, int] = NO_HALF_DAYS,
) -> tuple[Stretch, ...]:
    """Return when it is open within [start, end), in order; stretches neither touch nor overlap.

    Raises ValueError for a moment without a zone.
    """
    start, end = _in_utc(start), _in_utc(end)
    found = _merged(_stretches(rows, start, end, closed_on, half_days))
    clipped = (Stretch(max(each.start, start), min(each.end, end)) for each in found)
    return tuple(each for each in clipped if each.start < each.end)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment must carry a zone.")
    return moment.astimezone(UTC)


def _covers_every_minute(rows: Sequence[HoursRow]) -> bool:
    """Say whether the rows of one zone fill its whole week: then no change of clocks tears a hole."""
    for zone in {row.zone for row in rows}:
        spans = sorted(span for row in rows if row.zone == zone for span in _week_spans(row))
        reached = 0
        for start, end in spans:
            if start > reached:
                break
            reached = max(reached, end)
        if reached >= _MINUTES_A_WEEK:
            return True
    return False


def _week_spans(row: HoursRow) -> Iterable[tuple[int, int]]:
    """Give the row's minutes of the week; what runs past Sunday's midnight also counts on Monday morning."""
    for day in row.days:
        midnight = (day - 1) * MINUTES_A_DAY
        start, end = midnight + row.start_minute, midnight + row.end_minute
        yield start, end
        if end > _MINUTES_A_WEEK:
            yield 0, end - _MINUTES_A_WEEK


def _stretches(
    rows: Iterable[HoursRow],
    start: datetime,
    end: datetime,
    closed_on: frozenset[date],
    half_days: Mapping[date, int],
) -> Iterable[Stretch]:
    """Give the rows' stretches (UTC) that touch [start, end), beginning two local days before it."""
    for row in rows:
        info = ZoneInfo(row.zone)
        day = start.astimezone(info).date() - timedelta(days=2)
        last = end.astimezone(info).date() + timedelta(days=1)
        while day <= last:
            if day.isoweekday() in row.days and day not in closed_on:
                midnight = datetime.combine(day, time())
                end_minute = min(row.end_minute, half_days.get(day, row.end_minute))
                opens = resolve_local(midnight + timedelta(minutes=row.start_minute), row.zone).instant_utc
                closes = resolve_local(midnight + timedelta(minutes=end_minute), row.zone).instant_utc
                if opens < closes:
                    yield Stretch(opens, closes)
            day += timedelta(days=1)


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda each: each.start):
        if merged and stretch.start <= merged[-1].end:
            merged[-1] = Stretch(merged[-1].start, max(merged[-1].end, stretch.end))
        else:
            merged.append(stretch)
    return merged
