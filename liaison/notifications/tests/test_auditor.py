"""The auditor finds what is late, stuck or forgotten, keeps it, and alarms the staff (issue 3, point 2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.auditing.auditor import Auditor, findings_of
from liaison.notifications.auditing.standing import Health, standing
from liaison.notifications.auditing.vocabulary import AUDIT_SUBJECT, Trouble
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.models import (
    Announcement,
    Attempt,
    Delivery,
    DeliveryAudit,
    DeliveryState,
    Escalation,
    Message,
    MessageState,
    Review,
)
from liaison.notifications.registry import Subject
from liaison.notifications.testing import TopicOfTests, about, handled_by, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("topics", "staff")]
MINUTE = timedelta(minutes=1)


class StaffOfTests(TopicOfTests):
    """The staff alarm, with one administrator whatever it is about."""

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        administrator = Person("identity:1", "Basia", "basia@operator.test", "en", "UTC")
        circle = Circle(Reason.OPERATOR_ADMINISTRATOR, (administrator,))
        return TopicFacts(Topic.STAFF_ALARM, (circle,), of_record=False)


@pytest.fixture
def staff(topics: None) -> Iterator[None]:
    with handled_by({Topic.STAFF_ALARM: StaffOfTests(Topic.STAFF_ALARM)}):
        yield


def told(now: datetime, **facts: object) -> Announcement:
    with transaction.atomic():
        return announce((Topic.PRODUCTION_ALERT,), about(everyone=[person("anna@a.test")], **facts), now=now)


def found(now: datetime, auditor: Auditor | None = None) -> dict[Trouble, int]:
    audit = (auditor or Auditor()).look(now)
    return {one.trouble: one.count for one in findings_of(audit).values()}


def message(**values: object) -> Message:
    Message.objects.update(**values)
    return Message.objects.get()


def test_it_passes_when_nothing_is_owed_and_when_what_is_owed_is_young(now: datetime) -> None:
    told(now - timedelta(seconds=44))
    audit = Auditor().look(now)
    assert audit.passed
    assert audit.findings == {}


def test_it_finds_what_is_due_and_taken_by_nobody(now: datetime) -> None:
    told(now - timedelta(seconds=46))
    assert found(now) == {Trouble.OVERDUE: 1}
    assert standing(now).health is Health.FAILED


def test_it_finds_an_unknown_outcome_that_is_not_tried_again(now: datetime) -> None:
    told(now - 3 * MINUTE)
    message(state=MessageState.UNKNOWN, due_at=now - 2 * MINUTE, unanswered=1, sent_sha256="a" * 64)
    assert found(now) == {Trouble.UNKNOWN: 1}


def test_it_finds_a_lease_that_nobody_takes_back(now: datetime) -> None:
    told(now - 3 * MINUTE)
    message(state=MessageState.SENDING, lease_until=now - timedelta(seconds=61), claimed_at=now - 2 * MINUTE)
    assert found(now) == {Trouble.STUCK: 1}


def test_it_finds_an_answer_that_takes_longer_than_any_server_takes(now: datetime) -> None:
    told(now - 20 * MINUTE)
    state = {"state": MessageState.HANDED_OVER, "unanswered": 1, "sent_sha256": "a" * 64}
    message(**state, lease_until=now + MINUTE, claimed_at=now - 14 * MINUTE)
    assert found(now) == {}
    message(claimed_at=now - 16 * MINUTE)
    assert found(now + timedelta(seconds=10)) == {Trouble.STUCK: 1}


def test_it_says_when_no_mail_server_can_be_reached(now: datetime) -> None:
    """Faults: staff see within 60 s that mail is down, although each message is put off again and again."""
    told(now - 2 * MINUTE)
    one = message(due_at=now + timedelta(seconds=20), attempt=1)
    Attempt.objects.create(message=one, number=1, started_at=now - MINUTE, outcome="temporary", detail="refused")
    audit = Auditor().look(now)
    assert not audit.passed
    assert set(findings_of(audit)) == {Trouble.UNREACHABLE}


def test_a_server_that_asks_for_patience_is_looked_at_and_fails_nothing(now: datetime) -> None:
    """Greylisting is normal; one partner's server must not make the dead man call."""
    told(now - 2 * MINUTE)
    one = message(due_at=now + timedelta(seconds=20), attempt=1)
    Attempt.objects.create(message=one, number=1, started_at=now - MINUTE, outcome="temporary", code=451)
    audit = Auditor().look(now)
    assert audit.passed
    assert set(findings_of(audit)) == {Trouble.PUT_OFF}
    assert standing(now).health is Health.TO_LOOK_AT


@pytest.mark.parametrize(
    ("state", "delivery", "trouble"),
    [
        (MessageState.FAILED, DeliveryState.FAILED, Trouble.FAILED),
        (MessageState.REFUSED, DeliveryState.FAILED, Trouble.REFUSED),
        (MessageState.BOUNCED, DeliveryState.BOUNCED, Trouble.BOUNCED),
    ],
)
def test_what_did_not_arrive_is_found_until_somebody_has_looked_at_it(
    state: MessageState, delivery: DeliveryState, trouble: Trouble, now: datetime
) -> None:
    told(now - 5 * MINUTE)
    message(state=state, finished_at=now - MINUTE, sent_sha256="a" * 64)
    Delivery.objects.update(state=delivery, state_reason="refused", finished_at=now - MINUTE)
    auditor = Auditor()
    assert found(now, auditor) == {trouble: 1}
    assert DeliveryAudit.objects.get().passed
    Review.objects.create(delivery=Delivery.objects.filter(announcement__subject_kind="test").get(), at=now)
    assert found(now + MINUTE, auditor)[trouble] == 0
    assert found(now + timedelta(days=2), auditor).get(trouble, 0) == 0


