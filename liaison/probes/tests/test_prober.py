"""The prober against real servers on this machine and a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from liaison.accounts.testing import make_account
from liaison.integrations.models import Environment
from liaison.integrations.testing import environment_of, make_integration
from liaison.lib.http.testing import LOOPBACK, HttpServer, answer, drop, hang
from liaison.probes import doubt
from liaison.probes.asking import Answer
from liaison.probes.models import CheckOutcome, CheckResult, HealthCheck
from liaison.probes.prober import Prober
from liaison.probes.retention import erase_old
from liaison.probes.testing import make_check, make_result
from liaison.probes.turns import TOO_LATE, Asked, keep_answers, spread_late, take_turns
from liaison.probes.vocabulary import Problem

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


@pytest.fixture
def prober(clock: Clock) -> Iterator[Prober]:
    prober = Prober(threads=4, guard=LOOPBACK, clock=clock)
    yield prober
    prober.close()


@pytest.fixture
def production() -> Environment:
    return environment_of(make_integration(make_account("bistro")))


def environments(count: int) -> list[Environment]:
    return [environment_of(make_integration(make_account(f"partner-{number}"))) for number in range(count)]


def passed(prober: Prober, clock: Clock, check: HealthCheck, minutes: int = 1) -> HealthCheck:
    """Let the prober make a pass, and the clock go on."""
    prober.run(clock())
    clock.now += minutes * MINUTE
    check.refresh_from_db()
    return check


def test_a_server_that_dies_and_returns(
    prober: Prober, clock: Clock, server: HttpServer, production: Environment
) -> None:
    """Issue point 3: consecutive failures, and healthy again."""
    check = make_check(production, server.url, now=NOW)
    check = passed(prober, clock, check)
    assert (check.last_outcome, check.healthy_in_a_row, check.failing_since) == (CheckOutcome.HEALTHY, 1, None)
    server.acts.extend([drop, drop, answer("500 Down", body=b"x")])
    for _ in range(3):
        check = passed(prober, clock, check)
    assert (check.failed_in_a_row, check.unanswered_in_a_row, check.healthy_in_a_row) == (3, 0, 0)
    assert check.failing_since == NOW + MINUTE
    assert check.last_healthy_at == NOW
    check = passed(prober, clock, check)
    assert (check.failed_in_a_row, check.healthy_in_a_row, check.failing_since) == (0, 1, None)
    results = CheckResult.objects.order_by("at").values_list("outcome", "status", "problem")
    assert list(results) == [
        ("healthy", 204, ""),
        ("unanswered", None, "closed"),
        ("unanswered", None, "closed"),
        ("wrong_answer", 500, "status"),
        ("healthy", 204, ""),
    ]
    assert len(server.taken) == 5


def test_a_check_keeps_its_place_in_the_interval(
    prober: Prober, clock: Clock, server: HttpServer, production: Environment
) -> None:
    check = make_check(production, server.url, now=NOW, next_at=NOW - timedelta(seconds=7))
    check = passed(prober, clock, check)
    assert check.next_at == NOW + timedelta(seconds=53)
    assert check.claimed_until is None


def test_what_is_not_due_or_off_is_not_asked(
    prober: Prober, clock: Clock, server: HttpServer, production: Environment
) -> None:
    check = make_check(production, server.url, now=NOW, next_at=NOW + timedelta(seconds=1))
    passed(prober, clock, check, minutes=0)
    HealthCheck.objects.update(is_on=False, next_at=NOW)
    assert prober.run(NOW) == 0
    assert server.taken == []


def test_a_restart_after_hours_never_makes_a_burst(clock: Clock) -> None:
    """What is late waits for its own place: a thousand checks stay as spread as they were."""
    for number, environment in enumerate(environments(6)):
        make_check(environment, now=NOW, next_at=NOW - timedelta(hours=3) + number * timedelta(seconds=10))
    assert spread_late(NOW) == 6
    assert take_turns(NOW - timedelta(microseconds=1), 100) == []
    places = sorted((check.next_at - NOW).total_seconds() for check in HealthCheck.objects.all())
    assert places == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def test_what_is_a_little_late_is_made_now(production: Environment) -> None:
    make_check(production, now=NOW, next_at=NOW - TOO_LATE)
    assert spread_late(NOW) == 0
    assert len(take_turns(NOW, 100)) == 1


def test_nobody_else_takes_what_is_under_way(production: Environment) -> None:
    make_check(production, now=NOW, interval_seconds=10)
    (turn,) = take_turns(NOW, 10)
    assert turn.fence == NOW + timedelta(seconds=80)
    assert take_turns(NOW + timedelta(seconds=79), 10) == []
    (again,) = take_turns(NOW + timedelta(seconds=80), 10)
    assert again.fence > turn.fence


def asked(outcome: CheckOutcome = CheckOutcome.HEALTHY) -> Asked:
    (turn,) = take_turns(NOW, 10)
    return Asked(turn, NOW, Answer(outcome, 200, 12))


def test_a_stale_worker_cannot_overwrite_a_newer_result(production: Environment) -> None:
    check = make_check(production, now=NOW)
    stale = asked(CheckOutcome.UNANSWERED)
    later = NOW + timedelta(minutes=5)
    (turn,) = take_turns(later, 10)
    assert keep_answers([Asked(turn, later, Answer(CheckOutcome.HEALTHY, 200, 9))]) == 1
    assert keep_answers([stale]) == 0
    check.refresh_from_db()
    assert (check.last_at, check.last_outcome) == (later, "healthy")
    assert CheckResult.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda check: HealthCheck.objects.filter(pk=check.pk).update(claimed_until=None, url="https://new.example/"),
        lambda check: check.delete(),
    ],
    ids=["changed", "removed"],
)
def test_an_answer_for_what_was_changed_or_removed_meanwhile_does_not_count(
    production: Environment, change: Callable[[HealthCheck], object]
) -> None:
    check = make_check(production, now=NOW)
    late = asked()
    change(check)
    assert keep_answers([late]) == 0
    assert not CheckResult.objects.exists()


def test_the_same_answer_kept_twice_counts_once(production: Environment) -> None:
    make_check(production, now=NOW)
    one = asked()
    assert (keep_answers([one]), keep_answers([one])) == (1, 0)


def test_a_slow_partner_keeps_nobody_waiting(clock: Clock, server: HttpServer) -> None:
    first, *others = environments(6)
    make_check(first, server.url, now=NOW, next_at=NOW - timedelta(seconds=9), timeout_seconds=2)
    server.acts.append(hang)
    with HttpServer() as quick:
        for environment in others:
            make_check(environment, quick.url, now=NOW)
        prober = Prober(threads=2, guard=LOOPBACK, clock=clock, pass_seconds=0.7)
        assert prober.run(NOW) == 5
        assert HealthCheck.objects.get(environment=first).claimed_until is not None
        prober._pass_seconds = 20.0
        assert prober.run(NOW) == 1  # what was under way is kept in the next pass
        prober.close()
    slow = HealthCheck.objects.get(environment=first)
    assert (slow.unanswered_in_a_row, slow.claimed_until) == (1, None)
    assert CheckResult.objects.get(check_made=slow).problem == Problem.TOO_SLOW


def test_when_nobody_answers_at_all_nobody_is_blamed(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """An hour without a network on our side must not disable every integration."""
    partners = environments(doubt.FEWEST_HOSTS + 1)
    for number, environment in enumerate(partners):
        make_check(environment, f"http://127.0.0.{number + 1}:1/", now=NOW)
    prober = Prober(threads=4, guard=LOOPBACK, clock=clock)
    for _ in range(4):
        prober.run(clock())
        clock.now += MINUTE
    prober.close()
    worst = HealthCheck.objects.order_by("-unanswered_in_a_row")[0]
    assert worst.unanswered_in_a_row <= 1
    assert CheckResult.objects.filter(problem=Problem.OUR_NETWORK, outcome=CheckOutcome.REFUSED).count() >= 3 * 6
    assert "network on this side" in caplog.text


def test_an_address_that_we_do_not_go_to_blames_nobody(clock: Clock, production: Environment) -> None:
    check = make_check(production, "http://169.254.169.254/", now=NOW)
    prober = Prober(threads=1, clock=clock)
    check = passed(prober, clock, check)
    prober.close()
    assert (check.last_outcome, check.failing_since, check.failed_in_a_row) == (CheckOutcome.REFUSED, None, 0)


def test_results_are_kept_for_30_days(production: Environment) -> None:
    check = make_check(production, now=NOW)
    make_result(check, NOW - timedelta(days=31))
    kept = make_result(check, NOW - timedelta(days=29))
    assert erase_old(NOW) == 1
    assert CheckResult.objects.get() == kept


def test_two_probers_at_once_ask_once(clock: Clock, server: HttpServer) -> None:
    for environment in environments(4):
        make_check(environment, server.url, now=NOW)
    one, two = (Prober(threads=2, guard=LOOPBACK, clock=clock) for _ in range(2))
    assert one.run(NOW) + two.run(NOW) == 4
    one.close()
    two.close()
    assert len(server.taken) == 4
