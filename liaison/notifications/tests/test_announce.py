"""R3, R4 and invariant 7: what a verb announces stands in its own transaction, as the preview says."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.notifications.actions import announce, preview
from liaison.notifications.facts import Channel, TopicFacts
from liaison.notifications.models import Announcement, Delivery, Message
from liaison.notifications.registry import Subject
from liaison.notifications.testing import TopicOfTests, about, handled_by, person
from liaison.notifications.wakeups import Bell, WakeUps

ALERT, EMERGENCY = Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY

pytestmark = pytest.mark.usefixtures("topics")


@pytest.mark.django_db
def test_it_keeps_who_is_told_and_who_is_not_with_all_reasons(now: datetime) -> None:
    subject = about(
        everyone=[person("anna@p.test"), person("gone@p.test", blocked="declined")],
        ladder=[person("boris@p.test"), person("anna@p.test")],
    )
    announcement = announce((EMERGENCY, ALERT), subject, now=now)
    assert announcement.topics == [EMERGENCY, ALERT]
    states = {one.address: (one.state, one.state_reason) for one in Delivery.objects.all()}
    assert states == {
        "boris@p.test": ("pending", ""),
        "anna@p.test": ("pending", ""),
        "gone@p.test": ("suppressed", "declined"),
    }
    anna = Delivery.objects.get(address="anna@p.test")
    assert {(one["topic"], one["withheld"]) for one in anna.reasons} >= {
        (ALERT, None),
        (EMERGENCY, "later_step"),
    }


@pytest.mark.django_db
def test_the_more_urgent_topic_sets_the_priority(now: datetime) -> None:
    announce((ALERT,), about(everyone=[person("slow@p.test")]), now=now)
    announce((EMERGENCY, ALERT), about(ladder=[person("quick@p.test")]), now=now)
    slow, quick = (Message.objects.get(address=f"{who}@p.test") for who in ("slow", "quick"))
    assert quick.priority < slow.priority


@pytest.mark.django_db
def test_every_message_has_its_own_message_id_in_our_domain(now: datetime, settings: LazySettings) -> None:
    settings.MESSAGE_ID_DOMAIN = "portal.operator.test"
    announce((ALERT,), about(everyone=[person("a@p.test"), person("b@p.test")]), now=now)
    for message in Message.objects.all():
        assert message.message_id == f"<{message.public_id}@portal.operator.test>"


@pytest.mark.django_db
def test_the_preview_and_the_announcement_name_the_same_people(now: datetime) -> None:
    """Invariant 7."""
    subject = about(everyone=[person("a@p.test")], ladder=[person("b@p.test"), person("c@p.test")])
    plan = preview((EMERGENCY, ALERT), subject, now)
    assert not Announcement.objects.exists()
    announce((EMERGENCY, ALERT), subject, now=now)
    kept = {(one.address, one.state_reason, one.step) for one in Delivery.objects.all()}
    assert kept == {(one.person.address, one.withheld or "", one.step) for one in (*plan.told, *plan.not_told)}


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_announce_outside_a_transaction(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        announce((ALERT,), about(everyone=[person("a@p.test")]), now=now)
    assert not Announcement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_is_rolled_back_leaves_nothing(now: datetime) -> None:
    with transaction.atomic():
        announce((ALERT,), about(everyone=[person("a@p.test")]), now=now)
        transaction.set_rollback(True)
    assert not Announcement.objects.exists()
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_it_refuses_a_hypothetical_subject(now: datetime) -> None:
    with pytest.raises(ValueError, match="hypothetical"):
        announce((ALERT,), Subject(kind="environment", id=""), now=now)


@pytest.mark.django_db
def test_an_announcement_costs_the_same_for_two_and_for_many_and_less_for_one(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = about(everyone=[person("a@p.test")])
    two = about(everyone=[person("a@p.test"), person("b@p.test")])
    many = about(everyone=[person(f"{number}@p.test") for number in range(40)])
    with django_assert_num_queries(2):
        announce((ALERT,), few, now=now)
    with django_assert_num_queries(4):
        announce((ALERT,), two, now=now)
    with django_assert_num_queries(4):
        announce((ALERT,), many, now=now)


class StaffAlarmOfTests(TopicOfTests):
    """Reaches the people that the test names, whatever the alarm is about."""

    def __init__(self, *people: dict[str, object]) -> None:
        super().__init__(Topic.STAFF_ALARM)
        self._everyone = list(people)

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        return super().gather(about(everyone=self._everyone), now)


@pytest.mark.django_db
def test_what_reaches_nobody_raises_a_staff_alarm(now: datetime) -> None:
    """R4."""
    alarm = StaffAlarmOfTests(person("operator@platform.test"))
    with handled_by({Topic.STAFF_ALARM: alarm}):
        lost = announce((ALERT,), about(everyone=[person("a@p.test", blocked="unreachable")]), now=now)
    raised = Announcement.objects.get(topics=[Topic.STAFF_ALARM])
    assert lost.nobody_for == [ALERT]
    assert (raised.subject_kind, raised.subject_id) == ("announcement", lost.public_id)
    assert raised.deliveries.get().address == "operator@platform.test"


@pytest.mark.django_db
def test_an_alarm_that_reaches_nobody_either_is_logged_and_raises_no_further_one(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with handled_by({Topic.STAFF_ALARM: StaffAlarmOfTests()}), caplog.at_level(logging.CRITICAL):
        lost = announce((ALERT,), about(), now=now)
    alarm = Announcement.objects.get(topics=[Topic.STAFF_ALARM])
    assert Announcement.objects.count() == 2
    assert (lost.nobody_for, alarm.nobody_for) == ([ALERT], [Topic.STAFF_ALARM])
    assert alarm.public_id in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_commit_wakes_whoever_listens(now: datetime) -> None:
    bell, stop = Bell(), threading.Event()
    wake_ups = WakeUps({Channel.EMAIL.value: bell}, stop)
    wake_ups.start()
    try:
        bell.wait(10, since=0)  # it listens
        before = bell.count
        with transaction.atomic():
            announce((ALERT,), about(everyone=[person("a@p.test")]), now=now)
        started = time.monotonic()
        bell.wait(10, since=before)
        assert bell.count > before
        assert time.monotonic() - started < 5
    finally:
        stop.set()
        wake_ups.join()
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_a_bundle_wakes_whoever_listens_when_it_is_due(settings: LazySettings) -> None:
    """Looking every two seconds would be late for a window of one."""
    settings.BUNDLE_SECONDS = 1
    bell, stop = Bell(), threading.Event()
    wake_ups = WakeUps({Channel.EMAIL.value: bell}, stop)
    wake_ups.start()
    try:
        bell.wait(10, since=0)  # it listens
        moment = utc_now()
        for number in range(3):
            with transaction.atomic():
                announce((ALERT,), replace(about(everyone=[person("a@p.test")]), id=str(number)), now=moment)
        due = Message.objects.get(state="gathering").due_at
        assert due == moment + timedelta(seconds=1)
        count = bell.count
        while bell.count == count or utc_now() < due:
            count = bell.count
            assert utc_now() < due + timedelta(seconds=5)
            bell.wait(2, since=count)
    finally:
        stop.set()
        wake_ups.join()
