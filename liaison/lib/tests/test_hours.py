from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.lib.hours import (
    HoursRow,
    OpenState,
    Stretch,
    next_open,
    open_state,
    open_stretches,
    parse_clock,
    parse_span,
)
from liaison.lib.tests.transitions import FIRST, ZONES, changes_of

WEEKDAYS = frozenset(range(1, 6))
EVERY_DAY = frozenset(range(1, 8))
MINUTE = timedelta(minutes=1)


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]  # year to minute


def test_a_clock_is_read_in_minutes_and_24_00_is_legal() -> None:
    assert [parse_clock(text) for text in ("00:00", "9:00", "09:30", "23:59", "24:00", " 9:00 ")] == [
        0,
        540,
        570,
        1439,
        1440,
        540,
    ]


@pytest.mark.parametrize("text", ["", "24:01", "25:00", "9", "9:5", "09:60", "-1:00", "９:00", "09:00\n", "9:00 pm"])
def test_what_is_no_clock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Not a time of day"):
        parse_clock(text)


def test_an_end_that_is_not_later_is_on_the_next_day() -> None:
    assert parse_span("09:00", "18:00") == (540, 1080)
    assert parse_span("22:00", "06:00") == (1320, 1800)
    assert parse_span("09:00", "09:00") == (540, 1980)
    assert parse_span("00:00", "24:00") == (0, 1440)
    assert parse_span("12:00", "00:00") == (720, 1440)
    with pytest.raises(ValueError, match="start between"):
        parse_span("24:00", "06:00")


