"""From plans to rows: announcements, messages and deliveries, any number of them in a handful of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.bulk import ListText, as_json, as_list, insert_rows, next_ids
from liaison.lib.ids import new_public_id
from liaison.notifications.facts import Person, Plan, Planned, Way
from liaison.notifications.models import Announcement, Delivery, DeliveryState, Message
from liaison.notifications.plan import destination_of
from liaison.notifications.registry import Subject

_ANNOUNCEMENT: Final = (
    "id", "public_id", "topics", "subject_kind", "subject_id", "account_id", "facts", "at", "nobody_for",
)  # fmt: skip
# What differs between two announcements of one plan comes first, and what the plan says after it.
_MESSAGE: Final = (
    "id", "public_id", "message_id", "account_id", "lane",
    "channel", "address", "priority", "due_at", "created_at",
)  # fmt: skip
_DELIVERY: Final = (
    "public_id", "announcement_id", "message_id",
    "recipient_key", "identity_id", "name", "channel", "address", "destination", "language", "time_zone", "step",
    "round", "reasons", "readers", "state", "state_reason", "due_at", "finished_at",
)  # fmt: skip


@dataclass(frozen=True)
class Owed:
    """An announcement that is stored, and what it owes to whom. Several may share one plan."""

    announcement: Announcement
    plan: Plan


@dataclass(frozen=True)
class _Shape:
    """The part of the rows that all announcements of one plan have in common: `(message or None, delivery)`."""

    told: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...]
    not_told: tuple[tuple[Any, ...], ...]


def insert_announcements(
    topics: tuple[Topic, ...], subjects: Sequence[Subject], plans: Sequence[Plan], now: datetime
) -> list[Announcement]:
    """Store an announcement of each subject, in their order."""
    names = [topic.value for topic in dict.fromkeys(topics)]
    announcements = [
        Announcement(
            pk=key,
            public_id=new_public_id(),
            topics=names,
            subject_kind=subject.kind,
            subject_id=subject.id,
            account_id=subject.account_id,
            facts=dict(subject.facts),
            at=now,
            nobody_for=[topic.value for topic in outcome.nobody],
        )
        for key, subject, outcome in zip(next_ids(Announcement, len(subjects)), subjects, plans, strict=True)
    ]
    insert_rows(Announcement, _ANNOUNCEMENT, map(_announcement_row, announcements))
    return announcements


def insert_deliveries(owed: Sequence[Owed], now: datetime, *, round_number: int = 0) -> None:
    """Store one delivery for each planned recipient, and a message for each that is told."""
    plans = {id(one.plan): one.plan for one in owed}
    shapes = {number: _shape(outcome, now, round_number) for number, outcome in plans.items()}
    message_ids = iter(next_ids(Message, sum(len(one.plan.told) for one in owed)))
    messages: list[tuple[Any, ...]] = []
    deliveries: list[tuple[Any, ...]] = []
    for one in owed:
        announcement, shape = one.announcement, shapes[id(one.plan)]
        for message, delivery in shape.told:
            message_id = next(message_ids)
            messages.append((message_id, *_message_names(), *_whose(announcement), *message))
            deliveries.append((new_public_id(), announcement.pk, message_id, *delivery))
        deliveries += ((new_public_id(), announcement.pk, None, *delivery) for delivery in shape.not_told)
    if messages:
        insert_rows(Message, _MESSAGE, messages)
    if deliveries:
        insert_rows(Delivery, _DELIVERY, deliveries)


def _announcement_row(one: Announcement) -> tuple[Any, ...]:
    return (
        one.pk, one.public_id, _list(tuple(one.topics)), one.subject_kind, one.subject_id, one.account_id,
        as_json(one.facts), one.at, _list(tuple(one.nobody_for)),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _list(topics: tuple[str, ...]) -> ListText:
    return as_list(topics)  # the same few over and over


def _message_names() -> tuple[str, str]:
    public_id = new_public_id()
    return public_id, f"<{public_id}@{settings.MESSAGE_ID_DOMAIN}>"


def _whose(announcement: Announcement) -> tuple[int | None, int]:
    return announcement.account_id, announcement.account_id or 0


def _shape(outcome: Plan, now: datetime, round_number: int) -> _Shape:
    return _Shape(
        told=tuple(
            (_message_shape(planned, now), _delivery_shape(planned, now, round_number)) for planned in outcome.told
        ),
        not_told=tuple(_delivery_shape(planned, now, round_number) for planned in outcome.not_told),
    )


def _message_shape(planned: Planned, now: datetime) -> tuple[Any, ...]:
    entries = loader.topics()
    priority = min(entries[because.topic].priority for because in planned.because if because.withheld is None)
    return planned.channel.value, planned.address, priority, planned.at, now


def _delivery_shape(planned: Planned, now: datetime, round_number: int) -> tuple[Any, ...]:
    person = planned.person
    is_told = planned.withheld is None
    return (
        person.key,
        person.identity_id,
        person.name,
        planned.channel.value,
        planned.address,
        destination_of(person, Way(planned.channel, planned.address)),
        person.language,
        person.time_zone,
        planned.step,
        round_number,
        as_json([{"topic": one.topic, "reason": one.reason, "withheld": one.withheld} for one in planned.because]),
        as_json([_reader(reader) for reader in (person, *planned.sharing)]),
        (DeliveryState.PENDING if is_told else DeliveryState.SUPPRESSED).value,
        "" if planned.withheld is None else planned.withheld.value,
        planned.at,
        None if is_told else now,
    )


def _reader(person: Person) -> dict[str, str | int | None]:
    return {
        "key": person.key,
        "identity_id": person.identity_id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
    }
