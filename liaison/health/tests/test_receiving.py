"""What becomes of an alert: incidents, history, and who is told of them (R1 to R4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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
from liaison.notifications.actions import announce_each
from liaison.notifications.models import Announcement, Delivery, Message
from liaison.notifications.registry import Subject

pytestmark = pytest.mark.django_db

OWNER, COLLEAGUE, PAGER = "olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test"
ONCE = ("opened", "resolved")
MOST_QUERIES = 34
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
    real = announce_each
    calls = []

    def failing(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the second announcement fails")
        return real(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("liaison.health.changes.announce_each", failing)
    with pytest.raises(RuntimeError):
        receive(house.key, an_alert(), critical(fingerprint="another"))
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


def test_history_says_that_a_problem_went_on_after_it_was_called_resolved(house: House) -> None:
    now = utc_now()
    receive(house.key, an_alert(), now=now)
    receive(house.key, resolved(), now=now)
    receive(house.key, an_alert(), now=now + LATE + timedelta(seconds=1))
    reopened = Event.objects.get(kind=Happened.INCIDENT_REOPENED)
    assert (reopened.changes, reopened.facts) == ({"state": ["resolved", "firing"]}, {"times_received": 2})


def test_each_alert_of_a_mixed_payload_gets_its_own_decision(house: House) -> None:
    """One payload begins, repeats, ends, replaces and goes on; history has it in the order of the payload."""
    now = utc_now()
    receive(house.key, an_alert(fingerprint="goes-on"), now=now)
    receive(house.key, resolved(fingerprint="goes-on"), now=now)
    receive(house.key, *(an_alert(fingerprint=name) for name in ("known", "over", "replaced")), now=now)
    received = receive(
        house.key,
        critical(fingerprint="new"),
        an_alert(fingerprint="known"),
        resolved(fingerprint="over"),
        an_alert(fingerprint="replaced", startsAt=LATER),
        an_alert(fingerprint="goes-on"),
        resolved(fingerprint="never-heard-of"),
        now=now + LATE + timedelta(minutes=1),
    )
    assert [one.decision for one in received] == [
        Decision.OPEN,
        Decision.REPEAT,
        Decision.RESOLVE,
        Decision.REPLACE,
        Decision.REOPEN,
        Decision.STORE_RESOLVED,
    ]
    for one in received:
        kept = Incident.objects.get(pk=one.incident.pk)
        assert (kept.state, kept.times_received, kept.resolved_at, kept.ended_at, kept.last_received_at) == (
            one.incident.state,
            one.incident.times_received,
            one.incident.resolved_at,
            one.incident.ended_at,
            one.incident.last_received_at,
        )
    told_what = [announcements(one.incident) for one in received]
    assert told_what == [["opened"], ["opened"], ["opened", "resolved"], ["opened"], [*ONCE, "reopened"], []]
    newest = Event.objects.filter(actor_kind=ActorKind.INTAKE_KEY).order_by("-pk").values_list("kind", flat=True)[:7]
    assert list(reversed(newest)) == [
        Happened.INCIDENT_OPENED,
        Happened.INCIDENT_REPEATED,
        Happened.INCIDENT_RESOLVED,
        Happened.INCIDENT_RESOLVED,
        Happened.INCIDENT_OPENED,
        Happened.INCIDENT_REOPENED,
        Happened.INCIDENT_OPENED,
    ]


def test_begun_and_over_in_one_payload_is_told_as_both(house: House) -> None:
    begun, over = receive(house.key, an_alert(), resolved())
    assert begun.incident == over.incident
    assert announcements(begun.incident) == ["opened", "resolved"]
    assert told(begun.incident, "resolved") == {OWNER, COLLEAGUE}


def test_an_old_occurrence_can_go_on_in_the_payload_that_ends_the_open_one(house: House) -> None:
    """Two incidents of one key change places: the one that ends is written before the one that begins."""
    now = utc_now()
    receive(house.key, an_alert(), now=now)
    receive(house.key, resolved(), now=now)
    receive(house.key, an_alert(startsAt=LATER), now=now)
    ended, went_on = receive(house.key, resolved(startsAt=LATER), an_alert(), now=now + LATE + timedelta(seconds=1))
    assert (ended.decision, went_on.decision) == (Decision.RESOLVE, Decision.REOPEN)
    assert list(Incident.objects.order_by("pk").values_list("state", flat=True)) == ["firing", "resolved"]


def test_the_end_goes_to_exactly_those_who_were_told_of_each(house: House) -> None:
    """Ends are announced together only for those whom the same people know."""
    receive(house.key, an_alert(fingerprint="early"))
    ContactEntry.objects.create(
        record=house.cast.partner.contact_record, field="alert_contacts", position=9, identity=house.cast.reader
    )
    receive(house.key, *(an_alert(fingerprint=name) for name in ("late", "later")))
    early, late, later = receive(house.key, *(resolved(fingerprint=name) for name in ("early", "late", "later")))
    assert told(early.incident, "resolved") == {OWNER, COLLEAGUE}
    assert told(late.incident, "resolved") == {OWNER, COLLEAGUE, house.cast.reader.mailbox}
    assert told(later.incident, "resolved") == told(late.incident, "resolved")


def test_a_storm_that_nobody_can_be_told_of_alarms_the_staff_once(house: House) -> None:
    """R4."""
    ContactEntry.objects.all().delete()
    received = receive(house.key, *(an_alert(fingerprint=f"key-{number}") for number in range(50)))
    alarm = Announcement.objects.get(topics=["staff_alarm"])
    first = Announcement.objects.get(subject_kind="incident", subject_id=str(received[0].incident.pk))
    assert (alarm.subject_id, alarm.facts["count"]) == (first.public_id, 50)


@pytest.mark.parametrize("make", [an_alert, critical])
def test_fifty_alerts_cost_no_more_statements_than_one(
    house: House, make: Callable[..., dict[str, Any]], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Beginnings, repetitions and ends alike."""
    few = [{"fingerprint": "few"}]
    many = [{"fingerprint": f"key-{number}"} for number in range(50)]
    for names in (few, many):
        with django_assert_max_num_queries(MOST_QUERIES):
            receive(house.key, *(make(**name) for name in names))
        with django_assert_max_num_queries(8):
            receive(house.key, *(make(**name) for name in names))
        with django_assert_max_num_queries(MOST_QUERIES):
            over = receive(house.key, *(resolved(**name) for name in names))
        assert {one.decision for one in over} == {Decision.RESOLVE}


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
