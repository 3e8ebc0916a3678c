from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.testing import make_partner
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.testing import environment_of, make_integration
from liaison.probes.models import CheckOutcome, HealthCheck
from liaison.probes.queries import check_of, check_states, heartbeats, state_of, uptime
from liaison.probes.testing import make_check, make_failing, make_healthy, make_heartbeat, make_result

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def production() -> Environment:
    return environment_of(make_integration(make_partner()))


def test_states_of_many_environments_are_one_query(
    production: Environment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sandbox = environment_of(production.integration, EnvironmentName.SANDBOX)
    make_failing(make_check(production, now=NOW), NOW - MINUTE, 3)
    make_healthy(make_check(sandbox, now=NOW), NOW)
    with django_assert_num_queries(1):
        found = check_states([production.pk, sandbox.pk, 0])
    assert found[production.pk].counters.unanswered_in_a_row == 3
    assert found[production.pk].is_healthy is False
    assert found[sandbox.pk].is_healthy is True
    assert check_of(production) == state_of(HealthCheck.objects.get(environment=production))


def test_a_check_that_was_never_made_is_neither_healthy_nor_failing(production: Environment) -> None:
    assert check_of(production) is None
    make_check(production, now=NOW)
    state = check_of(production)
    assert state is not None
    assert state.is_healthy is None


def test_uptime_leaves_out_what_our_own_guard_refused(production: Environment) -> None:
    check = make_check(production, now=NOW)
    for minute, outcome in enumerate(
        (CheckOutcome.HEALTHY, CheckOutcome.WRONG_ANSWER, CheckOutcome.REFUSED, CheckOutcome.UNANSWERED)
    ):
        make_result(check, NOW + minute * MINUTE, outcome, duration_ms=100)
    make_result(check, NOW + 60 * MINUTE)
    hour, *later = uptime(check.pk, NOW, NOW + 60 * MINUTE, 60 * MINUTE)
    assert later == []
    assert (hour.start, hour.requests, hour.healthy, hour.unanswered, hour.refused) == (NOW, 4, 1, 1, 1)
    assert hour.share == pytest.approx(1 / 3)
    assert hour.mean_ms == pytest.approx(100)


def test_heartbeats_of_many_environments_are_one_query(
    production: Environment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("worker", "importer"):
        make_heartbeat(production, name, now=NOW, last_at=NOW)
    with django_assert_num_queries(1):
        found = heartbeats([production.pk])
    assert [(beat.name, beat.expected_every) for beat in found[production.pk]] == [
        ("importer", timedelta(minutes=5)),
        ("worker", timedelta(minutes=5)),
    ]
