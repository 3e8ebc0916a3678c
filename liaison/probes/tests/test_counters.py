"""What requests in a row add up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from liaison.probes.counters import Counters, counted
from liaison.probes.models import CheckOutcome

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
PACE = timedelta(seconds=60)
HEALTHY, WRONG, UNANSWERED, REFUSED = (
    CheckOutcome.HEALTHY,
    CheckOutcome.WRONG_ANSWER,
    CheckOutcome.UNANSWERED,
    CheckOutcome.REFUSED,
)
FAILED = {WRONG, UNANSWERED}

_rows = st.lists(st.sampled_from([HEALTHY, WRONG, UNANSWERED]), min_size=1, max_size=40)


def after(outcomes: list[CheckOutcome], before: Counters | None = None, start: datetime = START) -> Counters:
    return reduce(
        lambda counters, one: counted(counters, one[1], start + one[0] * PACE, PACE),
        enumerate(outcomes),
        before or Counters(),
    )


def row_at_end(outcomes: list[CheckOutcome], wanted: set[CheckOutcome]) -> int:
    row = 0
    for outcome in outcomes:
        row = row + 1 if outcome in wanted else 0
    return row


@given(_rows)
def test_the_counters_are_the_rows_at_the_end(outcomes: list[CheckOutcome]) -> None:
    counters = after(outcomes)
    assert counters.failed_in_a_row == row_at_end(outcomes, FAILED)
    assert counters.unanswered_in_a_row == row_at_end(outcomes, {UNANSWERED})
    assert counters.healthy_in_a_row == row_at_end(outcomes, {HEALTHY})
    assert (counters.healthy_in_a_row == 0) != (counters.failed_in_a_row == 0)
    assert counters.last_at == START + (len(outcomes) - 1) * PACE
    assert counters.last_outcome == outcomes[-1]


@given(_rows)
def test_it_fails_since_the_first_failed_request_after_the_last_healthy_one(outcomes: list[CheckOutcome]) -> None:
    counters, failed = after(outcomes), row_at_end(outcomes, FAILED)
    expected = START + (len(outcomes) - failed) * PACE if failed else None
    assert counters.failing_since == expected
    healthy = [number for number, outcome in enumerate(outcomes) if outcome is HEALTHY]
    assert counters.last_healthy_at == (START + healthy[-1] * PACE if healthy else None)


@given(_rows, st.integers(1, 20))
def test_what_was_refused_on_our_own_side_blames_nobody(outcomes: list[CheckOutcome], times: int) -> None:
    before = after(outcomes)
    counters = after([REFUSED] * times, before, START + len(outcomes) * PACE)
    assert counters.failed_in_a_row == before.failed_in_a_row
    assert counters.unanswered_in_a_row == before.unanswered_in_a_row
    assert counters.healthy_in_a_row == 0
    assert counters.last_healthy_at == before.last_healthy_at
    if before.failing_since is None:
        assert counters.failing_since is None
    else:
        assert counters.failing_since == before.failing_since + times * PACE


def test_time_in_which_nobody_asked_is_no_time_of_failing() -> None:
    """A restart after hours: one failed request before it and one after it are not an hour of failing."""
    before = after([UNANSWERED])
    counters = counted(before, UNANSWERED, START + timedelta(hours=5), PACE)
    assert counters.unanswered_in_a_row == 2
    assert counters.failing_since is not None
    assert counters.last_at is not None
    assert counters.last_at - counters.failing_since == 3 * PACE
