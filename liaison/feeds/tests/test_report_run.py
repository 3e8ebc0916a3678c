from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.feeds.actions import MOST_FEEDS, report_run
from liaison.feeds.models import Feed, FeedRun
from liaison.feeds.reports import RunReport
from liaison.feeds.retention import erase_old
from liaison.feeds.testing import make_feed, make_run
from liaison.feeds.vocabulary import FeedCode
from liaison.integrations.models import Environment, EnvironmentName, IntakeKey
from liaison.integrations.senders import Sender
from liaison.integrations.testing import environment_of, make_integration, make_key
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Missing

pytestmark = pytest.mark.django_db

NOW = utc_now().replace(microsecond=0)
REPORT = RunReport("inventory", "run-1", NOW - timedelta(minutes=5))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def key(cast: Cast) -> IntakeKey:
    return make_key(make_integration(cast.partner)).key


@pytest.fixture
def production(key: IntakeKey) -> Environment:
    return key.environment


def test_the_first_report_makes_the_feed_and_says_so(key: IntakeKey, production: Environment) -> None:
    """Issue point 2: a feed is known by its first report."""
    run = report_run(sender=Sender(key=key), environment=production, report=REPORT, now=NOW)
    assert (run.feed.name, run.feed.expected_every, run.ended_at) == ("inventory", 24 * 60, None)
    event = Event.objects.get(kind=Happened.FEED_ADDED)
    assert (event.subject_id, event.actor_kind) == (str(run.feed_id), "intake_key")
    key.refresh_from_db()
    assert key.last_used_at == NOW


def test_the_same_run_reported_again_with_its_end_is_one_run(key: IntakeKey, production: Environment) -> None:
    report_run(sender=Sender(key=key), environment=production, report=REPORT, now=NOW)
    ended = replace(REPORT, ended_at=NOW, entities=10, errors={"no_price": 1})
    for _ in range(2):
        report_run(sender=Sender(key=key), environment=production, report=ended, now=NOW)
    report_run(sender=Sender(key=key), environment=production, report=REPORT, now=NOW)
    run = FeedRun.objects.get()
    assert (run.ended_at, run.entities, run.errors, run.errors_by_type) == (NOW, 10, 1, {"no_price": 1})
    assert Event.objects.filter(kind=Happened.FEED_ADDED).count() == 1


def test_feeds_of_two_environments_have_nothing_in_common(key: IntakeKey, production: Environment) -> None:
    sandbox = make_key(production.integration, EnvironmentName.SANDBOX).key
    for sender in (key, sandbox):
        report_run(sender=Sender(key=sender), environment=sender.environment, report=REPORT, now=NOW)
    assert Feed.objects.count() == FeedRun.objects.count() == 2


def test_a_key_speaks_for_its_own_environment_alone(cast: Cast, key: IntakeKey, production: Environment) -> None:
    others = environment_of(make_integration(cast.elsewhere))
    with pytest.raises(Missing):
        report_run(sender=Sender(key=key), environment=others, report=REPORT, now=NOW)
    assert not FeedRun.objects.exists()


def test_of_people_only_the_operators_administrators_report(cast: Cast, production: Environment) -> None:
    report_run(sender=Sender(identity=cast.administrator), environment=production, report=REPORT, now=NOW)
    for person in (cast.owner, cast.colleague, cast.agent, cast.engineer, cast.outsider):
        with pytest.raises(Forbidden):
            report_run(sender=Sender(identity=person), environment=production, report=REPORT, now=NOW)


def test_names_that_change_with_every_run_come_to_an_end(key: IntakeKey, production: Environment) -> None:
    for number in range(MOST_FEEDS):
        make_feed(production, f"feed {number}", now=NOW)
    with pytest.raises(Conflict) as refused:
        report_run(sender=Sender(key=key), environment=production, report=REPORT, now=NOW)
    assert refused.value.code is FeedCode.TOO_MANY
    report_run(sender=Sender(key=key), environment=production, report=replace(REPORT, feed="feed 7"), now=NOW)


def test_runs_are_kept_for_400_days(production: Environment) -> None:
    feed = make_feed(production, now=NOW)
    make_run(feed, NOW - timedelta(days=401), run_id="old")
    make_run(feed, NOW - timedelta(days=399), run_id="kept")
    assert erase_old(NOW) == 1
    assert FeedRun.objects.get().run_id == "kept"


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_at_once_are_one_run() -> None:
    key = make_key(make_integration(make_cast().partner)).key

    def send(number: int) -> None:
        report = replace(REPORT, ended_at=NOW, entities=10 + number)
        try:
            report_run(sender=Sender(key=key), environment=key.environment, report=report, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(50)))
    assert FeedRun.objects.count() == Feed.objects.count() == 1
