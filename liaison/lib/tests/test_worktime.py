from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.lib.hours import HoursRow, open_state
from liaison.lib.tests.transitions import FIRST, MINUTE, ZONES, changes_of
from liaison.lib.worktime import add_business_time, business_seconds

HOUR = timedelta(hours=1)
OFFICE = (HoursRow(frozenset(range(1, 6)), 540, 780, "Europe/Rome"), HoursRow(frozenset(range(1, 6)), 840, 1080, "Europe/Rome"))  # fmt: skip  # noqa: E501
NONE: frozenset[date] = frozenset()


def rome(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Rome"))  # type: ignore[arg-type, misc]  # year to minute


def test_only_open_time_counts() -> None:
    friday, monday = rome(2026, 11, 6, 17, 0), rome(2026, 11, 9, 10, 0)
    assert business_seconds(OFFICE, NONE, friday, monday) == 2 * 3600
    assert business_seconds(OFFICE, frozenset({date(2026, 11, 9)}), friday, monday) == 3600
    assert business_seconds(OFFICE, NONE, monday, friday) == 0
    assert business_seconds((), NONE, friday, monday) == 0


def test_time_added_runs_over_lunch_the_weekend_and_holidays() -> None:
    assert add_business_time(OFFICE, NONE, rome(2026, 11, 6, 12, 0), 2 * HOUR) == rome(2026, 11, 6, 15, 0)
    assert add_business_time(OFFICE, NONE, rome(2026, 11, 6, 17, 0), 2 * HOUR) == rome(2026, 11, 9, 10, 0)
    closed = frozenset({date(2026, 11, 9)})
    assert add_business_time(OFFICE, closed, rome(2026, 11, 6, 17, 0), 2 * HOUR) == rome(2026, 11, 10, 10, 0)


def test_time_that_ends_with_the_hours_has_passed_when_they_end() -> None:
    assert add_business_time(OFFICE, NONE, rome(2026, 11, 6, 16, 0), 2 * HOUR) == rome(2026, 11, 6, 18, 0)


def test_nothing_added_is_the_moment_itself_and_less_than_nothing_is_refused() -> None:
    night = rome(2026, 11, 7, 3, 0)
    assert add_business_time(OFFICE, NONE, night, timedelta()) == night.astimezone(UTC)
    with pytest.raises(ValueError, match="only be added"):
        add_business_time(OFFICE, NONE, night, -MINUTE)


def test_where_it_never_opens_the_time_never_passes() -> None:
    assert add_business_time((), NONE, rome(2026, 11, 6, 12, 0), HOUR) is None


def test_dst_the_hour_that_is_skipped_is_no_open_time_and_the_hour_that_comes_twice_is_two() -> None:
    night = (HoursRow(frozenset({7}), 0, 360, "Europe/Rome"),)
    spring, autumn = rome(2026, 3, 29, 0, 0), rome(2026, 10, 25, 0, 0)
    assert business_seconds(night, NONE, spring, spring + timedelta(days=1)) == 5 * 3600
    assert business_seconds(night, NONE, autumn, autumn + timedelta(days=1)) == 7 * 3600
    assert add_business_time(night, NONE, autumn, 7 * HOUR) == rome(2026, 10, 25, 6, 0)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_it_agrees_with_somebody_who_counts_open_minutes(data: st.DataObject, zone: str) -> None:
    change = data.draw(st.sampled_from(changes_of(zone) or (FIRST,)))
    rows = [
        HoursRow(frozenset(data.draw(st.sets(st.integers(1, 7), min_size=1))), start, start + length, zone)
        for start, length in data.draw(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3))
    ]
    closed = frozenset({change.date()}) if data.draw(st.booleans()) else NONE
    start = change + data.draw(st.integers(-600, 600)) * MINUTE
    # Within one minute nothing changes here: offsets and rows are whole minutes in these ten years.
    is_open = [open_state(rows, start + number * MINUTE, closed).is_open for number in range(300)]
    assert business_seconds(rows, closed, start, start + 300 * MINUTE) == 60 * sum(is_open)
    if any(is_open):
        wanted = data.draw(st.integers(1, sum(is_open)))
        reached = [number for number, one in enumerate(is_open) if one][wanted - 1] + 1
        assert add_business_time(rows, closed, start, wanted * MINUTE) == start + reached * MINUTE
