"""What charts add up is what the rows of minutes say (S6), and what is left of an objective."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liaison.accounts.testing import make_operator, make_partner
from liaison.catalog.loader import rules
from liaison.integrations.testing import environment_of, make_launched
from liaison.monitoring import charts
from liaison.monitoring.objective import Budget, Objective, objective_of
from liaison.monitoring.series import codes_in, merchants_in, newest_samples, series_in, together, totals_since
from liaison.monitoring.spans import Span, SpanProblem, between
from liaison.signals.models import ErrorMinute, Minute, Outcome
from liaison.signals.testing import Calls, write_many, write_minute

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
END = START + timedelta(days=4)
NUMBERS = ("calls", "errors", "unanswered", "declined", "latency_calls", "latency_ms")


@st.composite
def some_calls(draw: st.DrawFn) -> Calls:
    errors, declined = draw(st.integers(0, 9)), draw(st.integers(0, 3))
    return Calls(
        calls=errors + declined + draw(st.integers(0, 50)),
        errors=errors,
        unanswered=draw(st.integers(0, errors)),
        declined=declined,
        merchants=draw(st.integers(1, 3)),
        code=draw(st.sampled_from(["500", "timeout"])),
        latency_ms=draw(st.none() | st.integers(1, 5000)),
    )


class PiecesAddUp(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 5759), st.sampled_from(["Search", "Book"]), some_calls()), max_size=30),
        st.integers(0, 5700),
        st.integers(1, 5760),
    )
    def test_pieces_add_up_to_the_rows_they_are_made_of(
        self, rows: list[tuple[int, str, Calls]], first: int, minutes: int
    ) -> None:
        make_operator()
        environment = environment_of(make_launched(make_partner()))
        other = environment_of(make_launched(make_partner("elsewhere")))
        told = [(environment, action, START + timedelta(minutes=minute), calls) for minute, action, calls in rows]
        if told:
            write_many([*told, (other, "Search", START, Calls(7, errors=7))])
        span = between(START + timedelta(minutes=first), START + timedelta(minutes=first + minutes), END)
        assert isinstance(span, Span) or span is SpanProblem.BACKWARDS
        if not isinstance(span, Span):
            return
        kept = Minute.objects.filter(environment=environment, minute__gte=span.start, minute__lt=span.end)
        found = series_in(environment, span)
        sums = together(one.total for one in found)
        expected = kept.aggregate(**{name: Sum(name) for name in NUMBERS})
        assert {name: getattr(sums, name) for name in NUMBERS} == {name: expected[name] or 0 for name in NUMBERS}
        assert all(moment in span.moments for one in found for moment in one.points)
        drawn = charts.calls(found, span)
        assert sum(value or 0 for _moment, cells in drawn.rows for value in cells) == sums.calls
        wrong = ErrorMinute.objects.filter(environment=environment, minute__gte=span.start, minute__lt=span.end)
        failed = wrong.exclude(outcome=Outcome.DECLINED).aggregate(number=Sum("count"))["number"] or 0
        assert sum(one.count for one in codes_in(environment, span)) == failed
        assert sum(one.errors for one in merchants_in(environment, span)) == failed


@pytest.mark.django_db
def test_a_piece_without_calls_has_no_error_rate_and_is_left_blank() -> None:
    environment = environment_of(make_launched(make_partner()))
    write_minute(environment, "Book", START + timedelta(minutes=1), Calls(10, errors=5))
    span = Span(START, START + timedelta(minutes=3), 1)
    drawn = charts.error_rates(series_in(environment, span), span)
    assert [cells for _moment, cells in drawn.rows] == [(None,), (0.5,), (None,)]


@pytest.mark.django_db
def test_declined_payments_are_no_errors_of_a_merchant() -> None:
    environment = environment_of(make_launched(make_partner()))
    write_minute(environment, "Checkout", START, Calls(10, errors=1, declined=4))
    span = Span(START, START + timedelta(minutes=1), 1)
    assert [(one.code, one.count, one.merchants) for one in codes_in(environment, span)] == [("500", 1, 1)]
    assert [(one.errors, one.declined) for one in merchants_in(environment, span)] == [(1, 4)]


@pytest.mark.django_db
def test_samples_are_those_of_the_last_week_the_newest_first() -> None:
    environment = environment_of(make_launched(make_partner()))
    for days in (1, 3, 8):
        write_minute(environment, "Book", END - timedelta(days=days), Calls(2, errors=1, samples=1))
    assert [one.at for one in newest_samples(environment, END)] == [END - timedelta(days=1), END - timedelta(days=3)]
    assert newest_samples(environment, END, "Search") == []


@pytest.mark.django_db
def test_totals_of_many_environments_are_kept_apart() -> None:
    first, second = (environment_of(make_launched(make_partner(slug))) for slug in ("one", "two"))
    write_many([(first, "Book", START, Calls(10, errors=1)), (second, "Book", START, Calls(20, errors=2))])
    write_minute(second, "Search", START, Calls(5))
    found = totals_since([first.pk, second.pk], START)
    assert {key: (sums.calls, sums.errors) for key, sums in found.items()} == {first.pk: (10, 1), second.pk: (25, 2)}
    assert totals_since([second.pk], START, ["Book"])[second.pk].calls == 20
    assert totals_since([second.pk], START + timedelta(minutes=1)) == {}


@pytest.mark.parametrize(
    ("calls", "errors", "left"), [(10_000, 0, 1.0), (10_000, 38, 0.62), (10_000, 100, 0.0), (10_000, 150, -0.5)]
)
def test_an_objective_of_99_per_cent_allows_one_failure_of_a_hundred(calls: int, errors: int, left: float) -> None:
    assert Budget(Objective(0.99), calls, errors).left == pytest.approx(left)


def test_nothing_is_left_or_used_up_where_nothing_was_called() -> None:
    assert Budget(Objective(0.99), 0, 0).left is None


def test_the_objective_is_that_of_the_burn_rate_rules() -> None:
    found = objective_of(rules().values())
    assert found is not None
    assert found.share == 0.99
    assert objective_of([]) is None
