"""From a subject to a plan, and from a plan to rows.

The preview and the real send share `plan_for` (invariant 7).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import connection

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.ids import new_public_id
from liaison.notifications.facts import Circle, Facts, Person, Plan, Planned, TopicFacts, Withheld
from liaison.notifications.models import Announcement, Delivery, DeliveryState, Message
from liaison.notifications.plan import destination_of, plan
from liaison.notifications.registry import Subject, handler_of, registered_topics

WAKE_UP = "liaison_messages"

# An identity without a mailbox is normal (D10): its administrator gives it a one-time link instead. That
# nobody could be mailed stays written on the announcement, and no alarm is raised.
_REACHES_NOBODY_QUIETLY = frozenset({Topic.ACCOUNT_MAIL})

logger = logging.getLogger(__name__)


def plan_for(
    topics: tuple[Topic, ...], subject: Subject, now: datetime, *, unreachable: frozenset[str] = frozenset()
) -> Plan:
    """Gather what the topics' handlers know about `subject` now, and plan. Writes nothing.

    `unreachable` are destinations that were tried in vain: whoever stands there is passed over.
    """
    handlers = [handler_of(topic) for topic in dict.fromkeys(topics)]
    circumstances = [handler.circumstances(subject) for handler in handlers]
    gathered = (handler.gather(subject, now) for handler in handlers)
    return plan(
        Facts(
            topics=tuple(_without(facts, unreachable) for facts in gathered),
            now=now,
            is_sandbox=any(one.is_sandbox for one in circumstances),
            is_paused=any(one.is_paused for one in circumstances),
        )
    )


def keep(outcome: Plan, topics: tuple[Topic, ...], subject: Subject, now: datetime) -> Announcement:
    """Store the announcement with what it owes to whom, and wake the workers after the commit."""
    announcement = Announcement.objects.create(
        topics=list(dict.fromkeys(topics)),
        subject_kind=subject.kind,
        subject_id=subject.id,
        account_id=subject.account_id,
        facts=dict(subject.facts),
        at=now,
        nobody_for=list(outcome.nobody),
    )
    store_deliveries(announcement, outcome.told, outcome.not_told, now=now)
    return announcement


def store_deliveries(
    announcement: Announcement,
    told: tuple[Planned, ...],
    not_told: tuple[Planned, ...] = (),
    *,
    now: datetime,
    round_number: int = 0,
) -> None:
    """Store one delivery for each planned recipient, and a message for each that is told."""
    messages = [_message(announcement, planned, now) for planned in told]
    Message.objects.bulk_create(messages)
    carried: list[tuple[Planned, Message | None]] = [*zip(told, messages, strict=True)]
    carried += [(planned, None) for planned in not_told]
    Delivery.objects.bulk_create(
        _delivery(announcement, planned, message, now, round_number) for planned, message in carried
    )
    if told:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [WAKE_UP])


def raise_alarm(announcement: Announcement, outcome: Plan, *, now: datetime) -> None:
    """Tell the staff that nobody could be reached (R4); when they cannot be told either, the log says so."""
    topics = tuple(topic for topic in outcome.nobody if topic not in _REACHES_NOBODY_QUIETLY)
    if not topics:
        return
    if Topic.STAFF_ALARM in announcement.topics or Topic.STAFF_ALARM not in registered_topics():
        logger.critical(
            "Nobody can be told of announcement %s (%s) about %s %s.",
            announcement.public_id, ", ".join(topics), announcement.subject_kind, announcement.subject_id,
        )  # fmt: skip
        return
    alarm = Subject(
        kind="announcement",
        id=announcement.public_id,
        account_id=announcement.account_id,
        facts={"topics": list(topics)},
    )
    planned = plan_for((Topic.STAFF_ALARM,), alarm, now)
    raise_alarm(keep(planned, (Topic.STAFF_ALARM,), alarm, now), planned, now=now)


def _without(facts: TopicFacts, unreachable: frozenset[str]) -> TopicFacts:
    if not unreachable:
        return facts

    def block(person: Person) -> Person:
        is_tried = destination_of(person) in unreachable and person.blocked is None
        return replace(person, blocked=Withheld.UNREACHABLE) if is_tried else person

    def block_all(circles: tuple[Circle, ...]) -> tuple[Circle, ...]:
        return tuple(replace(circle, people=tuple(map(block, circle.people))) for circle in circles)

    return replace(
        facts,
        everyone=block_all(facts.everyone),
        ladder=block_all(facts.ladder),
        listeners=tuple(map(block, facts.listeners)),
    )


def _message(announcement: Announcement, planned: Planned, now: datetime) -> Message:
    public_id = new_public_id()
    entries = loader.topics()
    counting = [because.topic for because in planned.because if because.withheld is None]
    return Message(
        public_id=public_id,
        account_id=announcement.account_id,
        channel=planned.channel,
        address=planned.person.address,
        message_id=f"<{public_id}@{settings.MESSAGE_ID_DOMAIN}>",
        priority=min(entries[topic].priority for topic in counting),
        due_at=planned.at,
        created_at=now,
    )


def _delivery(
    announcement: Announcement, planned: Planned, message: Message | None, now: datetime, round_number: int
) -> Delivery:
    person = planned.person
    pending = message is not None
    return Delivery(
        announcement=announcement,
        message=message,
        recipient_key=person.key,
        identity_id=person.identity_id,
        name=person.name,
        channel=planned.channel,
        address=person.address,
        destination=destination_of(person),
        language=person.language,
        time_zone=person.time_zone,
        step=planned.step,
        round=round_number,
        reasons=[{"topic": one.topic, "reason": one.reason, "withheld": one.withheld} for one in planned.because],
        readers=[_reader(reader) for reader in (person, *planned.sharing)],
        state=DeliveryState.PENDING if pending else DeliveryState.SUPPRESSED,
        state_reason="" if pending else str(planned.withheld),
        due_at=planned.at,
        finished_at=None if pending else now,
    )


def _reader(person: Person) -> dict[str, str | int | None]:
    return {
        "key": person.key,
        "identity_id": person.identity_id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
    }
