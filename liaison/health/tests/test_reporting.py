"""Problems that our own rules find: what becomes of their incidents, and who is told (S6, section R)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from liaison.audit.actions import ActorRef
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.vocabulary import ContactField, Severity
from liaison.contacts.models import ContactEntry
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.audit import unannounced_incidents
from liaison.health.models import Incident, IncidentState
from liaison.health.reporting import announce_incident, end_problem, report_problem, update_evidence
from liaison.health.tests.house import START, House, announcements, not_told, told
from liaison.health.vocabulary import IncidentEvent, IncidentSource
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.notifications.models import AcknowledgedVia, Announcement, Delivery, Escalation, EscalationState

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, PAGER = "olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test"
ENGINEER = "api-team@bistro.test"
RULES = ActorRef(ActorKind.SYSTEM, "rules")
FACTS: Mapping[str, Any] = {"findings": [{"rule": "create_booking_errors", "scope": "CreateBooking"}]}


@pytest.fixture
def place(house: House) -> Environment:
    """Production, with somebody who stands for technical questions that are no emergency."""
    record = house.cast.partner.contact_record
    ContactEntry.objects.create(record=record, field=ContactField.NON_EMERGENCY, position=0, address=ENGINEER)
    return place_of(house.integration)


def place_of(integration: Integration, name: str = EnvironmentName.PRODUCTION) -> Environment:
    return Environment.objects.select_related("integration__account").get(integration=integration, name=name)


def report(place: Environment, severity: Severity = Severity.ERROR, **more: Any) -> Incident:
    given: dict[str, Any] = {
        "environment": place,
        "dedup_key": "rules:calls",
        "source": IncidentSource.RULES.value,
        "severity": severity,
        "started_at": START,
        "facts": FACTS,
        "actor": RULES,
        "now": START + timedelta(minutes=5),
        **more,
    }
    with transaction.atomic():
        return report_problem(**given)


def end(incident: Incident, *, now: datetime = START + timedelta(hours=1), is_told: bool = True) -> Incident:
    with transaction.atomic():
        return end_problem(
            incident=incident, ended_at=now, facts={"findings": []}, actor=RULES, now=now, is_told=is_told
        )


def test_a_finding_below_an_emergency_is_an_alert_and_a_technical_notice(place: Environment) -> None:
    """R: production alert for any problem; below an emergency also a technical notice with its evidence."""
    incident = report(place)
    assert told(incident) == {OWNER, COLLEAGUE, ENGINEER}
    assert Announcement.objects.get().topics == ["production_alert", "technical_notice"]
    assert (incident.state, incident.title, incident.facts) == (IncidentState.FIRING, "", FACTS)
    assert not Escalation.objects.exists()


def test_an_emergency_is_no_technical_notice(place: Environment) -> None:
    """R: an emergency goes to the emergency contacts and the alert contacts."""
    incident = report(place, Severity.CRITICAL)
    assert told(incident) == {OWNER, COLLEAGUE, PAGER}


def test_who_stands_in_two_fields_gets_one_message(house: House, place: Environment) -> None:
    """R1."""
    ContactEntry.objects.filter(address=ENGINEER).update(address="", identity=house.cast.owner)
    report(place)
    delivery = Delivery.objects.get(address=OWNER)
    assert {reason["topic"] for reason in delivery.reasons} == {"production_alert", "technical_notice"}


def test_a_second_finding_joins_the_open_incident_and_is_told_as_more(place: Environment) -> None:
    first = report(place)
    more = {"findings": [*FACTS["findings"], {"rule": "update_booking_errors", "scope": "UpdateBooking"}]}
    second = report(place, facts=more, started_at=START + timedelta(minutes=9))
    assert second.pk == first.pk
    assert Incident.objects.get().facts == more
    assert announcements(first) == ["opened", "found_more"]
    assert told(first, "found_more") == {OWNER, COLLEAGUE, ENGINEER}


def test_a_worse_finding_makes_it_an_emergency_and_begins_one_escalation(place: Environment) -> None:
    incident = report(place)
    for minute in range(3):
        report(place, Severity.CRITICAL, now=START + timedelta(minutes=10 + minute))
    incident.refresh_from_db()
    assert incident.severity == "critical"
    assert announcements(incident) == ["opened", "worsened", "found_more", "found_more"]
    assert told(incident, "worsened") == {OWNER, COLLEAGUE, PAGER}
    assert Escalation.objects.count() == 1
    event = Event.objects.get(kind=Happened.INCIDENT_WORSENED)
    assert event.changes == {"severity": ["error", "critical"]}


def test_a_milder_finding_leaves_the_severity(place: Environment) -> None:
    incident = report(place, Severity.CRITICAL)
    report(place, Severity.WARNING)
    incident.refresh_from_db()
    assert incident.severity == "critical"


def test_more_about_an_emergency_that_somebody_has_calls_nobody_again(house: House, place: Environment) -> None:
    incident = report(place, Severity.CRITICAL)
    acknowledge_incident(actor=house.cast.owner, incident=incident, via=AcknowledgedVia.PORTAL, now=START)
    report(place, Severity.CRITICAL)
    assert Escalation.objects.count() == 1
    assert told(incident, "found_more") == {OWNER, COLLEAGUE}


def test_the_end_goes_to_everybody_whom_the_alarm_reached(place: Environment) -> None:
    """R: a recovery follows the route that its alarm took, through every severity that it had."""
    incident = report(place)
    report(place, Severity.CRITICAL)
    ended = end(incident)
    assert told(ended, "resolved") == {OWNER, COLLEAGUE, ENGINEER, PAGER}
    assert (ended.state, ended.ended_at) == (IncidentState.RESOLVED, START + timedelta(hours=1))
    assert Escalation.objects.get().state == EscalationState.RESOLVED


def test_ending_twice_changes_nothing(place: Environment) -> None:
    incident = report(place)
    end(incident)
    end(incident, now=START + timedelta(hours=2))
    incident.refresh_from_db()
    assert incident.ended_at == START + timedelta(hours=1)
    assert announcements(incident) == ["opened", "resolved"]


def test_a_new_beginning_after_the_end_is_a_new_incident(place: Environment) -> None:
    first = report(place)
    end(first)
    second = report(place, started_at=START + timedelta(hours=2), now=START + timedelta(hours=2))
    assert second.pk != first.pk
    assert Incident.objects.filter(resolved_at=None).count() == 1


def test_the_same_beginning_after_the_end_goes_on_with_the_same_incident(place: Environment) -> None:
    first = report(place)
    end(first)
    second = report(place, now=START + timedelta(hours=2))
    assert second.pk == first.pk
    assert announcements(first) == ["opened", "resolved", "reopened"]


def test_what_is_not_told_is_no_trouble_for_the_auditor(place: Environment) -> None:
    """An incident that is opened on purpose without a word is not one that was forgotten."""
    quiet = report(place, is_told=False)
    assert quiet.is_quiet
    assert announcements(quiet) == []
    assert unannounced_incidents(START + timedelta(hours=1)).count == 0
    loud = report(place, dedup_key="rules:check")
    Announcement.objects.filter(subject_id=str(loud.pk)).delete()
    assert unannounced_incidents(START + timedelta(hours=1)).count == 1


def test_a_quiet_incident_is_quiet_no_longer_once_somebody_is_told(place: Environment) -> None:
    quiet = report(place, is_told=False)
    report(place)
    quiet.refresh_from_db()
    assert not quiet.is_quiet
    assert announcements(quiet) == ["found_more"]


def test_newer_numbers_are_told_to_nobody(place: Environment) -> None:
    incident = report(place)
    events = Event.objects.count()
    update_evidence(incident=incident, facts={"findings": [1]}, now=START + timedelta(minutes=6))
    incident.refresh_from_db()
    assert incident.facts == {"findings": [1]}
    assert announcements(incident) == ["opened"]
    assert Event.objects.count() == events


def test_of_a_paused_integration_the_alarm_is_recorded_and_after_the_pause_said(place: Environment) -> None:
    """R2; S5: what is still there when the pause is over is told then."""
    Integration.objects.update(status=Status.PAUSED)
    incident = report(place, Severity.WARNING)
    assert {OWNER, COLLEAGUE} <= set(not_told(incident))
    Integration.objects.update(status=Status.LIVE)
    with transaction.atomic():
        announce_incident(incident, IncidentEvent.STILL_THERE, now=START + timedelta(hours=1))
    assert told(incident, "still_there") == {OWNER, COLLEAGUE, ENGINEER}


def test_a_disabled_integration_is_an_emergency_whatever_the_severity(place: Environment) -> None:
    incident = report(place)
    with transaction.atomic():
        announce_incident(incident, IncidentEvent.DISABLED, now=START + timedelta(hours=1))
    assert told(incident, "disabled") == {OWNER, COLLEAGUE, PAGER}
    assert Escalation.objects.count() == 1


def test_of_an_end_nobody_hears_who_heard_of_no_beginning(place: Environment) -> None:
    quiet = report(place, is_told=False)
    with transaction.atomic():
        assert announce_incident(quiet, IncidentEvent.RESOLVED, now=START + timedelta(hours=1)) is None
    end(quiet)
    assert announcements(quiet) == []


def test_the_sandbox_reaches_nobody_of_the_record(house: House, place: Environment) -> None:
    """R2, invariant 3."""
    incident = report(place_of(house.integration, EnvironmentName.SANDBOX))
    assert told(incident) == set()
    assert set(not_told(incident).values()) == {"sandbox"}


def test_it_refuses_to_report_outside_a_transaction(house: House, transactional_db: None) -> None:
    place = place_of(house.integration)
    with pytest.raises(RuntimeError):
        report_problem(
            environment=place, dedup_key="rules:calls", source="rules", severity=Severity.ERROR, started_at=START,
            facts={}, actor=RULES, now=START,
        )  # fmt: skip
