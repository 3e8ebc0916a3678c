"""When a pass is due, and what happens when two are, or one breaks."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from liaison.accounts.testing import Cast, make_cast
from liaison.detection import passing
from liaison.detection.findings import keep_findings
from liaison.detection.models import Finding, FindingState, Pass, RuleOverride
from liaison.detection.passing import judge_when_due
from liaison.detection.places import Place
from liaison.detection.testing import MINUTE, Running, judge_at
from liaison.detection.tests.scene import BAD, START, WELL, heard, only, people_of
from liaison.feeds.models import Feed
from liaison.feeds.testing import make_feed, make_run
from liaison.health.models import Incident, IncidentState
from liaison.integrations.models import Environment, Integration
from liaison.integrations.testing import environment_of, make_launched
from liaison.notifications.models import Announcement
from liaison.probes.testing import make_heartbeat
from liaison.signals.testing import Calls, write_minutes

SETTLED = timedelta(seconds=10)


@pytest.mark.django_db
def test_each_full_minute_is_judged_once_ten_seconds_after_its_end() -> None:
    assert judge_when_due(START + timedelta(seconds=9)) is not None, "the minute before is still due"
    made = judge_when_due(START + SETTLED)
    assert made is not None
    assert made.end == START
    assert judge_when_due(START + timedelta(seconds=50)) is None
    assert judge_when_due(START + MINUTE + SETTLED) is not None


@pytest.mark.django_db
def test_after_a_gap_the_newest_minute_alone_is_judged() -> None:
    judge_when_due(START + SETTLED)
    judge_when_due(START + 30 * MINUTE + SETTLED)
    assert list(Pass.objects.order_by("end").values_list("end", flat=True)) == [START, START + 30 * MINUTE]


@pytest.mark.django_db
def test_a_pass_that_broke_off_is_made_again() -> None:
    Pass.objects.create(end=START, started_at=START)
    made = judge_when_due(START + SETTLED)
    assert made is not None
    assert made.finished_at is not None


@pytest.mark.django_db
def test_passes_are_kept_for_two_days() -> None:
    judge_at(START)
    judge_at(START + timedelta(days=2, minutes=1))
    assert Pass.objects.count() == 1


@pytest.mark.django_db
def test_one_environment_that_fails_stops_no_other(
    cast: Cast, production: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure is counted, and the environment is judged again with the next minute."""
    only("booking_errors")
    other = Running(environment_of(make_launched(cast.partner, "things_to_do")), START, CreateBooking=BAD)
    running = Running(production, START, CreateBooking=BAD)
    other.run(8, each=lambda _end: None)
    running.run(8, each=lambda _end: None)
    judge_at(running.now - 4 * MINUTE)

    def fail(place: Place, *arguments: Any, **named: Any) -> int:
        if place.environment_id == production.pk:
            raise ValueError("broken")
        return keep_findings(place, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(passing, "keep_findings", fail)
        made = judge_at(running.now)
    assert (made.failures, len(other.incidents()), len(running.incidents())) == (1, 1, 0)
    judge_at(running.now + MINUTE)
    assert len(running.incidents()) == 1


@pytest.mark.django_db
def test_a_rule_that_is_switched_off_ends_what_it_found(production: Environment, integration: Integration) -> None:
    only("booking_errors")
    running = Running(production, START, CreateBooking=BAD)
    running.run(10)
    RuleOverride.objects.create(rule="booking_errors", integration=integration, is_on=False, changed_at=START)
    running.run(1)
    assert [one.state for one in running.incidents()] == [IncidentState.RESOLVED]
    assert heard(integration) == [("opened", True), ("resolved", True)]


@pytest.mark.django_db
def test_a_feed_that_is_switched_off_ends_what_was_found(production: Environment, integration: Integration) -> None:
    only("feed_errors_high")
    feed = make_feed(production, now=START)
    make_run(feed, START + MINUTE, errors=500)
    judge_at(START + 2 * MINUTE)
    (incident,) = Incident.objects.all()
    assert incident.dedup_key == f"rules:feed:{feed.public_id}"
    (found,) = incident.facts["findings"]
    assert (found["scope"], found["entities"], found["failed_entities"]) == ("inventory", 1000, 500)
    Feed.objects.update(is_watched=False)
    judge_at(START + 3 * MINUTE)
    assert heard(integration) == [("opened", True), ("resolved", True)]


@pytest.mark.django_db
def test_each_feed_and_each_heartbeat_is_a_problem_of_its_own(production: Environment) -> None:
    only("feed_missing", "heartbeat_missing")
    for name in ("inventory", "prices"):
        make_run(make_feed(production, name, now=START, expected_every=60), START)
    make_heartbeat(production, now=START, last_at=START)
    judge_at(START + 5 * MINUTE)
    assert Incident.objects.count() == 0
    judge_at(START + 11 * MINUTE)
    (beat,) = Incident.objects.all()
    (found,) = beat.facts["findings"]
    assert (found["scope"], found["first_bad_at"]) == ("worker", START.isoformat())
    judge_at(START + 91 * MINUTE)
    assert Incident.objects.count() == 3


@pytest.mark.django_db
def test_a_feed_whose_first_run_never_ends_is_missing(production: Environment) -> None:
    only("feed_missing")
    feed = make_feed(production, now=START, expected_every=60)
    make_run(feed, None, started_at=START)
    judge_at(START + 89 * MINUTE)
    assert Incident.objects.count() == 0
    judge_at(START + 91 * MINUTE)
    assert Incident.objects.count() == 1


@pytest.mark.django_db
def test_silence_is_a_finding_where_there_used_to_be_calls(production: Environment, integration: Integration) -> None:
    """Absence of data is a finding of its own."""
    only("silence")
    for back in range(1, 8):
        write_minutes(production, "CreateBooking", START - timedelta(days=back), [Calls(6)] * 120)
    running = Running(production, START - timedelta(minutes=10), CreateBooking=WELL)
    running.run(10)
    running.calls = {}
    running.run(28)
    assert running.incidents() == []
    running.run(3)
    (incident,) = running.incidents()
    (found,) = incident.facts["findings"]
    assert (found["scope"], found["usual_calls"]) == ("CreateBooking", 6.0)
    running.calls = {"CreateBooking": WELL}
    running.run(10)
    assert heard(integration) == [("opened", True), ("resolved", True)]


@pytest.mark.django_db
def test_the_burn_of_an_objective_needs_both_windows(production: Environment, integration: Integration) -> None:
    """A short rise alone tells nobody; one that lasts does."""
    only("fast_burn")
    running = Running(production, START, CreateBooking=WELL)
    running.run(60, each=lambda _end: None)
    running.calls["CreateBooking"] = Calls(20, errors=8, merchants=6)
    running.run(5)
    assert running.incidents() == []
    running.run(30)
    (incident,) = running.incidents()
    (found,) = incident.facts["findings"]
    assert (found["long_window_minutes"], found["merchants"]) == (60, 6)
    assert found["long_value"] >= 14.4
    assert heard(integration) == [("opened", True)]


@pytest.mark.django_db(transaction=True)
def test_two_passes_at_once_are_one() -> None:
    """Two tickers at once are harmless: one pass judges, and nobody is told twice."""
    cast = make_cast()
    people_of(cast)
    integration = make_launched(cast.partner)
    only("booking_errors")
    running = Running(environment_of(integration), START, CreateBooking=BAD)
    running.run(8, each=lambda _end: None)
    judge_at(running.now - 4 * MINUTE)
    barrier, made = threading.Barrier(4), list[object]()

    def judge() -> None:
        try:
            barrier.wait()
            made.append(judge_when_due(running.now + SETTLED))
        finally:
            connections.close_all()

    _together(judge)
    assert sum(one is not None for one in made) == 1
    assert (Incident.objects.count(), Announcement.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_passes_that_know_nothing_of_each_other_are_harmless() -> None:
    """Without the lock too: the rows say that the minute was judged."""
    cast = make_cast()
    people_of(cast)
    integration = make_launched(cast.partner)
    only("booking_errors")
    running = Running(environment_of(integration), START, CreateBooking=BAD)
    running.run(8, each=lambda _end: None)
    judge_at(running.now - 4 * MINUTE)
    barrier = threading.Barrier(4)

    def judge() -> None:
        try:
            barrier.wait()
            judge_at(running.now)
        finally:
            connections.close_all()

    _together(judge)
    assert (Incident.objects.count(), Announcement.objects.count()) == (1, 1)
    assert Finding.objects.get().state == FindingState.FIRING


@pytest.mark.django_db(transaction=True)
def test_newer_numbers_never_wait_in_a_circle_with_somebody_who_pauses() -> None:
    """A pause locks the incidents first and then what was found; so must nobody hold findings who waits for incidents.

    Here the incident is held, as the first half of a pause does, while a pass writes newer numbers.
    """
    cast = make_cast()
    people_of(cast)
    only("booking_errors")
    running = Running(environment_of(make_launched(cast.partner)), START, CreateBooking=BAD)
    running.run(10)
    running.run(6, each=lambda _end: None)
    failures = list[DatabaseError]()

    def judge() -> None:
        try:
            judge_at(running.now)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=judge)
    with transaction.atomic():
        Incident.objects.select_for_update().get()
        thread.start()
        _until_somebody_waits()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
        Finding.objects.select_for_update().get()
    thread.join()
    assert failures == []
    assert Finding.objects.get().judged_at == running.now


def _until_somebody_waits() -> None:
    end = monotonic() + 20
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        sleep(0.02)
    raise AssertionError("nobody waits for the incident")


def _together(work: Any) -> None:
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [0x52554C])
        assert cursor.fetchone() == (0,)
