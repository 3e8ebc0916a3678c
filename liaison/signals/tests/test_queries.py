"""What charts and evidence read of an environment's calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from liaison.accounts.testing import make_cast
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.testing import environment_of, make_launched
from liaison.signals import queries
from liaison.signals.models import ErrorMinute, Minute, Outcome, Series
from liaison.signals.testing import Calls, write_many, write_minute, write_minutes

START = datetime(2026, 11, 5, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def environment() -> Environment:
    return environment_of(make_launched(make_cast().partner))


def test_minutes_are_added_to_those_that_are_there(environment: Environment) -> None:
    """S6: late calls of a minute count with those that came before."""
    write_minute(environment, "CreateBooking", START, Calls(10, errors=2, latency_ms=100))
    write_minute(environment, "CreateBooking", START, Calls(5, errors=1, unanswered=1, declined=1, latency_ms=400))
    row = Minute.objects.get()
    assert (row.calls, row.errors, row.unanswered, row.declined) == (15, 3, 1, 1)
    assert (row.latency_calls, row.latency_ms, row.latency_max_ms) == (15, 10 * 100 + 5 * 400, 400)
    kept = dict(ErrorMinute.objects.values_list("outcome", "count"))
    assert kept == {Outcome.ERROR: 2, Outcome.UNANSWERED: 1, Outcome.DECLINED: 1}


def test_the_actions_of_an_environment_have_a_first_and_a_last_minute(environment: Environment) -> None:
    write_minutes(environment, "CreateBooking", START, [Calls(1), None, Calls(1)])
    write_minute(environment, "CreateBooking", START - 5 * MINUTE, Calls(1))
    write_minute(environment, "CheckAvailability", START, Calls(1))
    write_minute(_sandbox(environment), "SubmitOrder", START, Calls(1))
    found = [(one.action, one.first_minute, one.last_minute) for one in queries.series_of(environment)]
    assert found == [
        ("CheckAvailability", START, START),
        ("CreateBooking", START - 5 * MINUTE, START + 2 * MINUTE),
    ]
    assert Series.objects.count() == 3


def test_minutes_are_put_into_buckets_half_open(environment: Environment) -> None:
    """A row of the end's minute belongs to the next span, one of the start's to this one."""
    write_minutes(environment, "CreateBooking", START, [Calls(10, errors=1, latency_ms=200) for _ in range(12)])
    found = queries.minutes(environment, ["CreateBooking"], START, START + 10 * MINUTE, bucket=5 * MINUTE)
    assert [(one.start, one.sums.calls, one.sums.errors) for one in found] == [
        (START, 50, 5),
        (START + 5 * MINUTE, 50, 5),
    ]
    assert found[0].sums.error_rate == pytest.approx(0.1)
    assert found[0].sums.mean_latency_ms == pytest.approx(200)


def test_buckets_without_calls_are_left_out_and_actions_stay_apart(environment: Environment) -> None:
    write_minutes(environment, "CreateBooking", START, [Calls(1), None, None, Calls(2)])
    write_minute(environment, "SubmitOrder", START, Calls(3))
    found = queries.minutes(environment, None, START, START + 10 * MINUTE)
    assert [(one.action, one.start, one.sums.calls) for one in found] == [
        ("CreateBooking", START, 1),
        ("CreateBooking", START + 3 * MINUTE, 2),
        ("SubmitOrder", START, 3),
    ]


def test_the_totals_of_a_span_are_by_action(environment: Environment) -> None:
    write_minutes(environment, "CreateBooking", START, [Calls(10, errors=4, unanswered=1, declined=2)] * 3)
    write_minute(_sandbox(environment), "CreateBooking", START, Calls(99))
    found = queries.totals(environment, None, START, START + 2 * MINUTE)
    assert found == {"CreateBooking": queries.Sums(calls=20, errors=8, unanswered=2, declined=4)}
    assert queries.totals(environment, ["SubmitOrder"], START, START + 2 * MINUTE) == {}
    assert queries.Sums().error_rate is None
    assert queries.Sums().mean_latency_ms is None


def test_codes_and_merchants_are_ranked_without_declines(environment: Environment) -> None:
    """S6: a declined payment is no error; distinct merchants do not add up over minutes."""
    calls = Calls(100, errors=6, unanswered=2, declined=5, merchants=3)
    write_minutes(environment, "CreateBooking", START, [calls, calls])
    end = START + 2 * MINUTE
    assert queries.errors_by_code(environment, None, START, end) == (("500", 8), ("unanswered", 4))
    assert queries.merchants_most(environment, None, START, end, most=2) == (("m-1", 6), ("m-2", 4))
    assert queries.merchant_count(environment, None, START, end) == 3
    declined = queries.errors_by_code(environment, None, START, end, outcomes=[Outcome.DECLINED])
    assert declined == (("declined", 10),)


def test_single_failures_come_in_the_order_of_time(environment: Environment) -> None:
    write_minutes(environment, "CreateBooking", START, [Calls(5, errors=3, samples=2), Calls(5, errors=1, samples=1)])
    found = queries.samples(environment, ["CreateBooking"], START, START + 2 * MINUTE)
    assert [one.at for one in found] == [START, START + timedelta(seconds=1), START + MINUTE]
    assert found[0].reference.startswith("call-")
    assert queries.samples(environment, ["SubmitOrder"], START, START + 2 * MINUTE) == ()


def test_the_first_failure_is_a_minute(environment: Environment) -> None:
    write_minutes(environment, "CreateBooking", START, [Calls(5, declined=1), Calls(5), Calls(5, errors=1)])
    assert queries.first_failure(environment, None, START, START + 9 * MINUTE) == START + 2 * MINUTE
    assert queries.first_failure(environment, None, START, START + MINUTE) is None


def test_many_series_are_written_at_once(environment: Environment) -> None:
    other = _sandbox(environment)
    write_many(
        [(environment, "A", START, Calls(1)), (other, "A", START, Calls(2)), (environment, "B", START, Calls(3))]
    )
    assert sorted(Minute.objects.values_list("action", "calls")) == [("A", 1), ("A", 2), ("B", 3)]


def _sandbox(environment: Environment) -> Environment:
    return environment_of(environment.integration, EnvironmentName.SANDBOX)
