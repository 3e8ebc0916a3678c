"""What becomes of an alert: incidents, history, and who is told of them (R1 to R4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.contacts.models import ContactEntry
from liaison.health.models import Incident, IncidentState
from liaison.health.occurrences import LATE, Decision
from liaison.health.tests.house import (
    START,
    House,
    an_alert,
    announcements,
    critical,
    not_told,
    receive,
    resolved,
    told,
)
from liaison.health.topics import find
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration, Status
from liaison.lib.clock import utc_now
from liaison.notifications.actions import announce
from liaison.notifications.models import Announcement, Delivery, Message
from liaison.notifications.registry import Subject

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, PAGER = "olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test"
LATER = (START + timedelta(hours=1)).isoformat()


def test_a_production_alert_goes_to_every_alert_contact(house: House) -> None:
    (received,) = receive(house.key, an_alert())
    incident = received.incident
    assert (incident.state, incident.severity, incident.title) == (IncidentState.FIRING, "error", "Bookings fail")
    assert told(incident) == {OWNER, COLLEAGUE}
    assert not_told(incident) == {}


def test_an_emergency_also_goes_to_the_first_emergency_contact(house: House) -> None:
    """R: any problem is a production alert, emergencies included; the next entry waits."""
    (received,) = receive(house.key, critical())
    assert told(received.incident) == {OWNER, COLLEAGUE, PAGER}
    assert Announcement.objects.get().topics == ["technical_emergency", "production_alert"]


def test_who_stands_in_two_fields_gets_one_message_with_both_reasons(house: House) -> None:
    """R1."""
    ContactEntry.objects.filter(address=PAGER).delete()
    (received,) = receive(house.key, critical())
    assert told(received.incident) == {OWNER, COLLEAGUE}
    delivery = Delivery.objects.get(address=OWNER)
    counting = [reason["reason"] for reason in delivery.reasons if reason["withheld"] is None]
    assert sorted(counting) == ["alert_contact", "emergency_contact"]
    assert Message.objects.filter(address=OWNER).count() == 1


def test_an_emergency_falls_through_to_administrators_then_the_manager_then_the_operator(house: House) -> None:
    """C6, R: nobody on the record can be reached, and then nobody in the step after it."""
    ContactEntry.objects.all().delete()
    (first,) = receive(house.key, critical())
    assert told(first.incident) == {OWNER}
    Identity.objects.filter(pk=house.cast.owner.pk).update(mailbox="", mailbox_verified_at=None)
    (second,) = receive(house.key, critical(fingerprint="second"))
    assert told(second.incident) == {house.cast.manager.mailbox}
    Identity.objects.filter(pk=house.cast.manager.pk).update(suspended_at=utc_now())
    (third,) = receive(house.key, critical(fingerprint="third"))
    assert told(third.incident) == {house.cast.administrator.mailbox}


def test_the_sandbox_reaches_nobody_of_the_record(house: House) -> None:
    """R2, invariant 3."""
    (received,) = receive(house.sandbox_key, critical())
    assert told(received.incident) == set()
    assert set(not_told(received.incident).values()) == {"sandbox"}
    assert Message.objects.count() == 0


def test_the_sandbox_is_mailed_to_who_asks_for_it(house: House) -> None:
    """R2."""
    reader = house.cast.reader
    reader.wants_sandbox_mail = True
    reader.save(update_fields=["wants_sandbox_mail"])
    (received,) = receive(house.sandbox_key, critical())
    assert told(received.incident) == {reader.mailbox}
    receive(house.sandbox_key, resolved())
    assert told(received.incident, "resolved") == {reader.mailbox}


def test_a_paused_integration_raises_no_production_alert(house: House) -> None:
    """R2: it is recorded as suppressed."""
    Integration.objects.update(status=Status.PAUSED)
    (received,) = receive(house.key, an_alert())
    assert received.incident.state == IncidentState.FIRING
    assert not_told(received.incident) == {OWNER: "paused", COLLEAGUE: "paused"}
    receive(house.key, resolved())
    assert announcements(received.incident) == ["opened"]


def test_an_alert_that_nobody_can_be_told_of_alarms_the_staff(house: House) -> None:
    """R4."""
    ContactEntry.objects.all().delete()
    (received,) = receive(house.key, an_alert())
    opened = Announcement.objects.get(subject_kind="incident", subject_id=str(received.incident.pk))
    assert opened.nobody_for == ["production_alert"]
    alarm = Announcement.objects.get(topics=["staff_alarm"])
    assert alarm.deliveries.get(state="pending").address == house.cast.administrator.mailbox


def test_the_same_alert_again_is_the_same_incident(house: House) -> None:
    (first,) = receive(house.key, an_alert())
    (second,) = receive(house.key, an_alert())
    assert second.decision == Decision.REPEAT
    assert Incident.objects.get().times_received == 2
    assert announcements(first.incident) == ["opened"]


def test_the_same_alert_twice_in_one_payload_is_one_incident(house: House) -> None:
    one, two = receive(house.key, an_alert(), an_alert())
    assert one.incident == two.incident
    assert Incident.objects.get().times_received == 2


def test_who_was_told_is_told_that_it_is_over(house: House) -> None:
    (received,) = receive(house.key, critical())
    (over,) = receive(house.key, resolved())
    assert over.decision == Decision.RESOLVE
    assert over.incident.state == IncidentState.RESOLVED
    assert told(received.incident, "resolved") == {OWNER, COLLEAGUE, PAGER}


def test_who_joined_in_between_is_not_told_that_it_is_over(house: House) -> None:
    (received,) = receive(house.key, an_alert())
    ContactEntry.objects.create(
        record=house.cast.partner.contact_record,
        field="alert_contacts",
        position=9,
        identity=house.cast.reader,
    )
    receive(house.key, resolved())
    assert told(received.incident, "resolved") == {OWNER, COLLEAGUE}


def test_what_was_over_before_it_was_heard_of_tells_nobody(house: House) -> None:
    """Resolve before trigger; the late firing of that occurrence stays resolved."""
    (over,) = receive(house.key, resolved())
    assert over.decision == Decision.STORE_RESOLVED
    (late,) = receive(house.key, an_alert())
    assert (late.decision, late.incident) == (Decision.REPEAT, over.incident)
    assert Incident.objects.get().state == IncidentState.RESOLVED
    assert Announcement.objects.count() == 0


def test_it_goes_on_when_it_is_still_reported_long_after_it_was_called_resolved(house: House) -> None:
    now = utc_now()
    (received,) = receive(house.key, an_alert(), now=now)
    receive(house.key, resolved(), now=now)
    (again,) = receive(house.key, an_alert(), now=now + LATE + timedelta(seconds=1))
    assert again.decision == Decision.REOPEN
    assert again.incident.state == IncidentState.FIRING
    assert announcements(received.incident) == ["opened", "resolved", "reopened"]
    assert told(received.incident, "reopened") == {OWNER, COLLEAGUE}


def test_a_new_occurrence_ends_the_one_whose_end_was_never_said(house: House) -> None:
    (first,) = receive(house.key, an_alert())
    (second,) = receive(house.key, an_alert(startsAt=LATER))
    assert second.decision == Decision.REPLACE
    first.incident.refresh_from_db()
    assert first.incident.state == IncidentState.RESOLVED
    assert announcements(first.incident) == ["opened"]
    assert announcements(second.incident) == ["opened"]


def test_an_unknown_severity_is_an_error_and_not_an_emergency(house: House) -> None:
    (received,) = receive(house.key, an_alert(labels={"severity": "gigantic"}))
    assert received.incident.severity == "error"
    assert Announcement.objects.get().topics == ["production_alert"]


def test_one_payload_is_one_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a payload stays when one of its alerts cannot be stored."""
    real = announce
    calls = []

    def failing(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the second announcement fails")
        return real(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("liaison.health.actions.announce", failing)
    with pytest.raises(RuntimeError):
        receive(house.key, an_alert(), an_alert(fingerprint="another"))
    assert Incident.objects.count() == 0
    assert Announcement.objects.count() == 0
    assert Message.objects.count() == 0


def test_history_tells_what_the_key_brought(house: House) -> None:
    receive(house.key, an_alert())
    receive(house.key, an_alert())
    receive(house.key, resolved())
    events = Event.objects.filter(actor_kind=ActorKind.INTAKE_KEY).order_by("pk")
    assert [event.kind for event in events] == [
        Happened.INCIDENT_OPENED,
        Happened.INCIDENT_REPEATED,
        Happened.INCIDENT_RESOLVED,
    ]
    assert {event.account_id for event in events} == {house.cast.partner.pk}


def test_two_environments_do_not_share_incidents(house: House) -> None:
    receive(house.key, an_alert())
    receive(house.sandbox_key, an_alert())
    assert Incident.objects.count() == 2


def test_a_long_payload_of_known_alerts_is_looked_up_at_once(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A storm repeats what is known: two writes each, and a bounded number of locks and reads for all."""
    alerts = [an_alert(fingerprint=f"key-{number}") for number in range(200)]
    receive(house.key, *alerts)
    assert Incident.objects.count() == 200
    with django_assert_max_num_queries(2 * len(alerts) + 64 + 10):
        receive(house.key, *alerts)


def test_the_partner_manager_is_read_together_with_the_incident(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """A storm of alerts asks for the manager's language and zone again and again."""
    (received,) = receive(house.key, critical())
    subject = Subject(SubjectKind.INCIDENT, str(received.incident.pk), house.cast.partner.pk)
    with django_assert_num_queries(1):
        manager = find(subject).account.partner_manager
        assert manager is not None
        assert (manager.effective_language, manager.effective_time_zone) == ("en", "Europe/Rome")
