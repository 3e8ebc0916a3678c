from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.testing import make_partner
from liaison.feeds.queries import feeds_of, latest_runs, runs_of
from liaison.feeds.testing import make_feed, make_run
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.testing import environment_of, make_integration

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def production() -> Environment:
    return environment_of(make_integration(make_partner()))


def test_the_last_run_is_the_one_that_ended_last(production: Environment) -> None:
    feed = make_feed(production, now=NOW - 9 * HOUR)
    make_run(feed, NOW - 2 * HOUR, started_at=NOW - 8 * HOUR, entities=7)
    make_run(feed, NOW - 3 * HOUR, entities=8)
    (state,) = feeds_of(production)
    assert state.last_ended is not None
    assert state.last_ended.entities == 7
    assert state.last_ended_at == NOW - 2 * HOUR
    assert state.running is None


def test_a_run_goes_on_while_the_newest_one_has_no_end(production: Environment) -> None:
    feed = make_feed(production, now=NOW)
    make_run(feed, None, started_at=NOW - 5 * HOUR)
    make_run(feed, NOW - 2 * HOUR)
    assert feeds_of(production)[0].running is None  # it was left behind: a later one came to its end
    make_run(feed, None, started_at=NOW - HOUR, entities=3)
    running = feeds_of(production)[0].running
    assert running is not None
    assert running.started_at == NOW - HOUR


def test_many_environments_are_one_query(
    production: Environment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sandbox = environment_of(production.integration, EnvironmentName.SANDBOX)
    for environment in (production, sandbox):
        for name in ("menus", "inventory"):
            make_run(make_feed(environment, name, now=NOW), NOW)
    with django_assert_num_queries(1):
        found = latest_runs([production.pk, sandbox.pk, 0])
    assert {key: [state.name for state in states] for key, states in found.items()} == {
        production.pk: ["inventory", "menus"],
        sandbox.pk: ["inventory", "menus"],
    }


def test_a_feed_without_runs_is_there(production: Environment) -> None:
    make_feed(production, now=NOW, expected_every=90)
    (state,) = feeds_of(production)
    assert (state.last_ended, state.running, state.expected_every) == (None, None, timedelta(minutes=90))


def test_runs_of_a_stretch_of_time_begin_in_it(production: Environment) -> None:
    feed = make_feed(production, now=NOW)
    for hours in (1, 2, 3):
        make_run(feed, NOW - hours * HOUR, started_at=NOW - hours * HOUR, run_id=str(hours))
    assert [run.run_id for run in runs_of(feed, NOW - 3 * HOUR, NOW - HOUR)] == ["2", "3"]
