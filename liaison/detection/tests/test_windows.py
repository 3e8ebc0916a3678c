"""Windows against a naive reader of every row: late data, gaps, merchants, and where counting begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.catalog.rules import Measure, Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection.facts import Counts, Judgement, Reading
from liaison.detection.gates import Book, suspects
from liaison.detection.judging import judge
from liaison.detection.known import Called
from liaison.detection.tests.scene import START
from liaison.detection.usual import read_usual_calls
from liaison.detection.windows import SUMS, Span, Windows, read_merchants, read_spans, read_windows
from liaison.integrations.models import Environment
from liaison.signals.models import Outcome
from liaison.signals.testing import Calls, write_minutes

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LENGTHS = (1, 5, 15)
EVERYTHING = {minutes: frozenset(SUMS) for minutes in LENGTHS}


@dataclass(frozen=True)
class Row:
    """One line of signals: so many calls of an action, in one minute (counted from the start), for one merchant."""

    action: str
    minute: int
    outcome: Outcome
    count: int
    merchant: str
    latency_ms: int | None


ROWS = st.lists(
    st.builds(
        Row,
        action=st.sampled_from(["CheckAvailability", "CreateBooking"]),
        minute=st.integers(-2, 22),
        outcome=st.sampled_from(list(Outcome)),
        count=st.integers(1, 9),
        merchant=st.sampled_from(["", "m-1", "m-2", "m-3"]),
        latency_ms=st.none() | st.integers(0, 5000),
    ),
    max_size=40,
)
ACTIONS = ("CheckAvailability", "CreateBooking")
_COMMON = {"severity": Severity.ERROR, "min_merchants": 3}
RULES = (
    Rule("rate", Measure.ERROR_RATE, threshold=0.1, minutes=5, min_calls=5, min_errors=2, **_COMMON),  # type: ignore[arg-type]
    Rule("over", Measure.ERROR_RATE, threshold=0.5, is_over=True, minutes=15, together=True, **_COMMON),  # type: ignore[arg-type]
    Rule("declined", Measure.DECLINED_RATE, threshold=0.3, minutes=15, min_calls=3, actions=ACTIONS[:1], **_COMMON),  # type: ignore[arg-type]
    Rule("slow", Measure.LATENCY, threshold=1000, minutes=5, min_calls=2, **_COMMON),  # type: ignore[arg-type]
    Rule("burn", Measure.BURN_RATE, threshold=6, objective=0.9, minutes=5, long_minutes=15, min_calls=6, **_COMMON),  # type: ignore[arg-type]
    Rule("long", Measure.BURN_RATE, threshold=2, objective=0.9, minutes=5, long_minutes=20, min_errors=4, **_COMMON),  # type: ignore[arg-type]
)
A_FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


_ADD_CALLS = """
INSERT INTO signals_minute AS kept (environment_id, action, minute, calls, errors, unanswered, declined,
    latency_calls, latency_ms)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (environment_id, action, minute) DO UPDATE SET calls = kept.calls + EXCLUDED.calls,
    errors = kept.errors + EXCLUDED.errors, unanswered = kept.unanswered + EXCLUDED.unanswered,
    declined = kept.declined + EXCLUDED.declined, latency_calls = kept.latency_calls + EXCLUDED.latency_calls,
    latency_ms = kept.latency_ms + EXCLUDED.latency_ms
