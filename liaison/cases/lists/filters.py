"""The filters of a list as conditions in SQL. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from liaison.cases.conditions import Condition
from liaison.cases.lists.wanted import Wanted, Whose
from liaison.cases.scope import Scope
from liaison.cases.vocabulary import CaseState

STATE_ORDER: Final = (
    "array_position(ARRAY['action_required', 'solution_provided', 'new', 'reopened', 'in_progress', 'closed'],"
    " cases_case.state::text)"
)
"""What waits for the account comes first, what is over last."""
_IN_ORDER: Final = (
    CaseState.ACTION_REQUIRED,
    CaseState.SOLUTION_PROVIDED,
    CaseState.NEW,
    CaseState.REOPENED,
    CaseState.IN_PROGRESS,
    CaseState.CLOSED,
)
_ACCOUNT: Final = "cases_case.account_id = (SELECT id FROM accounts_account WHERE slug = %s)"
_INTEGRATION: Final = "cases_case.integration_id = (SELECT id FROM integrations_integration WHERE public_id = %s)"
_FOLLOWED: Final = "cases_case.id IN (SELECT case_id FROM cases_follow WHERE identity_id = %s AND is_following)"


def filters_of(wanted: Wanted, scope: Scope, reader: int, zone: str) -> tuple[Condition, ...]:
    """Return the filters but the keyword, for a reader by key. What they name and nobody has fits nothing.

    `zone` is the one in which days begin.
    """
    return (*_filters(wanted), *_days(wanted, zone), *_whose(wanted.whose, scope, reader))


def by_state(states: Iterable[CaseState]) -> tuple[Condition, ...]:
    """Return a condition for each state, of which one must hold: what the index of all cases by state answers."""
    return tuple([Condition(f"{STATE_ORDER} = {_IN_ORDER.index(state) + 1}") for state in states])


def in_states(states: Iterable[CaseState]) -> tuple[Condition, ...]:
    """Return the same in the words of the index by state in the order of everybody but staff."""
    return tuple([Condition(f"cases_case.state = '{state.value}'") for state in states])


def levels_by_state(states: Collection[CaseState]) -> tuple[tuple[int, str], ...]:
    """Return each of the states, or all for none, as its place in STATE_ORDER and the condition that says it."""
    return tuple(
        [
            (place, condition.sql)
            for place, (state, condition) in enumerate(zip(_IN_ORDER, in_states(_IN_ORDER), strict=True), start=1)
            if not states or state in states
        ]
    )


def _filters(wanted: Wanted) -> Iterator[Condition]:
    if wanted.states:
        yield Condition("cases_case.state = ANY(%s)", ([state.value for state in wanted.states],))
    if wanted.severities:
        values = [severity.value for severity in wanted.severities]
        yield Condition("cases_case.severity = ANY(%s::smallint[])", (values,))
    if wanted.account:
        yield Condition(_ACCOUNT, (wanted.account,))
    if wanted.integration:
        yield Condition(_INTEGRATION, (wanted.integration,))


def _days(wanted: Wanted, zone: str) -> Iterator[Condition]:
    if wanted.since:
        yield Condition("cases_case.created_at >= %s", (_begin(wanted.since, zone),))
    if wanted.until:
        yield Condition("cases_case.created_at < %s", (_begin(wanted.until + timedelta(days=1), zone),))


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _whose(whose: Whose | None, scope: Scope, reader: int) -> Iterator[Condition]:
    if whose is Whose.MINE:
        yield Condition("cases_case.filed_by_id = %s", (reader,))
    elif whose is Whose.SHARED:
        yield Condition("cases_case.id = ANY(%s::bigint[])", (sorted(scope.shared),))
    elif whose is Whose.FOLLOWED:
        yield Condition(_FOLLOWED, (reader,))
