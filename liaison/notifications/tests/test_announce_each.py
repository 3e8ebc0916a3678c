"""Many announcements at once: each as if it were alone, planned once for all who hear of them (R1, R4)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce, announce_each
from liaison.notifications.facts import TopicFacts
from liaison.notifications.models import Announcement, Delivery, Message
from liaison.notifications.registry import Subject
from liaison.notifications.testing import TopicOfTests, about, handled_by, person

ALERT, EMERGENCY, ALARM = Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY, Topic.STAFF_ALARM
ANNA, BORIS, GONE = person("anna@p.test"), person("boris@p.test"), person("gone@p.test", blocked="declined")
_NAMES_OF_ROWS = ("id", "public_id", "message_id", "announcement_id")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


class SharedTopic(TopicOfTests):
    """Subjects with the same `audience` in their facts have the same people; `gathered` counts the readings."""

    def __init__(self, topic: Topic) -> None:
        super().__init__(topic)
        self.gathered: list[str] = []

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        self.gathered.append(subject.id)
        return super().gather(subject, now)

    def audiences(self, subjects: Sequence[Subject]) -> Sequence[Hashable | None]:
        return [subject.facts.get("audience") for subject in subjects]


def subjects(count: int, *, first: int = 1, **facts: Any) -> list[Subject]:
    return [replace(about(**facts), id=str(first + number), account_id=5) for number in range(count)]


def rows_of(announcement: Announcement) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return everything that is kept of an announcement but names and keys."""
    deliveries = Delivery.objects.filter(announcement=announcement).order_by("pk")
    messages = Message.objects.filter(deliveries__in=deliveries).order_by("pk")
    return tuple(  # type: ignore[return-value]  # two lists
        [{name: value for name, value in row.items() if name not in _NAMES_OF_ROWS} for row in rows.values()]
        for rows in (deliveries, messages)
    )


def test_each_keeps_what_it_would_have_kept_alone(now: datetime) -> None:
    facts: dict[str, Any] = {"audience": "a", "everyone": [ANNA, GONE], "ladder": [BORIS, ANNA]}
    topics = (EMERGENCY, ALERT)
    alone = announce(topics, *subjects(1, first=9, **facts), now=now)
    with handled_by({topic: SharedTopic(topic) for topic in topics}):
        together = announce_each(topics, subjects(3, **facts), now=now)
    assert [one.subject_id for one in together] == ["1", "2", "3"]
    assert len(rows_of(alone)[0]) == 3
    for one in together:
        assert (one.topics, one.account_id, one.at) == (alone.topics, alone.account_id, alone.at)
        assert rows_of(one) == rows_of(alone)
        one.refresh_from_db()
        assert one.facts == facts


def test_nobody_is_asked_about_twice_for_one_audience(now: datetime) -> None:
    handler = SharedTopic(ALERT)
    here = subjects(3, audience="here", everyone=[ANNA])
    there = subjects(2, first=4, audience="there", everyone=[BORIS])
    with handled_by({ALERT: handler}):
        kept = announce_each((ALERT,), [here[0], there[0], here[1], there[1], here[2]], now=now)
    assert handler.gathered == ["1", "4"]
    addresses = [one.deliveries.get().address for one in kept]
    assert addresses == ["anna@p.test", "boris@p.test", "anna@p.test", "boris@p.test", "anna@p.test"]


def test_without_an_audience_each_has_a_plan_of_its_own(now: datetime) -> None:
    handler = SharedTopic(ALERT)
    with handled_by({ALERT: handler}):
        announce_each((ALERT,), subjects(3, everyone=[ANNA]), now=now)
    assert handler.gathered == ["1", "2", "3"]


def test_fifty_cost_one_statement_more_than_one(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with handled_by({ALERT: SharedTopic(ALERT)}):
        for count, statements in ((1, 4), (50, 5)):
            with django_assert_num_queries(statements):
                announce_each((ALERT,), subjects(count, audience="a", everyone=[ANNA, BORIS, GONE]), now=now)
    assert (Message.objects.count(), Delivery.objects.count()) == (102, 153)


def test_every_message_and_delivery_has_a_name_of_its_own(now: datetime) -> None:
    with handled_by({ALERT: SharedTopic(ALERT)}):
        announce_each((ALERT,), subjects(20, audience="a", everyone=[ANNA, BORIS]), now=now)
    for field in ("public_id", "message_id"):
        assert Message.objects.values(field).distinct().count() == 40
    assert all(one.message_id.startswith(f"<{one.public_id}@") for one in Message.objects.all())
    assert Delivery.objects.values("public_id").distinct().count() == 40


def test_a_storm_that_reaches_nobody_raises_one_alarm_per_audience(now: datetime) -> None:
    """R4: the alarm names the first announcement, and how many there are."""
    lost = subjects(3, audience="a", everyone=[GONE])
    others = subjects(2, first=4, audience="b")
    alarm_people = SharedTopic(ALARM)
    with handled_by({ALERT: SharedTopic(ALERT), ALARM: alarm_people}):
        kept = announce_each((ALERT,), [*lost, *others], now=now)
    assert {tuple(one.nobody_for) for one in kept} == {(ALERT.value,)}
    alarms = Announcement.objects.filter(topics=[ALARM]).order_by("pk")
    assert [(one.subject_id, one.facts["count"]) for one in alarms] == [(kept[0].public_id, 3), (kept[3].public_id, 2)]


def test_nothing_to_announce_is_nothing_kept(now: datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert announce_each((ALERT,), [], now=now) == []


def test_it_refuses_a_hypothetical_subject_among_real_ones(now: datetime) -> None:
    with pytest.raises(ValueError, match="hypothetical"):
        announce_each((ALERT,), [*subjects(1), Subject(kind="environment", id="")], now=now)
    assert not Announcement.objects.exists()
