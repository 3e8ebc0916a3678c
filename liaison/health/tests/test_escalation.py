"""Section R: an emergency is escalated, entry by entry and round by round, until somebody has it or it is over."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.health.models import Incident, IncidentState
from liaison.health.tests.house import START, House, announcements, critical, receive, resolved
from liaison.integrations import actions as integrations
from liaison.notifications.escalation.climbing import advance_escalation, climb_due
from liaison.notifications.escalation.relevance import called_off
from liaison.notifications.fallback import fall_back
from liaison.notifications.models import (
    Announcement,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
    EscalationStep,
)
from liaison.notifications.registry import Recipient, handler_of
from liaison.notifications.rows import subject_of

pytestmark = pytest.mark.django_db

PAGER = "pager@bistro.test"
MINUTE = timedelta(minutes=1)
RESOLVED = {"labels": {"alertname": "BookingDown", "severity": "critical"}}


@pytest.fixture
def now() -> datetime:
    return START + timedelta(hours=1)


def emergency(house: House, now: datetime) -> Escalation:
    incident = receive(house.key, critical(), now=now)[0].incident
    return Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk), state=EscalationState.RUNNING)


def called(escalation: Escalation) -> list[tuple[int, int, set[str]]]:
    """Return each step taken: round, step, and the addresses that are called."""
    rows = Delivery.objects.filter(announcement=escalation.announcement_id, step__gt=0)
    owed = list(rows.exclude(state=DeliveryState.SUPPRESSED).values_list("round", "step", "due_at", "address"))
    return [
        (step.round, step.step, {one[3] for one in owed if one[:3] == (step.round, step.step, step.taken_at)})
        for step in escalation.steps.order_by("number")
    ]


def fail(escalation: Escalation, *, step: int, round_number: int = 0, now: datetime) -> None:
    """Let every message of a step fail, as an outcome does, and what follows from it."""
    rows = Delivery.objects.filter(announcement=escalation.announcement_id, step=step, round=round_number)
    rows.filter(state=DeliveryState.PENDING).update(state=DeliveryState.FAILED, state_reason="refused", finished_at=now)
    fall_back(escalation.announcement_id, now=now)


def test_an_emergency_begins_an_escalation_with_its_first_step(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    assert called(escalation) == [(0, 1, {PAGER})]
    assert (escalation.started_at, escalation.next_at) == (now, now + 5 * MINUTE)
    assert (escalation.rounds, escalation.account_id) == (3, house.cast.partner.pk)


def test_entry_after_entry_is_called_then_administrators_partner_manager_and_operator(
    house: House, now: datetime
) -> None:
    """The owner is the second entry and an administrator: in one round nobody is called twice."""
    escalation = emergency(house, now)
    for minute in range(1, 31):
        climb_due(now + minute * MINUTE)
    cast = house.cast
    one_round = [{PAGER}, {cast.owner.mailbox}, {cast.manager.mailbox}, {cast.administrator.mailbox}]
    steps = called(escalation)
    assert [addresses for _, _, addresses in steps] == [*one_round, *one_round][:7]
    assert [number for number, _, _ in steps] == [0, 0, 0, 0, 1, 1, 1]
    taken = list(escalation.steps.order_by("number").values_list("taken_at", flat=True))
    assert [later - earlier for earlier, later in pairwise(taken)] == [5 * MINUTE] * 6


def test_the_account_chooses_the_pace(house: House, now: datetime) -> None:
    ContactRecord.objects.update(escalation_minutes=2, escalation_rounds=1)
    escalation = emergency(house, now)
    assert climb_due(now + timedelta(seconds=119)) == 0
    for minute in range(1, 12):
        climb_due(now + minute * MINUTE)
    escalation.refresh_from_db()
    assert len(called(escalation)) == 4
    assert escalation.state == EscalationState.EXHAUSTED


def test_when_everybody_was_called_in_vain_the_staff_are_alarmed_once(house: House, now: datetime) -> None:
    """R4: it never disappears."""
    ContactRecord.objects.update(escalation_minutes=1, escalation_rounds=2)
    escalation = emergency(house, now)
    for minute in range(1, 20):
        climb_due(now + minute * MINUTE)
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.EXHAUSTED
    alarm = Announcement.objects.get(topics=[Topic.STAFF_ALARM])
    assert (alarm.subject_kind, alarm.subject_id) == ("escalation", escalation.public_id)
    assert alarm.facts == {"topics": ["technical_emergency"], "steps": 8, "rounds": 2}
    assert Delivery.objects.filter(announcement=alarm, address=house.cast.administrator.mailbox).exists()
    kinds = list(Event.objects.filter(subject_kind="escalation").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["escalation.step_taken"] * 7 + ["escalation.exhausted"]


def test_a_late_ticker_takes_one_step_and_not_all_that_it_missed(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    late = now + 20 * MINUTE
    assert [climb_due(late), climb_due(late), climb_due(late + 4 * MINUTE)] == [1, 0, 0]
    assert len(called(escalation)) == 2
    assert climb_due(late + 5 * MINUTE) == 1


def test_the_next_is_called_at_once_when_nobody_of_a_step_can_be_reached(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    fail(escalation, step=1, now=now + MINUTE)
    assert called(escalation) == [(0, 1, {PAGER}), (0, 2, {house.cast.owner.mailbox})]
    escalation.refresh_from_db()
    assert escalation.next_at == now + 6 * MINUTE
    last = EscalationStep.objects.get(escalation=escalation, number=2)
    assert last.because == "nobody_reached"


def test_a_round_that_reaches_nobody_at_all_alarms_the_staff_at_once_and_goes_on(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    for step in (1, 2, 4, 5):
        fail(escalation, step=step, now=now)
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.RUNNING
    assert escalation.announcement.nobody_for == [Topic.TECHNICAL_EMERGENCY]
    assert Announcement.objects.filter(topics=[Topic.STAFF_ALARM]).count() == 1
    assert climb_due(now + 5 * MINUTE) == 1
    assert called(escalation)[-1] == (1, 1, {PAGER})
    assert Announcement.objects.filter(topics=[Topic.STAFF_ALARM]).count() == 1


def test_changes_of_the_record_count_at_once(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    ContactEntry.objects.filter(field=ContactField.EMERGENCY).update(identity=None, address="new@bistro.test")
    climb_due(now + 5 * MINUTE)
    assert called(escalation)[-1][2] == {"new@bistro.test"}


def test_who_was_to_be_called_later_has_one_row_when_they_are_called(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    later = Delivery.objects.filter(announcement=escalation.announcement_id, state_reason="later_step")
    before = set(later.values_list("address", flat=True))
    climb_due(now + 5 * MINUTE)
    assert set(later.values_list("address", flat=True)) == before - {house.cast.owner.mailbox}


def test_nothing_of_the_sandbox_is_escalated(house: House, now: datetime) -> None:
    """R2, invariant 3."""
    Identity.objects.filter(pk=house.cast.reader.pk).update(wants_sandbox_mail=True)
    receive(house.sandbox_key, critical(), now=now)
    assert not Escalation.objects.exists()


def test_a_problem_that_is_no_emergency_is_not_escalated(house: House, now: datetime) -> None:
    receive(house.key, critical() | {"labels": {"alertname": "Slow", "severity": "warning"}}, now=now)
    assert not Escalation.objects.exists()


def test_a_resolved_incident_calls_nobody_else(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    receive(house.key, resolved(**RESOLVED), now=now + MINUTE)
    escalation.refresh_from_db()
    assert (escalation.state, escalation.ended_at) == (EscalationState.RESOLVED, now + MINUTE)
    assert climb_due(now + timedelta(hours=3)) == 0
    assert len(called(escalation)) == 1


def test_a_problem_that_comes_and_goes_in_one_payload_is_told_once_and_not_escalated(
    house: House, now: datetime
) -> None:
    receive(house.key, critical(), resolved(**RESOLVED), now=now)
    assert not Escalation.objects.filter(state=EscalationState.RUNNING).exists()
    assert Delivery.objects.filter(address=PAGER, state=DeliveryState.PENDING).exists()


def test_a_reopened_incident_is_escalated_anew(house: House, now: datetime) -> None:
    first = emergency(house, now)
    receive(house.key, resolved(**RESOLVED) | {"endsAt": (now + MINUTE).isoformat()}, now=now + MINUTE)
    receive(house.key, critical(), now=now + timedelta(hours=1))
    incident = Incident.objects.get()
    assert incident.state == IncidentState.FIRING
    assert announcements(incident) == ["opened", "resolved", "reopened"]
    again = Escalation.objects.get(state=EscalationState.RUNNING)
    assert again.pk != first.pk
    assert called(again) == [(0, 1, {PAGER})]


def test_the_same_alert_again_begins_no_second_escalation(house: House, now: datetime) -> None:
    emergency(house, now)
    receive(house.key, critical(), now=now + MINUTE)
    assert Escalation.objects.count() == 1


def test_a_disabled_integration_is_escalated_until_it_is_restored(house: House, now: datetime) -> None:
    administrator = house.cast.administrator
    integrations.disable_integration(actor=administrator, integration=house.integration, now=now)
    escalation = Escalation.objects.get(subject_kind="integration")
    climb_due(now + 5 * MINUTE)
    assert [addresses for _, _, addresses in called(escalation)] == [{PAGER}, {house.cast.owner.mailbox}]
    integrations.restore_integration(actor=administrator, integration=house.integration, now=now + 6 * MINUTE)
    assert climb_due(now + timedelta(hours=2)) == 0
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.RESOLVED


def test_what_an_ended_escalation_planned_is_called_off_but_for_the_first_step_of_what_is_over(
    house: House, now: datetime
) -> None:
    """An acknowledged emergency must not wake the third entry a second later; what is over is told at least once."""
    escalation = emergency(house, now)
    climb_due(now + 5 * MINUTE)
    owed = dict(
        Delivery.objects.filter(announcement=escalation.announcement_id, state=DeliveryState.PENDING).values_list(
            "address", "pk"
        )
    )
    assert called_off(list(owed.values())) == {}
    Escalation.objects.update(state=EscalationState.RESOLVED, next_at=None, ended_at=now)
    assert called_off(list(owed.values())) == {owed[house.cast.owner.mailbox]: Topic.TECHNICAL_EMERGENCY}
    Escalation.objects.update(state=EscalationState.ACKNOWLEDGED, acknowledged_via="portal")
    assert set(called_off(list(owed.values()))) == {owed[PAGER], owed[house.cast.owner.mailbox]}


def test_one_broken_escalation_stops_no_other(house: House, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    broken = emergency(house, now)
    whole = receive(house.key, critical(fingerprint="00ff"), now=now)[0].incident
    Announcement.objects.filter(pk=broken.announcement_id).update(facts={"event": "opened", "environment": 0})
    assert climb_due(now + 5 * MINUTE) == 1
    assert "could not go on" in caplog.text
    assert len(called(Escalation.objects.get(subject_id=str(whole.pk)))) == 2
    broken.refresh_from_db()
    assert broken.next_at == now + 5 * MINUTE, "it stays due, so that the auditor finds it"


def test_a_step_is_written_whole_or_not_at_all(house: House, now: datetime) -> None:
    """A crash before the commit: the next ticker takes the step, once."""
    escalation = emergency(house, now)

    with transaction.atomic():
        advance_escalation(escalation.pk, now=now + 5 * MINUTE)
        transaction.set_rollback(True)
    assert len(called(escalation)) == 1
    climb_due(now + 6 * MINUTE)
    climb_due(now + 6 * MINUTE)
    assert [addresses for _, _, addresses in called(escalation)] == [{PAGER}, {house.cast.owner.mailbox}]


def test_a_payload_of_many_emergencies_costs_as_many_statements_as_one(house: House, now: datetime) -> None:
    receive(house.key, critical(fingerprint="ff00"), now=now)  # reads what is read once in a process
    with CaptureQueriesContext(connection) as one:
        receive(house.key, critical(fingerprint="ff01"), now=now)
    with CaptureQueriesContext(connection) as many:
        receive(house.key, *(critical(fingerprint=f"aa{number}") for number in range(20)), now=now)
    assert len(many) <= len(one) + 2
    assert Escalation.objects.count() == 22


def test_an_exhausted_escalation_is_over_when_the_incident_is(house: House, now: datetime) -> None:
    escalation = emergency(house, now)
    Escalation.objects.update(state=EscalationState.EXHAUSTED, next_at=None, ended_at=now)
    receive(house.key, resolved(**RESOLVED), now=now + MINUTE)
    escalation.refresh_from_db()
    assert escalation.state == EscalationState.RESOLVED


def test_the_alarm_that_nobody_answered_says_so_and_leads_to_it(house: House, now: datetime) -> None:
    ContactRecord.objects.update(escalation_minutes=1, escalation_rounds=1)
    escalation = emergency(house, now)
    for minute in range(1, 8):
        climb_due(now + minute * MINUTE)
    alarm = Announcement.objects.get(topics=[Topic.STAFF_ALARM])
    administrator = house.cast.administrator
    recipient = Recipient(
        f"identity:{administrator.pk}", administrator.pk, administrator.mailbox, administrator.name, "en", "UTC", ()
    )
    content = handler_of(Topic.STAFF_ALARM).render(subject_of(alarm), recipient)
    assert content.subject == "Nobody answered: Bistro"
    assert f"/go/escalations/{escalation.public_id}/" in str(content.context)


def test_the_desk_and_the_home_page_show_what_nobody_has(house: House, now: datetime) -> None:
    """The page of the account and that of staff; after it is taken it is gone."""
    ContactRecord.objects.update(first_completed_at=now)
    escalation = emergency(house, now)
    desk = sign_in(Client(), house.cast.engineer)
    home = sign_in(Client(), house.cast.owner)
    stranger = sign_in(Client(), house.cast.outsider)
    address = f"/u/0/escalations/{escalation.public_id}/"
    assert address in desk.get("/u/0/desk").text
    assert address in home.get("/u/0/").text
    assert address not in stranger.get("/u/0/").text
    home.post(f"{address}acknowledge/")
    assert address not in desk.get("/u/0/desk").text
    assert address not in home.get("/u/0/").text


def test_who_would_be_told_shows_the_later_steps_with_their_moments(house: House, now: datetime) -> None:
    """R1, invariant 7: the plan of the preview is the one that is carried out."""
    ContactRecord.objects.update(first_completed_at=now, escalation_minutes=7)
    page = sign_in(Client(), house.cast.owner).get(
        "/u/0/who-would-be-told/",
        {
            "integration": house.integration.public_id,
            "environment": "production",
            "topic": "critical",
            "at": "2026-11-22T02:30",
            "zone": "Europe/Rome",
        },
    )
    assert "These people would be called next, if nobody acknowledges" in page.text
    moments = re.findall(r"Told at ([^<]*?), if nobody acknowledges before", page.text)
    assert [re.search(r"2:\d\d", moment)[0] for moment in moments] == ["2:44", "2:51"]  # type: ignore[index]  # it is there
