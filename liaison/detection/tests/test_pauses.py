"""What goes on before, during and after a pause, and what people hear of it (docs/decisions/0025; S5, R2).

Each row of the record's table is a test here, by its number.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.testing import TESTS, Cast
from liaison.catalog.vocabulary import Severity
from liaison.detection.findings import keep_findings
from liaison.detection.known import read_known
from liaison.detection.models import Finding, FindingState
from liaison.detection.passing import judge_all
from liaison.detection.places import read_places
from liaison.detection.testing import MINUTE, Running, judge_at
from liaison.detection.tests.scene import (
    BAD,
    COLLEAGUE,
    OWNER,
    PAGER,
    SLOW,
    START,
    WELL,
    changed,
    heard,
    only,
    said_about,
    status_of,
)
from liaison.feeds.testing import make_feed, make_run
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.models import Incident, IncidentState
from liaison.health.tests.house import an_alert, critical, receive
from liaison.integrations import actions as integrations
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.integrations.testing import environment_of, make_key
from liaison.notifications.models import AcknowledgedVia, Escalation, EscalationState
from liaison.probes.models import CheckOutcome, HealthCheck
from liaison.probes.testing import make_check, make_failing, make_result
from liaison.signals.testing import Calls

pytestmark = pytest.mark.django_db

SECONDS = timedelta(seconds=20)  # pauses do not begin at full minutes


@pytest.fixture
def booking(production: Environment) -> Running:
    """Bookings that go well; errors and latency of bookings alone are judged."""
    only("booking_errors", "booking_latency", "availability_latency")
    running = Running(production, START, CreateBooking=WELL)
    running.run(15)
    return running


def pause(running: Running) -> None:
    integration = Integration.objects.get(pk=running.environment.integration_id)
    integrations.pause_integration(actor=TESTS, integration=integration, now=running.now + SECONDS)


def resume(running: Running) -> None:
    integration = Integration.objects.get(pk=running.environment.integration_id)
    integrations.resume_integration(actor=TESTS, integration=integration, now=running.now + SECONDS)


def test_1_told_before_and_still_bad_after_is_not_told_again(booking: Running, integration: Integration) -> None:
    """Nothing alarms for what was already down before."""
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    pause(booking)
    booking.run(20)
    resume(booking)
    booking.run(40)
    assert heard(integration) == [("opened", True)]
    assert [one.state for one in booking.incidents()] == [IncidentState.FIRING]


def test_1_its_end_after_the_pause_is_told(booking: Running, integration: Integration) -> None:
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    pause(booking)
    booking.run(20)
    resume(booking)
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    assert heard(integration) == [("opened", True), ("resolved", True)]


def test_2_found_during_the_pause_is_recorded_as_suppressed(booking: Running, integration: Integration) -> None:
    """R2, invariant 3: a paused integration raises no production alert; it is recorded as suppressed."""
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(20)
    (incident,) = booking.incidents()
    assert incident.state == IncidentState.FIRING
    assert heard(integration) == [("opened", False)]


def test_2_over_before_the_end_of_the_pause_is_told_to_nobody(booking: Running, integration: Integration) -> None:
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    resume(booking)
    booking.run(30)
    assert heard(integration) == [("opened", False)]
    assert [one.state for one in booking.incidents()] == [IncidentState.RESOLVED]


def test_3_found_during_the_pause_and_well_after_it_is_told_to_nobody(
    booking: Running, integration: Integration
) -> None:
    """The half hour of errors of the maintenance still lies in the window, and does not count."""
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(20)
    resume(booking)
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    assert heard(integration) == [("opened", False)]
    assert [one.state for one in booking.incidents()] == [IncidentState.RESOLVED]


def test_4_found_during_the_pause_and_still_bad_after_it_is_told_by_what_happens_then(
    booking: Running, integration: Integration
) -> None:
    """A real problem after the end alarms within its rule's window: the floors, and three minutes."""
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(20)
    resume(booking)
    end = booking.now
    booking.run(8)
    first, second = booking.incidents()
    assert heard(integration) == [("opened", False), ("opened", True)]
    assert (first.state, second.state) == (IncidentState.RESOLVED, IncidentState.FIRING)
    assert second.started_at > end
    assert datetime.fromisoformat(second.facts["findings"][0]["first_bad_at"]) > end
    found = Finding.objects.get(rule="booking_errors")
    assert (found.is_quiet, found.incident_id) == (False, second.pk)


def test_5_what_is_only_suspected_at_the_end_begins_anew(booking: Running, integration: Integration) -> None:
    """Two bad minutes of the maintenance and one after it are not three."""
    pause(booking)
    booking.calls["CreateBooking"] = Calls(60, errors=50, merchants=6)
    booking.run(2)
    resume(booking)
    booking.calls["CreateBooking"] = WELL
    booking.run(10)
    assert booking.incidents() == []
    assert [one.state for one in Finding.objects.all()] == [FindingState.OVER]


