"""From plans to rows: announcements, messages and deliveries, any number of them in a handful of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.conf import settings

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.bulk import JsonText, ListText, as_json, as_list, insert_object, insert_pair, insert_rows, next_ids
from liaison.lib.ids import new_public_id
from liaison.notifications import streams
from liaison.notifications.bundling import never_held
from liaison.notifications.facts import Channel, Held, Person, Plan, Planned, Way
from liaison.notifications.models import Announcement, Delivery, DeliveryState, Message
from liaison.notifications.plan import destination_of
from liaison.notifications.registry import Subject
from liaison.notifications.streams import Request, Ticket

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
    "round", "reasons", "readers", "state", "state_reason", "finished_at", "due_at", "held",
)  # fmt: skip
# The keys of one message with its one delivery are the database's own.
_MESSAGE_ITSELF: Final = _MESSAGE[1:]
_DELIVERY_ITSELF: Final = tuple(name for name in _DELIVERY if name != "message_id")


@dataclass(frozen=True)
class Owed:
    """An announcement that is stored, and what it owes to whom. Several may share one plan."""

    announcement: Announcement
    plan: Plan


@dataclass(frozen=True)
class _Told:
    """What the rows of one recipient have in common in all announcements of one plan."""

    planned: Planned
    message: tuple[Any, ...]
    delivery: tuple[Any, ...]
    destination: str
    priority: int


@dataclass(frozen=True)
class _Shape:
    """The part of the rows that all announcements of one plan have in common."""

    told: tuple[_Told, ...]
    not_told: tuple[tuple[Any, ...], ...]


def insert_announcements(
    topics: tuple[Topic, ...], subjects: Sequence[Subject], plans: Sequence[Plan], now: datetime
) -> list[Announcement]:
    """Store an announcement of each subject, in their order. One alone takes its account's turn with it.

    That spares what waits a statement of its own, in which it would only wait for its turn (`streams`).
    """
    names = [topic.value for topic in dict.fromkeys(topics)]
    keys = next_ids(Announcement, len(subjects)) if len(subjects) > 1 else [None] * len(subjects)
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
        for key, subject, outcome in zip(keys, subjects, plans, strict=True)
    ]
    if len(announcements) == 1:
        is_asking = any(map(_is_asking, plans[0].told))
        insert_object(announcements[0], turn=streams.turn_of(subjects[0].account_id) if is_asking else None)
        return announcements
    insert_rows(Announcement, _ANNOUNCEMENT, map(_announcement_row, announcements))
    return announcements


def insert_deliveries(
    owed: Sequence[Owed], now: datetime, *, round_number: int = 0, alone: bool = False
) -> frozenset[tuple[str, datetime]]:
    """Store one delivery for each planned recipient, and a message for each that is told alone.

    What is held joins what gathers already for the same place, but where all are to be told `alone`. Then the
    announcements may be of any time; else `insert_announcements` has just stored them. Return the channels, and when
    each has something to do.
    """
    plans = {id(one.plan): one.plan for one in owed}
    shapes = {number: _shape(outcome, now, round_number) for number, outcome in plans.items()}
    pairs = [(one.announcement, told) for one in owed for told in shapes[id(one.plan)].told]
    tickets = [None] * len(pairs) if alone else _tickets(pairs, now, has_turn=len(owed) == 1)
    not_told = any(shape.not_told for shape in shapes.values())
    if len(pairs) == 1 and not not_told and (tickets[0] is None or tickets[0].message is None):
        _insert_alone(*pairs[0])
    else:
        _insert_together(owed, shapes, list(zip(pairs, tickets, strict=True)))
    return frozenset(
        (told.planned.channel.value, told.planned.at if ticket is None else ticket.at)
        for (_announcement, told), ticket in zip(pairs, tickets, strict=True)
    )


def _insert_alone(announcement: Announcement, told: _Told) -> None:
    """Store the one message and the one delivery that most announcements owe, in a single statement."""
    message = (*_message_names(), *_whose(announcement), *told.message)
    delivery = (new_public_id(), announcement.pk, *told.delivery)
    insert_pair(
        (Message, dict(zip(_MESSAGE_ITSELF, message, strict=True))),
        (Delivery, dict(zip(_DELIVERY_ITSELF, delivery, strict=True))),
        "message_id",
    )


def _insert_together(
    owed: Sequence[Owed],
    shapes: Mapping[int, _Shape],
    decided: Sequence[tuple[tuple[Announcement, _Told], Ticket | None]],
) -> None:
    message_ids = iter(next_ids(Message, sum(ticket is None or ticket.message is None for _pair, ticket in decided)))
    messages: list[tuple[Any, ...]] = []
    deliveries: list[tuple[Any, ...]] = []
    for (announcement, told), ticket in decided:
        if ticket is None or ticket.message is None:
            message_id = next(message_ids)
            messages.append((message_id, *_message_names(), *_whose(announcement), *told.message))
            deliveries.append((new_public_id(), announcement.pk, message_id, *told.delivery))
        else:
            shape = (*told.delivery[:-2], ticket.at, _held(ticket.held))
            deliveries.append((new_public_id(), announcement.pk, ticket.message, *shape))
    for one in owed:
        not_told = shapes[id(one.plan)].not_told
        deliveries += ((new_public_id(), one.announcement.pk, None, *delivery) for delivery in not_told)
    if messages:
        insert_rows(Message, _MESSAGE, messages)
    if deliveries:
        insert_rows(Delivery, _DELIVERY, deliveries)


def _tickets(pairs: Sequence[tuple[Announcement, _Told]], now: datetime, *, has_turn: bool) -> list[Ticket | None]:
    """Return when those go who may have to wait, None for those who do not."""
    asking = [_is_asking(told.planned) for _announcement, told in pairs]
    if not any(asking):
        return [None] * len(pairs)
    requests = [
        Request(announcement, told.planned, told.destination, told.priority, is_digest=bool(told.planned.held))
        for (announcement, told), asks in zip(pairs, asking, strict=True)
        if asks
    ]
    taken = iter(streams.take_tickets(requests, now, has_turn=has_turn))
    return [next(taken) if asks else None for asks in asking]


@lru_cache(maxsize=64)
def _held(held: tuple[Held, ...]) -> JsonText:
    return as_json([{"because": one.because.value, "until": one.until.isoformat()} for one in held])


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
        told=tuple(_told(planned, now, round_number) for planned in outcome.told),
        not_told=tuple(_delivery_shape(planned, now, round_number) for planned in outcome.not_told),
    )


def _told(planned: Planned, now: datetime, round_number: int) -> _Told:
    entries = loader.topics()
    priority = min(entries[because.topic].priority for because in planned.because if because.withheld is None)
    # What was held is given up that much later: it counts from the moment at which it is first to go.
    message = (planned.channel.value, planned.address, priority, planned.at, max(now, planned.at))
    destination = destination_of(planned.person, Way(planned.channel, planned.address))
    delivery = _delivery_shape(planned, now, round_number)
    return _Told(planned, message, delivery, destination, priority)


def _is_asking(planned: Planned) -> bool:
    """Say whether others may join somebody's message, so that it has to be asked when it goes."""
    if planned.held:
        return planned.channel is not Channel.WEBHOOK
    return streams.limits() is not None and not never_held(planned)


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
        None if is_told else now,
        planned.at,
        _held(planned.held),
    )


def _reader(person: Person) -> dict[str, str | int | None]:
    return {
        "key": person.key,
        "identity_id": person.identity_id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
    }
