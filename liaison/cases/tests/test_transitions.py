"""The life of a case as a table (D7, D8, W9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from liaison.cases.transitions import (
    EVENT_OF_STATE,
    REOPENABLE_FOR,
    TRANSITIONS,
    CaseEvent,
    ImpossibleTransitionError,
    Side,
    diagram,
    last_moment_to_reopen,
    may_reopen,
    next_state,
)
from liaison.cases.vocabulary import CaseState

OPEN = [state for state in CaseState if state is not CaseState.CLOSED]
_CENTURY = 100 * 366 * 86_400 * 10**6
MOMENTS = st.integers(0, _CENTURY).map(lambda each: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(microseconds=each))


def _possible(state: CaseState, event: CaseEvent, side: Side) -> bool:
    """Say it once more in other words than the table."""
    if event is CaseEvent.REOPENED:
        return state is CaseState.CLOSED
    if state is CaseState.CLOSED:
        return False
    return side is Side.STAFF or event in {CaseEvent.WRITTEN, CaseEvent.CLOSED}


def test_every_state_event_and_side_is_decided() -> None:
    for state, event, side in product(CaseState, CaseEvent, Side):
        if _possible(state, event, side):
            assert next_state(state, event, side) is TRANSITIONS[state, event, side]
        else:
            with pytest.raises(ImpossibleTransitionError):
                next_state(state, event, side)


def test_a_closed_case_can_only_be_reopened() -> None:
    """W9."""
    assert {event for (state, event, _side) in TRANSITIONS if state is CaseState.CLOSED} == {CaseEvent.REOPENED}


def test_nothing_leads_back_to_new() -> None:
    changing = {(state, following) for (state, _event, _side), following in TRANSITIONS.items() if state != following}
    assert CaseState.NEW not in {following for _state, following in changing}


@pytest.mark.parametrize("state", OPEN)
def test_both_sides_close_and_support_sets_what_it_answers(state: CaseState) -> None:
    assert {next_state(state, CaseEvent.CLOSED, side) for side in Side} == {CaseState.CLOSED}
    assert {wanted: next_state(state, event, Side.STAFF) for wanted, event in EVENT_OF_STATE.items()} == {
        wanted: wanted for wanted in EVENT_OF_STATE
    }


def test_an_answer_of_the_account_hands_the_case_back() -> None:
    for state in (CaseState.ACTION_REQUIRED, CaseState.SOLUTION_PROVIDED):
        assert next_state(state, CaseEvent.WRITTEN, Side.ACCOUNT) is CaseState.IN_PROGRESS


@given(closed_at=MOMENTS)
def test_it_can_be_reopened_until_just_before_thirty_days_have_passed(closed_at: datetime) -> None:
    """D8: 30 × 24 h to the microsecond, whatever a clock on the wall does meanwhile."""
    end = closed_at + timedelta(hours=720)
    last = last_moment_to_reopen(closed_at)
    assert closed_at + REOPENABLE_FOR == end
    assert last == end - timedelta(microseconds=1)
    assert may_reopen(closed_at, last, Side.ACCOUNT)
    assert not may_reopen(closed_at, end, Side.ACCOUNT)
    assert may_reopen(closed_at, end, Side.STAFF)


@given(closed_at=MOMENTS, passed=st.integers(0, 60 * 86_400 * 10**6))
def test_the_shown_moment_is_the_true_one(closed_at: datetime, passed: int) -> None:
    now = closed_at + timedelta(microseconds=passed)
    assert may_reopen(closed_at, now, Side.ACCOUNT) == (now <= last_moment_to_reopen(closed_at))


def test_the_documentation_draws_the_table_as_it_is() -> None:
    page = (settings.BASE_DIR.parent / "docs" / "concepts" / "cases.md").read_text()
    assert diagram() in page