@pytest.mark.parametrize(
    ("days", "start", "end", "zone"),
    [
        (frozenset(), 0, 60, "UTC"),
        (frozenset({0}), 0, 60, "UTC"),
        (frozenset({8}), 0, 60, "UTC"),
        (WEEKDAYS, -1, 60, "UTC"),
        (WEEKDAYS, 1440, 1441, "UTC"),
        (WEEKDAYS, 60, 60, "UTC"),
        (WEEKDAYS, 60, 1501, "UTC"),
        (WEEKDAYS, 0, 60, "Europe/Roma"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(days: frozenset[int], start: int, end: int, zone: str) -> None:
    with pytest.raises(ValueError, match=r"Hours|Unknown time zone"):
        HoursRow(days, start, end, zone)


def test_without_rows_it_is_closed_for_good() -> None:
    assert open_state([], datetime(2026, 11, 5, tzinfo=UTC)) == OpenState(is_open=False, changes_at=None)


def test_a_present_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must carry a zone"):
        open_state([], datetime.fromisoformat("2026-11-05T14:05"))


def test_it_is_open_from_the_first_minute_and_closed_from_the_last() -> None:
    """C8: "open now, closes 18:00 in Seoul". Half-open, as everywhere."""
    rows = [HoursRow(WEEKDAYS, 540, 1080, "Asia/Seoul")]
    opens, closes = at("Asia/Seoul", 2026, 11, 5, 9, 0), at("Asia/Seoul", 2026, 11, 5, 18, 0)
    assert open_state(rows, opens - MINUTE) == OpenState(is_open=False, changes_at=opens)
    assert open_state(rows, opens) == OpenState(is_open=True, changes_at=closes)
    assert open_state(rows, closes - timedelta(microseconds=1)) == OpenState(is_open=True, changes_at=closes)
    assert open_state(rows, closes) == OpenState(is_open=False, changes_at=opens + timedelta(days=1))


def test_after_friday_it_opens_on_monday() -> None:
    rows = [HoursRow(WEEKDAYS, 540, 1080, "Europe/Warsaw")]
    friday_evening = at("Europe/Warsaw", 2026, 11, 6, 20, 0)
    assert open_state(rows, friday_evening).changes_at == at("Europe/Warsaw", 2026, 11, 9, 9, 0)


def test_midnight_a_row_past_midnight_is_still_open_on_the_morning_of_a_day_it_does_not_name() -> None:
    rows = [HoursRow(frozenset({7}), 1320, 1800, "Europe/Rome")]
    monday_morning = at("Europe/Rome", 2026, 11, 9, 5, 59)
    assert open_state(rows, monday_morning) == OpenState(is_open=True, changes_at=at("Europe/Rome", 2026, 11, 9, 6, 0))
    assert not open_state(rows, at("Europe/Rome", 2026, 11, 8, 5, 59)).is_open


def test_midnight_a_day_that_ends_at_24_00_goes_on_into_the_next() -> None:
    rows = [HoursRow(frozenset({1}), 1200, 1440, "Asia/Seoul"), HoursRow(frozenset({2}), 0, 60, "Asia/Seoul")]
    assert open_state(rows, at("Asia/Seoul", 2026, 11, 9, 23, 0)).changes_at == at("Asia/Seoul", 2026, 11, 10, 1, 0)


def test_overlapping_rows_of_several_zones_are_one_stretch() -> None:
    rows = [HoursRow(EVERY_DAY, 540, 1080, "Asia/Seoul"), HoursRow(EVERY_DAY, 540, 1080, "Europe/Rome")]
    now = at("Asia/Seoul", 2026, 11, 5, 12, 0)
    assert open_state(rows, now) == OpenState(is_open=True, changes_at=at("Europe/Rome", 2026, 11, 5, 18, 0))


@pytest.mark.parametrize(
    "rows",
    [
        [HoursRow(EVERY_DAY, 0, 1440, "Europe/Rome")],
        [HoursRow(EVERY_DAY, 540, 1980, "America/New_York")],
        [HoursRow(EVERY_DAY, 0, 720, "Europe/Rome"), HoursRow(EVERY_DAY, 700, 1440, "Europe/Rome")],
    ],
)
def test_round_the_clock_never_changes_not_even_when_the_clocks_do(rows: list[HoursRow]) -> None:
    for now in (at("Europe/Rome", 2026, 3, 29, 1, 59), at("Europe/Rome", 2026, 10, 25, 2, 30)):
        assert open_state(rows, now) == OpenState(is_open=True, changes_at=None)


def test_dst_two_zones_that_fill_the_day_together_are_torn_apart_by_the_next_change_of_clocks() -> None:
    rows = [HoursRow(EVERY_DAY, 0, 720, "UTC"), HoursRow(EVERY_DAY, 780, 1500, "Europe/Rome")]
    torn = datetime(2027, 3, 28, 23, tzinfo=UTC)
    assert open_state(rows, datetime(2026, 11, 5, tzinfo=UTC)) == OpenState(is_open=True, changes_at=torn)
    assert open_state(rows, torn) == OpenState(is_open=False, changes_at=torn + timedelta(hours=1))


def test_dst_a_row_that_starts_in_the_gap_opens_right_after_it() -> None:
    rows = [HoursRow(EVERY_DAY, 150, 210, "Europe/Rome")]
    opens, closes = datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert open_state(rows, opens - MINUTE) == OpenState(is_open=False, changes_at=opens)
    assert open_state(rows, opens) == OpenState(is_open=True, changes_at=closes)


def test_dst_a_row_that_the_gap_swallows_does_not_open_that_day() -> None:
    rows = [HoursRow(frozenset({7}), 130, 170, "Europe/Rome")]
    saturday = at("Europe/Rome", 2026, 3, 28, 12, 0)
    assert open_state(rows, saturday).changes_at == at("Europe/Rome", 2026, 4, 5, 2, 10)


def test_dst_a_row_over_the_hour_that_comes_twice_is_an_hour_longer() -> None:
    rows = [HoursRow(EVERY_DAY, 150, 210, "Europe/Rome")]
    opens, closes = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert open_state(rows, opens) == OpenState(is_open=True, changes_at=closes)
    assert open_state(rows, opens + timedelta(hours=1)).is_open


def test_dst_wall_hours_stay_and_the_instants_move() -> None:
    rows = [HoursRow(EVERY_DAY, 540, 1080, "Europe/Rome")]
    assert open_state(rows, datetime(2026, 3, 28, 20, tzinfo=UTC)).changes_at == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert open_state(rows, datetime(2026, 10, 24, 20, tzinfo=UTC)).changes_at == datetime(2026, 10, 25, 8, tzinfo=UTC)


CHRISTMAS = frozenset({date(2026, 12, 25)})


def test_on_a_closed_day_it_does_not_open_and_the_next_day_comes() -> None:
    rows = [HoursRow(WEEKDAYS, 540, 1080, "Europe/Rome")]
    thursday_evening, monday = at("Europe/Rome", 2026, 12, 24, 20, 0), at("Europe/Rome", 2026, 12, 28, 9, 0)
    assert open_state(rows, thursday_evening, CHRISTMAS) == OpenState(is_open=False, changes_at=monday)
    assert next_open(rows, thursday_evening, CHRISTMAS) == monday
    assert next_open(rows, thursday_evening) == at("Europe/Rome", 2026, 12, 25, 9, 0)
    assert next_open(rows, monday, CHRISTMAS) == monday
    assert next_open([], monday) is None


def test_midnight_what_started_before_a_closed_day_goes_on_into_it_and_nothing_starts_on_it() -> None:
    rows = [HoursRow(EVERY_DAY, 1320, 1800, "Europe/Rome")]
    early, closes = at("Europe/Rome", 2026, 12, 25, 1, 0), at("Europe/Rome", 2026, 12, 25, 6, 0)
    assert open_state(rows, early, CHRISTMAS) == OpenState(is_open=True, changes_at=closes)
    assert next_open(rows, closes, CHRISTMAS) == at("Europe/Rome", 2026, 12, 26, 22, 0)


def test_a_closed_day_is_a_day_in_the_zone_of_the_row() -> None:
    rows = [HoursRow(EVERY_DAY, 540, 1080, "Asia/Seoul"), HoursRow(EVERY_DAY, 540, 1080, "America/New_York")]
    assert not open_state(rows, at("Asia/Seoul", 2026, 12, 25, 12, 0), CHRISTMAS).is_open
    assert open_state(rows, at("America/New_York", 2026, 12, 24, 12, 0), CHRISTMAS).is_open
    assert not open_state(rows, at("America/New_York", 2026, 12, 25, 12, 0), CHRISTMAS).is_open


def test_round_the_clock_is_closed_from_midnight_to_midnight_of_a_closed_day() -> None:
    rows = [HoursRow(EVERY_DAY, 0, 1440, "Europe/Rome")]
    begins, ends = at("Europe/Rome", 2026, 12, 25, 0, 0), at("Europe/Rome", 2026, 12, 26, 0, 0)
    assert open_state(rows, begins - MINUTE, CHRISTMAS) == OpenState(is_open=True, changes_at=begins)
    assert open_state(rows, begins, CHRISTMAS) == OpenState(is_open=False, changes_at=ends)


def test_on_a_half_day_hours_end_at_its_minute_and_later_ones_do_not_begin() -> None:
    rows = [HoursRow(WEEKDAYS, 540, 1080, "Europe/Warsaw"), HoursRow(WEEKDAYS, 840, 1800, "Europe/Warsaw")]
    half = {date(2026, 12, 24): 780}
    morning, closes = at("Europe/Warsaw", 2026, 12, 24, 11, 0), at("Europe/Warsaw", 2026, 12, 24, 13, 0)
    tail_of_wednesday = at("Europe/Warsaw", 2026, 12, 24, 5, 0)
    assert open_state(rows, tail_of_wednesday, half_days=half).is_open
    assert open_state(rows, morning, half_days=half) == OpenState(is_open=True, changes_at=closes)
    assert next_open(rows, closes, CHRISTMAS, half) == at("Europe/Warsaw", 2026, 12, 28, 9, 0)


def test_stretches_are_cut_to_what_was_asked_and_joined_where_they_touch() -> None:
    rows = [HoursRow(frozenset({1}), 540, 1440, "Asia/Seoul"), HoursRow(frozenset({2}), 0, 60, "Asia/Seoul")]
    start, end = at("Asia/Seoul", 2026, 11, 9, 12, 0), at("Asia/Seoul", 2026, 11, 16, 10, 0)
    assert open_stretches(rows, start, end) == (
        Stretch(start, at("Asia/Seoul", 2026, 11, 10, 1, 0)),
        Stretch(at("Asia/Seoul", 2026, 11, 16, 9, 0), end),
    )
    assert open_stretches(rows, start, start) == ()


SEEN = timedelta(days=2)


@st.composite
def hours_rows(draw: st.DrawFn, zones: tuple[str, str]) -> HoursRow:
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    start = draw(st.integers(0, 1439) | st.sampled_from([0, 30, 60, 90, 120, 150, 180, 1380]))
    length = draw(st.integers(1, 1440) | st.sampled_from([30, 60, 1440]))
    return HoursRow(days, start, start + length, draw(st.sampled_from(zones)))


class MinuteByMinute:
    """A slow second opinion: clocks that are never turned back are read every minute."""

    def __init__(self, rows: list[HoursRow], now: datetime, closed_on: frozenset[date], half: dict[date, int]) -> None:
        self.rows = rows
        self.now = now
        self.closed_on = closed_on
        self.half_days = half
        self.shown: dict[tuple[str, datetime], datetime] = {}
        for zone in {row.zone for row in rows}:
            self.watch(zone)

    def watch(self, zone: str) -> None:
        """Note the latest time the clock has shown so far, from two days before; a clock put back waits."""
        latest = datetime.fromisoformat("0001-01-01")
        instant = self.now - timedelta(days=2)
        while instant <= self.now + SEEN:
            latest = max(latest, instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0))
            self.shown[zone, instant] = latest
            instant += MINUTE

    def is_open(self, instant: datetime) -> bool:
        return any(self.row_is_open(row, self.shown[row.zone, instant]) for row in self.rows)

    def row_is_open(self, row: HoursRow, shown: datetime) -> bool:
        minute = shown.hour * 60 + shown.minute
        today = shown.date()
        return self.started(row, today, minute) or self.started(row, today - timedelta(days=1), minute + 1440)

    def started(self, row: HoursRow, day: date, minute: int) -> bool:
        if day.isoweekday() not in row.days or day in self.closed_on:
            return False
        return row.start_minute <= minute < min(row.end_minute, self.half_days.get(day, 2880))

    def changes_at(self) -> datetime | None:
        instant, state = self.now, self.is_open(self.now)
        while instant <= self.now + SEEN:
            if self.is_open(instant) != state:
                return instant
            instant += MINUTE
        return None


@st.composite
def days_around(draw: st.DrawFn, change: datetime) -> date:
    return change.date() + timedelta(days=draw(st.integers(-2, 3)))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), zones=st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)))
def test_it_agrees_with_somebody_who_reads_the_clocks_every_minute(data: st.DataObject, zones: tuple[str, str]) -> None:
    """All zones, ten years, mostly near a change of clocks."""
    change = data.draw(st.sampled_from(changes_of(zones[0]) or (FIRST,)))
    rows = data.draw(st.lists(hours_rows(zones), min_size=1, max_size=4))
    now = change + data.draw(st.integers(-1500, 1500) | st.integers(-90, 90)) * MINUTE
    closed_on = data.draw(st.frozensets(days_around(change), max_size=2))
    half = data.draw(st.dictionaries(days_around(change), st.integers(1, 1440), max_size=2))
    expected, found = MinuteByMinute(rows, now, closed_on, half), open_state(rows, now, closed_on, half)
    assert found.is_open == expected.is_open(now)
    changes_at = expected.changes_at()
    if changes_at is None:
        assert found.changes_at is None or found.changes_at > now + SEEN
    else:
        assert found.changes_at == changes_at
