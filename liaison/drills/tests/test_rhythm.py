"""When the next drill is due: monthly, within the hours, on the days of a change of clocks too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.drills.rhythm import Hours, Occurrence, Rhythm, next_drill, occurrence_of
from liaison.lib.hours import HoursRow, open_state

ROME = "Europe/Rome"
WEEKDAYS = Hours((HoursRow(frozenset({1, 2, 3, 4, 5}), 540, 1080, ROME),))
ALWAYS = Hours((HoursRow(frozenset(range(1, 8)), 0, 1440, ROME),))
SECOND_TUESDAY = Rhythm(600, ROME, weekday=2, week=2)


def utc(*parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def at(found: Occurrence | None) -> datetime:
    assert found is not None
    return found.at


def test_the_second_tuesday_of_this_month_then_of_the_next() -> None:
    found = next_drill(SECOND_TUESDAY, WEEKDAYS, None, utc(2026, 11, 5, 10))
    assert found == Occurrence(date(2026, 11, 1), utc(2026, 11, 10, 9), utc(2026, 11, 10, 9))
    assert at(next_drill(SECOND_TUESDAY, WEEKDAYS, None, utc(2026, 11, 10, 9, 1))) == utc(2026, 12, 8, 9)
    assert at(next_drill(SECOND_TUESDAY, WEEKDAYS, date(2026, 11, 1), utc(2026, 11, 5))) == utc(2026, 12, 8, 9)


def test_the_last_friday_and_the_fifth_where_a_month_has_five() -> None:
    last_friday = Rhythm(600, ROME, weekday=5, week=5)
    assert at(next_drill(last_friday, WEEKDAYS, None, utc(2026, 10, 1))) == utc(2026, 10, 30, 9)
    assert at(next_drill(last_friday, WEEKDAYS, None, utc(2026, 11, 1))) == utc(2026, 11, 27, 9)


def test_a_short_month_has_it_on_its_last_day() -> None:
    assert at(next_drill(Rhythm(600, ROME, day=31), ALWAYS, None, utc(2027, 2, 1))) == utc(2027, 2, 28, 9)


def test_outside_of_the_hours_it_waits_until_they_open() -> None:
    """A Saturday waits for Monday, and eight in the evening for the next morning."""
    assert at(occurrence_of(Rhythm(600, ROME, weekday=6), WEEKDAYS, date(2026, 11, 1))) == utc(2026, 11, 9, 8)
    assert at(occurrence_of(Rhythm(1200, ROME, weekday=2), WEEKDAYS, date(2026, 11, 1))) == utc(2026, 11, 4, 8)


def test_it_does_not_begin_on_a_public_holiday() -> None:
    closed = Hours(WEEKDAYS.rows, closed_on=frozenset({date(2026, 12, 8)}))
    found = occurrence_of(SECOND_TUESDAY, closed, date(2026, 12, 1))
    assert found == Occurrence(date(2026, 12, 1), utc(2026, 12, 8, 9), utc(2026, 12, 9, 8))


def test_it_does_not_begin_after_a_half_day_has_ended() -> None:
    half = Hours(WEEKDAYS.rows, half_days={date(2026, 12, 24): 720})
    assert at(occurrence_of(Rhythm(780, ROME, day=24), half, date(2026, 12, 1))) == utc(2026, 12, 25, 8)


def test_a_drill_of_the_last_day_may_begin_in_the_next_month_and_counts_for_its_own() -> None:
    sunday = next_drill(Rhythm(600, ROME, day=31), WEEKDAYS, None, utc(2026, 6, 1))
    assert sunday is not None
    last = Rhythm(600, ROME, day=31)
    found = next_drill(last, WEEKDAYS, None, utc(2026, 11, 1, 0))
    assert found == Occurrence(date(2026, 10, 1), utc(2026, 10, 31, 9), utc(2026, 11, 2, 8))
    assert at(next_drill(last, WEEKDAYS, date(2026, 10, 1), utc(2026, 11, 1))) == utc(2026, 11, 30, 9)


def test_without_hours_there_is_no_drill() -> None:
    assert next_drill(SECOND_TUESDAY, Hours(()), None, utc(2026, 11, 5)) is None


@pytest.mark.parametrize(
    ("zone", "month", "day", "minute", "expected"),
    [
        (ROME, 3, 28, 150, (2027, 3, 28, 1, 0)),  # 02:30 is skipped: the first moment after it is 03:00
        (ROME, 10, 31, 150, (2027, 10, 31, 0, 30)),  # 02:30 comes twice: the first time counts
        ("Asia/Seoul", 3, 28, 150, (2027, 3, 27, 17, 30)),
        ("Australia/Lord_Howe", 10, 3, 125, (2027, 10, 2, 15, 30)),  # half an hour is skipped
        ("America/Santiago", 9, 5, 30, (2027, 9, 5, 4, 0)),  # midnight itself is skipped
    ],
)
def test_it_is_right_on_the_day_of_a_change_of_clocks(
    zone: str, month: int, day: int, minute: int, expected: tuple[int, ...]
) -> None:
    always = Hours((HoursRow(frozenset(range(1, 8)), 0, 1440, zone),))
    assert at(occurrence_of(Rhythm(minute, zone, day=day), always, date(2027, month, 1))) == utc(*expected)


def test_a_year_of_drills_is_at_the_same_time_on_the_wall_on_both_sides_of_the_change() -> None:
    now, last, clocks = utc(2026, 11, 1), None, []
    for _ in range(12):
        found = next_drill(SECOND_TUESDAY, WEEKDAYS, last, now)
        assert found is not None
        clocks.append(found.at.astimezone(ZoneInfo(ROME)).strftime("%H:%M"))
        now, last = found.at, found.month
    assert clocks == ["10:00"] * 12


zones = st.sampled_from((ROME, "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"))
rhythms = st.builds(
    Rhythm,
    minute=st.integers(0, 1439),
    zone=zones,
    weekday=st.integers(0, 7),
    week=st.integers(1, 5),
    day=st.integers(1, 31),
)
rows = st.builds(
    lambda days, start, length, zone: HoursRow(days, start, start + length, zone),
    days=st.frozensets(st.integers(1, 7), min_size=1),
    start=st.integers(0, 1439),
    length=st.integers(1, 1440),
    zone=zones,
)
dates = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=20)
hours = st.builds(Hours, st.lists(rows, min_size=1, max_size=3).map(tuple), closed_on=dates)
moments = st.datetimes(datetime(2026, 2, 1), datetime(2028, 6, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001  # made aware


@given(rhythms, hours, moments)
def test_a_drill_begins_inside_the_hours_not_before_now_and_as_soon_as_they_open(
    rhythm: Rhythm, hours: Hours, now: datetime
) -> None:
    found = next_drill(rhythm, hours, None, now)
    if found is None:
        return
    assert found.at >= max(found.wanted_at, now)
    assert open_state(hours.rows, found.at, hours.closed_on).is_open
    assert hours.next_open(found.wanted_at) == found.at
    wanted = found.wanted_at.astimezone(ZoneInfo(rhythm.zone))
    assert wanted.date().replace(day=1) == found.month
    assert wanted.hour * 60 + wanted.minute >= rhythm.minute, "never before the time that was asked for"


@given(rhythms, hours, moments)
def test_no_month_has_two_drills_and_none_is_left_out(rhythm: Rhythm, hours: Hours, now: datetime) -> None:
    first = next_drill(rhythm, hours, None, now)
    if first is None:
        return
    second = next_drill(rhythm, hours, first.month, first.at)
    assert second is not None
    assert first.at <= second.at
    assert first.month < second.month
    skipped = (first.month + timedelta(days=31)).replace(day=1)
    while skipped < second.month:  # its moment lies before that of the first, which waited for the hours to open
        passed = occurrence_of(rhythm, hours, skipped)
        assert passed is None or passed.at < first.at
        skipped = (skipped + timedelta(days=31)).replace(day=1)