"""
_ADD_FAILURES = """
INSERT INTO signals_errorminute AS kept (environment_id, minute, action, merchant, outcome, code, count)
VALUES (%s, %s, %s, %s, %s, '', %s)
ON CONFLICT (environment_id, minute, action, merchant, outcome, code) DO UPDATE SET count = kept.count + EXCLUDED.count
"""


def write(environment: Environment, rows: Iterable[Row]) -> None:
    """Add the rows one by one, in this order: late ones come late."""
    with connection.cursor() as cursor:
        for row in rows:
            minute, outcome, count = START + row.minute * MINUTE, row.outcome, row.count
            is_failure = outcome in {Outcome.ERROR, Outcome.UNANSWERED}
            timed = 0 if row.latency_ms is None else count
            parts = (is_failure, outcome is Outcome.UNANSWERED, outcome is Outcome.DECLINED)
            values = (count, *(count * part for part in parts), timed, timed * (row.latency_ms or 0))
            cursor.execute(_ADD_CALLS, [environment.pk, row.action, minute, *values])
            if outcome is not Outcome.OK:
                failure: list[Any] = [environment.pk, minute, row.action, row.merchant, outcome.value, count]
                cursor.execute(_ADD_FAILURES, failure)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM signals_minute; DELETE FROM signals_errorminute; DELETE FROM signals_series")


def naive(rows: Iterable[Row], actions: Iterable[str], begin: datetime, end: datetime) -> Counts | None:
    """Count what lies in [begin, end), row by row."""
    wanted = [row for row in rows if row.action in actions and begin <= START + row.minute * MINUTE < end]
    failures = [row for row in wanted if row.outcome in {Outcome.ERROR, Outcome.UNANSWERED}]
    declines = [row for row in wanted if row.outcome is Outcome.DECLINED]
    timed = [row for row in wanted if row.latency_ms is not None]
    if not wanted:
        return None
    return Counts(
        calls=sum(row.count for row in wanted),
        errors=sum(row.count for row in failures),
        unanswered=sum(row.count for row in failures if row.outcome is Outcome.UNANSWERED),
        declined=sum(row.count for row in declines),
        merchants=len({row.merchant for row in failures} - {""}),
        declined_merchants=len({row.merchant for row in declines} - {""}),
        latency_calls=sum(row.count for row in timed),
        latency_ms=sum(row.count * (row.latency_ms or 0) for row in timed),
    )


def numbers(counts: Counts) -> tuple[int, ...]:
    return tuple(getattr(counts, name) for name in SUMS)


def scanned(windows: Windows, environment: Environment, action: str, minutes: int) -> tuple[int, ...] | None:
    row = windows.rows.get((environment.pk, action))
    return None if row is None else tuple(row[windows.place_of(minutes, name)] for name in SUMS)


@given(rows=ROWS, end=st.integers(0, 25))
@A_FEW
def test_a_scan_counts_what_a_reader_of_all_rows_counts(production: Environment, rows: list[Row], end: int) -> None:
    """Out-of-order and late rows, gaps, and rows at both edges."""
    forget()
    write(production, rows)
    at = START + end * MINUTE
    windows = read_windows(at, EVERYTHING)
    for action in ("CheckAvailability", "CreateBooking"):
        longest = naive(rows, {action}, at - max(LENGTHS) * MINUTE, at)
        for minutes in LENGTHS:
            expected = naive(rows, {action}, at - minutes * MINUTE, at)
            found = scanned(windows, production, action, minutes)
            assert found == (None if longest is None else numbers(expected or Counts()))


@given(rows=ROWS, end=st.integers(0, 25), cut=st.integers(-120, 1500))
@A_FEW
def test_nothing_from_before_counts(production: Environment, rows: list[Row], end: int, cut: int) -> None:
    """`judged_from` lies anywhere within a minute: the minute that it falls into does not count."""
    forget()
    write(production, rows)
    at, since = START + end * MINUTE, START + timedelta(seconds=cut)
    windows = read_windows(at, EVERYTHING, since={production.pk: since})
    for action in ("CheckAvailability", "CreateBooking"):
        for minutes in LENGTHS:
            expected = naive(rows, {action}, max(at - minutes * MINUTE, since), at)
            found = scanned(windows, production, action, minutes)
            assert (found or numbers(Counts())) == numbers(expected or Counts())


@given(rows=ROWS, begin=st.integers(-3, 20), length=st.integers(1, 20), together=st.booleans())
@A_FEW
def test_stretches_and_their_merchants_are_counted_alike(
    production: Environment, rows: list[Row], begin: int, length: int, together: bool
) -> None:
    """Distinct merchants do not add up over minutes, nor over actions; the unnamed one is none."""
    forget()
    write(production, rows)
    actions = ("CheckAvailability", "CreateBooking") if together else ("CreateBooking",)
    since, until = START + begin * MINUTE, START + (begin + length) * MINUTE
    span = Span(production.pk, actions, since, until)
    nowhere = Span(production.pk, ("Nothing",), since, until)
    expected = naive(rows, actions, since, until)
    found = read_spans([nowhere, span])
    assert found[0] is None
    assert (None if found[1] is None else numbers(found[1])) == (None if expected is None else numbers(expected))
    merchants = (0, 0) if expected is None else (expected.merchants, expected.declined_merchants)
    assert read_merchants([nowhere, span]) == [(0, 0), merchants]


def test_only_the_environments_asked_for_are_read(production: Environment) -> None:
    write_minutes(production, "CreateBooking", START, [Calls(5)])
    end = START + MINUTE
    assert read_windows(end, EVERYTHING, environment_ids=[production.pk]).rows
    assert not read_windows(end, EVERYTHING, environment_ids=[production.pk + 1]).rows
    assert not read_windows(end, EVERYTHING, environment_ids=[]).rows


@given(rows=ROWS, end=st.integers(5, 25))
@A_FEW
def test_what_the_gate_stops_the_judge_would_not_find_bad(production: Environment, rows: list[Row], end: int) -> None:
    """However many merchants there were: the gate and the judge divide the same numbers."""
    forget()
    write(production, rows)
    at = START + end * MINUTE
    book = Book(RULES)
    windows = read_windows(at, book.columns)
    let_through = {(one.rule.key, one.scope) for one in suspects(windows, {production.pk: book})}
    for rule in RULES:
        judged = [action for action in ACTIONS if not rule.actions or action in rule.actions]
        for scope, actions in [(rule.key, judged)] if rule.together else [(action, [action]) for action in judged]:
            window = naive(rows, actions, at - rule.minutes * MINUTE, at)
            long_window = naive(rows, actions, at - rule.long_minutes * MINUTE, at)
            reading = Reading(at, window=many(window), long_window=many(long_window))
            is_bad = judge(rule, reading).judgement is Judgement.BAD
            assert not is_bad or (rule.key, scope) in let_through


def many(counts: Counts | None) -> Counts | None:
    return counts and replace(counts, merchants=1000, declined_merchants=1000)


def test_what_is_usual_is_counted_at_the_same_hour_of_the_days_before(production: Environment) -> None:
    now = START + timedelta(minutes=40)
    for back in range(1, 8):
        write_minutes(production, "CreateBooking", START - timedelta(days=back), [Calls(6)] * 60)
        write_minutes(production, "CreateBooking", START - timedelta(days=back, hours=3), [Calls(500)] * 60)
    called = Called(production.pk, "CreateBooking", START - timedelta(days=30), START - timedelta(minutes=30))
    assert read_usual_calls([called], now) == [6.0]


def test_days_of_silence_do_not_become_what_is_usual(production: Environment) -> None:
    """After a week without a call the days before the last one still say what was usual."""
    write_minutes(production, "CreateBooking", START - timedelta(days=9), [Calls(7)] * 60)
    last = START - timedelta(days=8, hours=1)
    called = Called(production.pk, "CreateBooking", START - timedelta(days=9), last)
    assert read_usual_calls([called], START) == [7.0]


def test_of_a_new_action_nothing_is_usual(production: Environment) -> None:
    called = Called(production.pk, "Fresh", START - timedelta(hours=2), START - timedelta(hours=1))
    assert read_usual_calls([called], START) == [None]
