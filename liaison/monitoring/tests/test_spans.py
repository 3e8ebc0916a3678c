"""Stretches of time: which one an address names, and its pieces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.monitoring.spans import (
    LENGTHS,
    LONGEST,
    MOST_BUCKETS,
    Span,
    SpanKey,
    SpanProblem,
    asked_span,
    between,
    last,
)

NOW = datetime(2026, 11, 22, 14, 5, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # aware


@pytest.mark.parametrize("key", [key for key in SpanKey if key is not SpanKey.OWN])
def test_a_range_ends_with_the_last_full_minute_and_is_as_long_as_it_says(key: SpanKey) -> None:
    span = asked_span({"range": key.value}, "Asia/Seoul", NOW).span
    assert span.end == datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    assert LENGTHS[key] <= span.end - span.start < LENGTHS[key] + span.bucket
    assert len(span.moments) <= MOST_BUCKETS
    assert span.moments[0] == span.start


def test_what_is_not_known_means_the_last_day() -> None:
    assert asked_span({}, "UTC", NOW).key is SpanKey.DAY
    assert asked_span({"range": "forever"}, "UTC", NOW).span == last(timedelta(days=1), NOW)


@given(MOMENTS, st.sampled_from(list(LENGTHS.values())))
def test_pieces_stay_where_they_are_from_one_minute_to_the_next(now: datetime, length: timedelta) -> None:
    before, after = last(length, now), last(length, now + timedelta(minutes=1))
    assert set(after.moments[1:-1]) <= set(before.moments)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), LONGEST))
def test_pieces_cover_an_own_range_and_are_few_enough(start: datetime, length: timedelta) -> None:
    found = between(start, start + length, start + length)
    if isinstance(found, SpanProblem):
        assert found is SpanProblem.BACKWARDS  # less than a full minute
        return
    assert len(found.moments) <= MOST_BUCKETS
    assert found.moments[0] <= found.start < found.moments[0] + found.bucket
    assert found.moments[-1] < found.end <= found.moments[-1] + found.bucket
    assert all(
        later - earlier == found.bucket for earlier, later in zip(found.moments, found.moments[1:], strict=False)
    )


def test_an_own_range_is_meant_in_the_readers_zone() -> None:
    asked = asked_span({"range": "own", "from": "2026-11-22T09:00", "to": "2026-11-22T10:30"}, "Asia/Seoul", NOW)
    assert asked.span == Span(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), datetime(2026, 11, 22, 1, 30, tzinfo=UTC), 1)
    assert (asked.since, asked.until) == ("2026-11-22T09:00", "2026-11-22T10:30")


def test_an_own_range_over_the_end_of_summer_time_is_an_hour_longer_than_the_clocks_say() -> None:
    """Rome, 25 October 2026: 03:00 comes back as 02:00; of two the first is taken."""
    asked = asked_span({"range": "own", "from": "2026-10-25T01:30", "to": "2026-10-25T03:30"}, "Europe/Rome", NOW)
    assert asked.span.end - asked.span.start == timedelta(hours=3)
    twice = asked_span({"range": "own", "from": "2026-10-25T02:30", "to": "2026-10-25T03:00"}, "Europe/Rome", NOW)
    assert twice.span.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_the_first_one_after_the_gap() -> None:
    """Rome, 29 March 2026: after 01:59 comes 03:00."""
    asked = asked_span({"range": "own", "from": "2026-03-29T02:15", "to": "2026-03-29T04:00"}, "Europe/Rome", NOW)
    assert asked.span.start == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert asked.span.end - asked.span.start == timedelta(hours=1)


def test_an_own_range_may_cross_midnight_and_ends_now_when_no_end_is_said() -> None:
    asked = asked_span({"range": "own", "from": "2026-11-21T23:59"}, "UTC", NOW)
    assert asked.span.end == datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    later = asked_span({"range": "own", "from": "2026-11-21T23:59", "to": "2027-01-01T00:00"}, "UTC", NOW)
    assert later.span == asked.span


@pytest.mark.parametrize(
    ("since", "until", "problem"),
    [
        ("", "", SpanProblem.UNREADABLE),
        ("yesterday", "", SpanProblem.UNREADABLE),
        ("2026-11-05T10:00+09:00", "", SpanProblem.UNREADABLE),
        ("0001-01-01T00:00", "", SpanProblem.UNREADABLE),
        ("2026-11-05T10:00", "2026-11-05T10:00", SpanProblem.BACKWARDS),
        ("2026-12-05T10:00", "", SpanProblem.BACKWARDS),
        ("2026-01-05T10:00", "2026-11-05T10:00", SpanProblem.TOO_LONG),
    ],
)
def test_an_own_range_that_cannot_be_shown_says_why(since: str, until: str, problem: SpanProblem) -> None:
    asked = asked_span({"range": "own", "from": since, "to": until}, "UTC", NOW)
    assert asked.problem is problem
    assert asked.span == last(timedelta(days=1), NOW)