def test_it_finds_a_delivery_whose_message_is_over(now: datetime) -> None:
    told(now)
    message(state=MessageState.ACCEPTED, finished_at=now, sent_sha256="a" * 64)
    assert found(now) == {Trouble.LEFT_BEHIND: 1}


def test_it_finds_an_announcement_that_owes_nobody_anything(now: datetime) -> None:
    told(now - 2 * MINUTE)
    Delivery.objects.all().delete()
    auditor = Auditor()
    Message.objects.all().delete()
    assert found(now, auditor) == {Trouble.UNPLANNED: 1}
    assert found(now + MINUTE, auditor)[Trouble.UNPLANNED] == 1


def test_it_looks_at_announcements_once_and_still_finds_what_is_lost_later(now: datetime) -> None:
    auditor = Auditor()
    for minute in range(5):
        told(now + minute * MINUTE)
        Message.objects.update(due_at=now + timedelta(days=1))
        auditor.look(now + minute * MINUTE)
    assert auditor._planned_up_to == Announcement.objects.order_by("pk")[0].pk
    lost = told(now + 5 * MINUTE)
    lost.deliveries.all().delete()
    assert found(now + 7 * MINUTE, auditor)[Trouble.UNPLANNED] == 1


def test_what_a_rule_keeps_quiet_is_no_loss(now: datetime) -> None:
    """R2: an event of the sandbox of which nobody wants to hear owes nobody anything."""
    with transaction.atomic():
        announce((Topic.PRODUCTION_ALERT,), about(sandbox=True), now=now - 2 * MINUTE)
    assert not Delivery.objects.exists()
    assert found(now) == {}


def test_it_finds_an_escalation_whose_step_was_not_taken(now: datetime) -> None:
    Escalation.objects.create(
        announcement=Announcement.objects.create(
            topics=[Topic.TECHNICAL_EMERGENCY], subject_kind="test", subject_id="9", at=now, nobody_for=["x"]
        ),
        topic=Topic.TECHNICAL_EMERGENCY,
        subject_kind="test",
        subject_id="9",
        interval_seconds=300,
        rounds=3,
        started_at=now - 10 * MINUTE,
        next_at=now - 2 * MINUTE,
    )
    assert found(now) == {Trouble.ESCALATION_OVERDUE: 1}


def test_a_staff_alarm_that_reached_nobody_is_serious_until_one_gets_through(now: datetime) -> None:
    with transaction.atomic():
        announce((Topic.STAFF_ALARM,), about(), now=now)
    message(state=MessageState.FAILED, finished_at=now)
    Delivery.objects.update(state=DeliveryState.FAILED, state_reason="expired", finished_at=now)
    audit = Auditor().look(now)
    assert not audit.passed
    assert Trouble.ALARM_FAILED in findings_of(audit)
    # What the auditor has just sent about it gets through.
    later = Message.objects.order_by("-pk")[0]
    Message.objects.filter(pk=later.pk).update(state=MessageState.ACCEPTED, finished_at=now, sent_sha256="a" * 64)
    Delivery.objects.filter(message=later).update(state=DeliveryState.ACCEPTED, finished_at=now)
    assert found(now + MINUTE)[Trouble.ALARM_FAILED] == 0


def test_the_staff_are_alarmed_once_with_kinds_and_counts(now: datetime) -> None:
    told(now - 2 * MINUTE)
    told(now - 2 * MINUTE)
    auditor = Auditor()
    audit = auditor.look(now)
    auditor.look(now + timedelta(seconds=10))
    (alarm,) = Announcement.objects.filter(subject_kind=AUDIT_SUBJECT)
    assert alarm.topics == [Topic.STAFF_ALARM]
    assert alarm.facts == {"troubles": {"overdue": 2}}
    audit.refresh_from_db()
    assert audit.alarmed_at == now


def test_a_day_of_audits_is_kept(now: datetime) -> None:
    auditor = Auditor()
    auditor.look(now - timedelta(hours=25))
    auditor.look(now - timedelta(hours=23))
    auditor.look(now)
    assert DeliveryAudit.objects.count() == 2


def test_a_dead_ticker_shows_after_45_seconds(now: datetime) -> None:
    assert standing(now).health is Health.SILENT
    Auditor().look(now)
    assert standing(now + timedelta(seconds=45)).health is Health.GOOD
    assert standing(now + timedelta(seconds=46)).health is Health.SILENT


def test_a_look_takes_few_queries_however_much_is_owed(now: datetime) -> None:
    counts: list[int] = []
    for _size in (1, 20):
        for _number in range(_size):
            told(now)
        auditor = Auditor()
        auditor.look(now - timedelta(microseconds=len(counts) + 1))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            auditor.look(now + timedelta(microseconds=len(counts)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25