def test_6_healed_during_the_pause_and_bad_again_after_it_is_told(booking: Running, integration: Integration) -> None:
    booking.calls["CreateBooking"] = BAD
    booking.run(6)
    pause(booking)
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    resume(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    assert [event for event, people in heard(integration) if event == "opened" and people] == ["opened", "opened"]


def test_7_one_more_finding_of_the_pause_leaves_the_incident_that_was_told(
    booking: Running, integration: Integration
) -> None:
    """What was told goes on; what was found during the pause is told again only when it is bad again."""
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    pause(booking)
    booking.calls["CheckAvailability"] = SLOW
    booking.run(15)
    assert heard(integration) == [("opened", True), ("found_more", False)]
    resume(booking)
    booking.calls["CheckAvailability"] = None
    booking.run(10)
    (incident,) = booking.incidents()
    assert incident.state == IncidentState.FIRING
    assert heard(integration) == [("opened", True), ("found_more", False)]
    booking.calls["CheckAvailability"] = SLOW
    booking.run(10)
    assert heard(integration) == [("opened", True), ("found_more", False), ("found_more", True)]


def test_8_a_pause_stops_the_calls_about_what_is_wrong(booking: Running, integration: Integration) -> None:
    """The partner is at work on it: nobody else is called; who has it can still say so."""
    changed("booking_errors", severity="critical")
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    escalation = Escalation.objects.get()
    assert escalation.state == EscalationState.RUNNING
    pause(booking)
    escalation.refresh_from_db()
    assert (escalation.state, escalation.next_at) == (EscalationState.PAUSED, None)
    booking.run(30)
    resume(booking)
    booking.run(10)
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.PAUSED
    assert heard(integration) == [("opened", True)]


def test_8_whoever_has_it_can_still_say_so(booking: Running, cast: Cast) -> None:
    changed("booking_errors", severity="critical")
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    pause(booking)
    (incident,) = booking.incidents()
    acknowledge_incident(actor=cast.owner, incident=incident, via=AcknowledgedVia.PORTAL, now=booking.now + MINUTE)
    incident.refresh_from_db()
    assert incident.state == IncidentState.ACKNOWLEDGED
    assert Escalation.objects.get().state == EscalationState.ACKNOWLEDGED


def test_9_an_emergency_that_our_rules_find_during_the_pause_calls_nobody(
    booking: Running, integration: Integration
) -> None:
    changed("booking_errors", severity="critical")
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(20)
    assert heard(integration) == [("opened", False)]
    assert not Escalation.objects.exists()
    resume(booking)
    booking.run(10)
    assert heard(integration) == [("opened", False), ("opened", True)]
    assert Escalation.objects.get().state == EscalationState.RUNNING


def test_10_an_alarm_from_elsewhere_that_came_during_the_pause_and_goes_on_is_told_at_its_end(
    booking: Running, integration: Integration, cast: Cast
) -> None:
    key = make_key(integration).secret
    pause(booking)
    receive(key, an_alert(), now=booking.now + MINUTE)
    assert heard(integration) == [("opened", False)]
    booking.run(5)
    resume(booking)
    assert heard(integration) == [("opened", False), ("still_there", True)]
    assert said_of_incidents(cast)[-1] == ("still_there", tuple(sorted((OWNER, COLLEAGUE))))


def test_10_one_that_is_over_by_then_is_not(booking: Running, integration: Integration) -> None:
    key = make_key(integration).secret
    pause(booking)
    receive(key, an_alert(), now=booking.now + MINUTE)
    over = an_alert(status="resolved", endsAt=(booking.now + 2 * MINUTE).isoformat())
    receive(key, over, now=booking.now + 2 * MINUTE)
    booking.run(5)
    resume(booking)
    assert heard(integration) == [("opened", False)]


def test_11_one_that_was_told_before_the_pause_is_not_told_again(booking: Running, integration: Integration) -> None:
    receive(make_key(integration).secret, an_alert(), now=booking.now)
    pause(booking)
    booking.run(5)
    resume(booking)
    assert heard(integration) == [("opened", True)]


def test_12_an_emergency_from_elsewhere_is_told_during_the_pause_and_its_alert_at_the_end(
    booking: Running, integration: Integration, cast: Cast
) -> None:
    """Invariant 3 is about alerts: somebody else judged this an emergency. At the end nobody is called again."""
    pause(booking)
    receive(make_key(integration).secret, critical(), now=booking.now + MINUTE)
    assert said_of_incidents(cast) == [("opened", (PAGER,))]
    booking.run(5)
    resume(booking)
    assert said_of_incidents(cast)[1:] == [("still_there", tuple(sorted((OWNER, COLLEAGUE))))]
    assert Escalation.objects.count() == 1


def test_13_a_check_that_failed_all_through_the_pause_counts_from_its_end(
    production: Environment, integration: Integration
) -> None:
    """It neither alarms nor disables for the time of the maintenance; it does for its own time after it."""
    only("check_failing", "check_failing_long", "check_unanswered")
    check = make_check(production, now=START)
    running = Running(production, START)
    pause(running)
    fail(running, check, 90)
    assert status_of(integration) == Status.PAUSED
    resume(running)
    fail(running, check, 8)
    assert {event for event, people in heard(integration) if people} == set()
    fail(running, check, 4)
    assert [event for event, people in heard(integration) if people] == ["opened"]
    fail(running, check, 55)
    assert status_of(integration) == Status.DISABLED


def test_13_so_do_requests_without_an_answer(production: Environment, integration: Integration) -> None:
    only("check_unanswered")
    check = make_check(production, now=START)
    running = Running(production, START)
    pause(running)
    fail(running, check, 9, unanswered=True)
    resume(running)
    fail(running, check, 4, unanswered=True)
    assert status_of(integration) == Status.LIVE
    fail(running, check, 1, unanswered=True)
    assert status_of(integration) == Status.DISABLED


def test_14_a_run_of_a_feed_during_the_pause_does_not_count_after_it(
    production: Environment, integration: Integration
) -> None:
    only("feed_errors_high")
    feed = make_feed(production, now=START, expected_every=60)
    running = Running(production, START)
    pause(running)
    make_run(feed, START + 5 * MINUTE, errors=900)
    running.run(10)
    assert heard(integration) == [("opened", False)]
    resume(running)
    running.run(10)
    assert heard(integration) == [("opened", False)]
    make_run(feed, running.now, errors=900)
    running.run(1)
    assert heard(integration) == [("opened", False), ("opened", True)]


def test_15_silence_during_the_pause_is_no_finding(booking: Running, integration: Integration) -> None:
    """Nobody calls what is paused."""
    changed("silence", threshold=10, min_calls=1)
    Finding.objects.all().delete()
    pause(booking)
    booking.calls = {}
    booking.run(60)
    assert booking.incidents() == []


def test_16_disabled_by_staff_during_the_pause(booking: Running, integration: Integration) -> None:
    """The pause is over: what was found during it is closed, and counts from the return on."""
    pause(booking)
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    integrations.disable_integration(actor=TESTS, integration=integration, now=booking.now + SECONDS)
    assert [one.state for one in booking.incidents()] == [IncidentState.RESOLVED]
    assert heard(integration) == [("opened", False)]


def test_the_sandbox_knows_no_pause(booking: Running, integration: Integration) -> None:
    sandbox = Running(environment_of(integration, EnvironmentName.SANDBOX), booking.now, CreateBooking=BAD)
    sandbox.run(10)
    (before,) = sandbox.incidents()
    pause(booking)
    resume(booking)
    (after,) = sandbox.incidents()
    assert (before.pk, after.state, after.severity) == (after.pk, IncidentState.FIRING, Severity.ERROR)


def test_what_a_pass_read_before_the_pause_is_not_kept_after_it(booking: Running, integration: Integration) -> None:
    """Reading comes before locking: a pause in between makes the whole of it void, and the next minute judges anew."""
    booking.calls["CreateBooking"] = BAD
    booking.run(3)
    places = read_places()
    findings = list(Finding.objects.exclude(state=FindingState.OVER))
    end = booking.now + 5 * MINUTE
    known = read_known(places, end, with_series={one.environment_id for one in findings})
    judged, _ = judge_all(places, known, findings)
    pause(booking)
    key = booking.environment.pk
    assert judged[key]
    assert keep_findings(places[key], judged[key], end=end, now=end) == 0
    assert Incident.objects.count() == 0


def said_of_incidents(cast: Cast) -> list[tuple[str, tuple[str, ...]]]:
    return [(event, people) for kind, event, people in said_about(cast.partner) if kind == "incident"]


def fail(running: Running, check: HealthCheck, minutes: int, *, unanswered: bool = False) -> None:
    """Let one request a minute fail, and judge each minute."""

    def one(end: datetime) -> None:
        check.refresh_from_db()
        times = check.failed_in_a_row + 1
        make_failing(check, check.failing_since or end, times, unanswered=unanswered)
        make_result(check, end, CheckOutcome.UNANSWERED if unanswered else CheckOutcome.WRONG_ANSWER)
        HealthCheck.objects.filter(pk=check.pk).update(last_at=end)
        judge_at(end)

    running.run(minutes, each=one)
