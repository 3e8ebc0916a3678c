"""When the next answer is due, and when it is asked for again (S7). Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.expectations.pace import (
    LONGEST_ESTIMATE,
    MOST_REPEATS,
    PACES,
    Span,
    Workdays,
    after,
    due_after,
    estimate_limit,
    first_due,
    next_repeat,
)
from liaison.expectations.transitions import MAY_FOLLOW, may_follow
from liaison.expectations.vocabulary import Answer
from liaison.lib.hours import HoursRow
from liaison.notifications.facts import OpenHours

WEEKDAYS = frozenset(range(1, 6))
OFFICE = Workdays(OpenHours((HoursRow(WEEKDAYS, 9 * 60, 18 * 60, "Europe/Rome"),)), "Europe/Rome")
ALWAYS = Workdays(OpenHours((HoursRow(frozenset(range(1, 8)), 0, 24 * 60, "UTC"),)), "UTC")
NO_HOURS = Workdays(OpenHours(()), "Asia/Seoul")

moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
topics = st.sampled_from(sorted(PACES))
workdays = st.sampled_from([OFFICE, ALWAYS, NO_HOURS])


def rome(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (rome(9, 10), rome(10, 10)),  # Monday to Tuesday
        (rome(13, 10), rome(16, 10)),  # Friday to Monday
        (rome(13, 17, 59), rome(16, 17, 59)),
        (rome(14, 12), rome(16, 18)),  # on a Saturday it is asked for until Monday evening
    ],
)
def test_a_business_day_is_the_open_time_of_one_day(now: datetime, due: datetime) -> None:
    assert first_due(Topic.MERCHANT_ISSUE, now, OFFICE) == due


def test_a_holiday_is_no_business_day() -> None:
    closed = Workdays(OpenHours(OFFICE.hours.rows, frozenset({date(2026, 11, 10)})), "Europe/Rome")
    assert first_due(Topic.TECHNICAL_NOTICE, rome(9, 10), closed) == rome(11, 10)


def test_where_somebody_is_always_there_a_business_day_is_a_day() -> None:
    now = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)  # a Saturday
    assert first_due(Topic.USER_ESCALATION, now, ALWAYS) == now + timedelta(days=1)


def test_without_support_hours_the_weekend_does_not_count() -> None:
    friday = datetime(2026, 11, 13, 12, 0, tzinfo=ZoneInfo("Asia/Seoul"))
    assert first_due(Topic.TECHNICAL_NOTICE, friday, NO_HOURS) == friday + timedelta(days=3)


def test_hours_that_a_change_of_clocks_swallows_have_an_end_all_the_same() -> None:
    """Rule 6: the only hour of this account does not exist on the day on which the clocks change."""
    swallowed = Workdays(OpenHours((HoursRow(frozenset({7}), 120, 180, "Europe/Rome"),)), "Europe/Rome")
    now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert now < first_due(Topic.TECHNICAL_NOTICE, now, swallowed) <= now + timedelta(days=60)


@given(moments, workdays)
def test_an_emergency_and_an_alert_are_counted_by_the_clock(now: datetime, days: Workdays) -> None:
    assert first_due(Topic.TECHNICAL_EMERGENCY, now, days) == now + timedelta(minutes=30)
    assert first_due(Topic.PRODUCTION_ALERT, now, days) == now + timedelta(hours=4)


@given(topics, moments, workdays)
def test_what_is_due_lies_ahead(topic: Topic, now: datetime, days: Workdays) -> None:
    due = first_due(topic, now, days)
    assert now < due <= now + timedelta(days=60)
    assert due.utcoffset() is not None


@given(topics, moments, st.timedeltas(timedelta(days=-30), timedelta(days=300)), workdays)
def test_seen_never_brings_forward_what_is_due(topic: Topic, now: datetime, ahead: timedelta, days: Workdays) -> None:
    due = due_after(Answer.SEEN, topic=topic, due_at=now + ahead, estimate_at=None, now=now, workdays=days)
    assert due >= now + ahead
    assert due > now


@given(topics, moments, st.timedeltas(timedelta(minutes=1), timedelta(days=30)), workdays)
def test_who_works_on_it_is_asked_at_the_estimate(
    topic: Topic, now: datetime, ahead: timedelta, days: Workdays
) -> None:
    estimate = now + ahead
    asked = due_after(Answer.WORKING, topic=topic, due_at=now, estimate_at=estimate, now=now, workdays=days)
    assert asked == estimate
    assert estimate <= estimate_limit(now, now) == now + LONGEST_ESTIMATE


def test_who_works_on_it_says_until_when() -> None:
    with pytest.raises(ValueError, match="until when"):
        due_after(
            Answer.WORKING,
            topic=Topic.MERCHANT_ISSUE,
            due_at=rome(9, 10),
            estimate_at=None,
            now=rome(9, 10),
            workdays=OFFICE,
        )


def test_more_time_for_an_estimate_where_more_was_given() -> None:
    now = rome(9, 10)
    assert estimate_limit(now + timedelta(days=90), now) == now + timedelta(days=90)


@given(topics, moments, workdays)
def test_it_is_asked_for_again_a_few_times_at_growing_pauses(topic: Topic, now: datetime, days: Workdays) -> None:
    pauses, moment = [], now
    for passed in range(1, MOST_REPEATS):
        later = next_repeat(topic, passed, moment, days)
        assert later is not None
        pauses.append(later - moment)
        moment = later
    assert next_repeat(topic, MOST_REPEATS, moment, days) is None
    if not PACES[topic].repeat.days:
        assert all(after == before * 2 for before, after in pairwise(pauses))
    assert all(pause > timedelta() for pause in pauses)


@given(moments, st.integers(1, 30), workdays)
def test_more_business_days_are_never_shorter(now: datetime, count: int, days: Workdays) -> None:
    assert after(now, Span(days=count), days) <= after(now, Span(days=count + 1), days)


def test_every_answer_has_its_followers() -> None:
    assert set(MAY_FOLLOW) == {"", *Answer}
    assert may_follow("", Answer.SOLVED)
    assert not may_follow(Answer.SEEN, Answer.SEEN)
    assert not may_follow(Answer.WORKING, Answer.SEEN)
    assert may_follow(Answer.WORKING, Answer.WORKING)
    assert may_follow(Answer.SOLVED, Answer.WORKING)
