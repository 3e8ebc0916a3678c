"""One evaluation after the other: what is found, what becomes of it, and who is told (S6, R)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import Cast
from liaison.detection.models import FindingState
from liaison.detection.testing import Running, judge_at
from liaison.detection.tests.scene import (
    BAD,
    COLLEAGUE,
    ENGINEER,
    OWNER,
    PAGER,
    SLOW,
    START,
    WELL,
    nothing_changes,
    only,
    said_about,
)
from liaison.health.models import IncidentState
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.integrations.testing import environment_of
from liaison.signals.testing import Calls

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(production: Environment) -> Running:
    """An hour of bookings that went well."""
    running = Running(production, START, CreateBooking=WELL)
    running.run(60, each=lambda _end: None)
    judge_at(running.now)
    return running


def test_a_rise_of_errors_opens_an_incident_with_its_evidence(booking: Running, cast: Cast) -> None:
    """S6, R: an error rise below an emergency is a production alert and a technical notice, with the evidence."""
    only("booking_errors")
    booking.calls["CreateBooking"] = BAD
    begun = booking.now
    booking.run(10)
    (incident,) = booking.incidents()
    assert (incident.source, incident.dedup_key, incident.severity) == ("rules", "rules:calls", "error")
    assert said_about(cast.partner) == [("incident", "opened", tuple(sorted((OWNER, COLLEAGUE, ENGINEER))))]
    (found,) = incident.facts["findings"]
    assert (found["rule"], found["scope"], found["measure"]) == ("booking_errors", "CreateBooking", "error_rate")
    assert found["first_bad_at"] == begun.isoformat()
    assert (found["threshold"], found["window_minutes"], found["merchants"]) == (0.05, 30, 6)
    assert (found["baseline"], found["ended_at"]) == (0.0, None)
    assert found["codes"] == [["500", found["errors"]]]
    assert [name for name, _ in found["merchants_most"]] == ["m-1", "m-2", "m-3", "m-4", "m-5"]


def test_what_goes_on_is_told_once_and_its_numbers_are_written_every_five_minutes(booking: Running) -> None:
    only("booking_errors")
    booking.calls["CreateBooking"] = BAD
    booking.run(6)
    (before,) = booking.incidents()
    seen = set()
    for _ in range(20):
        booking.run(1)
        seen.add(booking.incidents()[0].facts["findings"][0]["errors"])
    (after,) = booking.incidents()
    assert after.pk == before.pk
    assert 4 <= len(seen) <= 5


def test_the_end_is_told_to_those_who_heard_of_it(booking: Running, cast: Cast) -> None:
    """A recovery follows the route that its alarm took."""
    only("booking_errors")
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    (incident,) = booking.incidents()
    assert incident.state == IncidentState.RESOLVED
    assert [event for _, event, _ in said_about(cast.partner)] == ["opened", "resolved"]
    assert said_about(cast.partner)[0][2] == said_about(cast.partner)[1][2]
    assert incident.facts["findings"][0]["ended_at"] == incident.ended_at.isoformat()  # type: ignore[union-attr]
    found = booking.finding("booking_errors")
    assert found is not None
    assert found.state == FindingState.OVER


def test_a_second_finding_joins_the_incident(booking: Running, cast: Cast) -> None:
    """Findings about the calls of one environment are one problem."""
    only("booking_errors", "availability_latency")
    booking.calls["CreateBooking"] = BAD
    booking.run(10)
    booking.calls["CheckAvailability"] = SLOW
    booking.run(10)
    (incident,) = booking.incidents()
    assert [one["rule"] for one in incident.facts["findings"]] == ["booking_errors", "availability_latency"]
    assert [event for _, event, _ in said_about(cast.partner)] == ["opened", "found_more"]
    booking.calls["CreateBooking"] = WELL
    booking.run(60)
    assert booking.incidents()[0].state == IncidentState.FIRING, "the other one goes on"


def test_a_rate_without_its_floors_tells_nobody(production: Environment, cast: Cast) -> None:
    """A rate without a floor never pages: too few calls, too few errors, too few merchants."""
    running = Running(production, START, CreateBooking=Calls(1, errors=1, merchants=9))
    running.run(20)
    running.calls["CreateBooking"] = Calls(60, errors=60, merchants=2)
    running.run(20)
    assert running.incidents() == []
    assert said_about(cast.partner) == []


def test_the_sandbox_has_incidents_and_tells_nobody_of_the_record(integration: Integration, cast: Cast) -> None:
    """R2, invariant 3."""
    only("booking_errors")
    running = Running(environment_of(integration, EnvironmentName.SANDBOX), START, CreateBooking=BAD)
    running.run(20)
    (incident,) = running.incidents()
    assert incident.state == IncidentState.FIRING
    assert [(event, people) for _, event, people in said_about(cast.partner)] == [("opened", ())]


def test_an_emergency_calls_the_emergency_contacts(cast: Cast) -> None:
    """R: checkout errors over half, with 25 errors and 5 merchants: alert and emergency contacts, one escalation."""
    from liaison.integrations.testing import make_launched  # noqa: PLC0415

    ordering = environment_of(make_launched(cast.partner, "ordering_end_to_end"))
    only("checkout_errors")
    running = Running(ordering, START, Checkout=BAD, SubmitOrder=Calls(20, errors=15, merchants=6))
    running.run(3)
    (incident,) = running.incidents()
    assert incident.severity == "critical"
    assert incident.facts["findings"][0]["scope"] == "Checkout, SubmitOrder"
    assert said_about(cast.partner) == [("incident", "opened", tuple(sorted((OWNER, COLLEAGUE, PAGER))))]


def test_a_pass_twice_on_the_same_minute_changes_nothing(booking: Running) -> None:
    booking.calls["CreateBooking"] = BAD
    for _ in range(12):
        booking.run(1)
        with nothing_changes():
            judge_at(booking.now)
    with nothing_changes():
        judge_at(booking.now - timedelta(minutes=1))
