"""From a subject to a plan, and from a plan to rows.

The preview and the real send share `plan_for` (invariant 7).
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.notifications import storing
from liaison.notifications.facts import Channel, Circle, Facts, Person, Plan, Planned, TopicFacts, Withheld
from liaison.notifications.models import Announcement
from liaison.notifications.plan import destination_of, plan
from liaison.notifications.registry import Subject, handler_of, registered_topics
from liaison.notifications.storing import Owed
from liaison.notifications.wakeups import wake_workers_when_due

_ABOUT_ANNOUNCEMENTS: Final = "announcement"
ONE_ALARM_IN: Final = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def plan_for(
    topics: tuple[Topic, ...], subject: Subject, now: datetime, *, unreachable: frozenset[tuple[str, str]] = frozenset()
) -> Plan:
    """Gather what the topics' handlers know about `subject` now, and plan. Writes nothing.

    `unreachable` are channels with destinations that were tried in vain: whoever stands only there is passed over.
    """
    handlers = [handler_of(topic) for topic in dict.fromkeys(topics)]
    circumstances = handlers[0].circumstances(subject)  # the same, whatever the topic
    gathered = (handler.gather(subject, now) for handler in handlers)
    return plan(
        Facts(
            topics=tuple(_without(facts, unreachable) for facts in gathered),
            now=now,
            is_sandbox=circumstances.is_sandbox,
            is_paused=circumstances.is_paused,
        )
    )


def plan_each(topics: tuple[Topic, ...], subjects: Sequence[Subject], now: datetime) -> list[Plan]:
    """Return the plan of each subject, in their order. Subjects of one audience share one plan, which is made once."""
    plans: dict[tuple[Hashable, ...], Plan] = {}
    decided = []
    for subject, audience in zip(subjects, _audiences(topics, subjects), strict=True):
        if None in audience:  # somebody of this one's own
            decided.append(plan_for(topics, subject, now))
            continue
        if audience not in plans:
            plans[audience] = plan_for(topics, subject, now)
        decided.append(plans[audience])
    return decided


def keep_each(
    topics: tuple[Topic, ...], subjects: Sequence[Subject], plans: Sequence[Plan], now: datetime
) -> list[Announcement]:
    """Store an announcement of each subject with what it owes to whom, and wake the workers after the commit."""
    announcements = storing.insert_announcements(topics, subjects, plans, now)
    owed = [Owed(*pair) for pair in zip(announcements, plans, strict=True)]
    wake_workers_when_due(storing.insert_deliveries(owed, now), now=now)
    return announcements


def store_deliveries(
    announcement: Announcement, told: tuple[Planned, ...], *, now: datetime, round_number: int = 0
) -> None:
    """Store one more delivery and message for each who is told of an announcement that is known already.

    They join nothing: this is late already, and comes in the midst of transactions that wait for nobody.
    """
    outcome = Plan(told=told, not_told=())
    due = storing.insert_deliveries([Owed(announcement, outcome)], now, round_number=round_number, alone=True)
    wake_workers_when_due(due, now=now)


def raise_alarms(announcements: Sequence[Announcement], plans: Sequence[Plan], *, now: datetime) -> None:
    """Tell the staff of what reached nobody (R4): one alarm for all announcements that share a plan."""
    shared: dict[int, list[int]] = {}
    for place, outcome in enumerate(plans):
        if outcome.nobody:
            shared.setdefault(id(outcome), []).append(place)
    # Those of the same moment are of other people: only what was said before need not be said again.
    lately = now - timedelta(microseconds=1)
    for places in shared.values():
        raise_alarm(announcements[places[0]], plans[places[0]], now=now, count=len(places), lately=lately)


def raise_alarm(
    announcement: Announcement, outcome: Plan, *, now: datetime, count: int = 1, lately: datetime | None = None
) -> None:
    """Tell the staff that nobody could be reached (R4); when they cannot be told either, the log says so.

    `count` is how many announcements it stands for: this one, and those after it with the same plan. An account that
    cannot be reached is named once a minute: the alarms of a storm would bury each other. What they leave out stands
    on the desk, which lists every announcement that reached nobody. `lately` (else `now`) ends that minute.
    """
    # Some topics alarm nobody. An identity without a mailbox is normal (D10): its administrator gives it a link.
    # A drill is there to find out who answers. That nobody was reached stays written on the announcement.
    topics = tuple(topic for topic in outcome.nobody if loader.topics()[topic].alarms)
    if not topics:
        return
    if Topic.STAFF_ALARM in announcement.topics or Topic.STAFF_ALARM not in registered_topics():
        logger.critical(
            "Nobody can be told of announcement %s (%s) about %s %s.",
            announcement.public_id, ", ".join(topics), announcement.subject_kind, announcement.subject_id,
        )  # fmt: skip
        return
    if _is_alarmed(announcement, topics, lately or now):
        return
    alarm = Subject(
        kind=_ABOUT_ANNOUNCEMENTS,
        id=announcement.public_id,
        account_id=announcement.account_id,
        facts={"topics": list(topics), "count": count},
    )
    planned = plan_for((Topic.STAFF_ALARM,), alarm, now)
    (kept,) = keep_each((Topic.STAFF_ALARM,), [alarm], [planned], now)
    raise_alarm(kept, planned, now=now)


def _is_alarmed(announcement: Announcement, topics: Sequence[Topic], until: datetime) -> bool:
    """Say whether the staff were told within the minute that nobody of this account is reached under these topics."""
    return Announcement.objects.filter(
        topics__contains=[Topic.STAFF_ALARM.value],
        subject_kind=_ABOUT_ANNOUNCEMENTS,
        account_id=announcement.account_id,
        facts__topics=[topic.value for topic in topics],
        at__gt=until - ONE_ALARM_IN,
        at__lte=until,
    ).exists()


def _audiences(topics: tuple[Topic, ...], subjects: Sequence[Subject]) -> list[tuple[Hashable | None, ...]]:
    """Return, for each subject, who hears of it under each topic; alone, a subject need not be asked about."""
    if len(subjects) == 1:
        return [(None,)]
    return list(zip(*(handler_of(topic).audiences(subjects) for topic in topics), strict=True))


def _without(facts: TopicFacts, unreachable: frozenset[tuple[str, str]]) -> TopicFacts:
    if not unreachable:
        return facts

    def block(person: Person) -> Person:
        left = tuple(way for way in person.ways if (way.channel, destination_of(person, way)) not in unreachable)
        if person.blocked is not None or left == person.ways:
            return person
        if not left:
            return replace(person, blocked=Withheld.UNREACHABLE)
        has_mail = any(way.channel is Channel.EMAIL for way in left)
        endpoints = tuple(way for way in left if way.channel is not Channel.EMAIL)
        return replace(person, address=person.address if has_mail else "", endpoints=endpoints)

    def block_all(circles: tuple[Circle, ...]) -> tuple[Circle, ...]:
        return tuple(replace(circle, people=tuple(map(block, circle.people))) for circle in circles)

    return replace(
        facts,
        everyone=block_all(facts.everyone),
        ladder=block_all(facts.ladder),
        listeners=tuple(map(block, facts.listeners)),
    )
