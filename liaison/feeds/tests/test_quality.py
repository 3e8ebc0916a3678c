from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.feeds.quality import (
    Run,
    duration,
    entity_age,
    error_rate,
    freshness,
    intervals_waited,
    missing_runs,
    stale_share,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

_counts = st.integers(0, 2**31 - 1)
_moments = st.integers(-(10**7), 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))
_intervals = st.integers(1, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(entities=_counts, errors=_counts, stale=_counts | st.none())
def test_a_share_is_between_nothing_and_all_or_unknown(entities: int, errors: int, stale: int | None) -> None:
    run = Run(NOW, NOW, entities, errors, None, stale)
    for share in (error_rate(run), stale_share(run)):
        assert share is None or 0 <= share <= 1
    assert (error_rate(run) is None) == (entities == 0)
    assert (stale_share(run) is None) == (entities == 0 or stale is None)


def test_a_share_is_what_it_says() -> None:
    run = Run(NOW, NOW, entities=400, errors=100, stale_entities=8)
    assert error_rate(run) == pytest.approx(0.25)
    assert stale_share(run) == pytest.approx(0.02)
    assert error_rate(None) is stale_share(None) is None


@given(last=_moments | st.none(), since=_moments, every=_intervals, now=_moments)
def test_waiting_never_shrinks_while_nothing_ends(
    last: datetime | None, since: datetime, every: timedelta, now: datetime
) -> None:
    before, later = (intervals_waited(last, since, every, moment) for moment in (now, now + every))
    assert 0 <= before <= later <= before + 1 + 1e-9
    assert missing_runs(last, since, every, now) == int(before)


@given(last=_moments, since=_moments, every=_intervals)
def test_the_end_of_a_run_begins_the_waiting_anew(last: datetime, since: datetime, every: timedelta) -> None:
    assert intervals_waited(last, since, every, last) == 0
    assert missing_runs(last, since, every, max(last, since) + every) == 1


def test_what_was_before_the_judging_began_does_not_count() -> None:
    """Issue point 6: nothing alarms for what was already down before the pause ended."""
    assert intervals_waited(NOW - 50 * HOUR, NOW - HOUR, HOUR, NOW) == pytest.approx(1)
    assert intervals_waited(None, NOW - 3 * HOUR, HOUR, NOW) == pytest.approx(3)


@given(moment=_moments | st.none(), now=_moments)
def test_an_age_is_never_negative(moment: datetime | None, now: datetime) -> None:
    run = Run(NOW, oldest_entity_at=moment)
    for age in (entity_age(run, now), freshness(moment, now)):
        assert (age is None) == (moment is None)
        assert age is None or age >= timedelta()


def test_a_run_that_goes_on_has_no_duration() -> None:
    assert duration(Run(NOW)) is None
    assert duration(Run(NOW, NOW + HOUR)) == HOUR
