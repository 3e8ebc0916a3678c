"""What claimed messages say, and whether they may still be said: decided anew at the moment of sending.

Invariant 2: a recipient gets a message only with the rights it has now. A suspended or deleted identity gets
nothing from that second on (W13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model

from liaison.catalog.vocabulary import Topic
from liaison.notifications.channels.contract import Letter
from liaison.notifications.claims import Claim, Owed
from liaison.notifications.escalation.relevance import called_off
from liaison.notifications.facts import Because, Reason, Withheld
from liaison.notifications.models import Delivery
from liaison.notifications.registry import Content, Recipient, Subject, TopicHandler, handler_of
from liaison.notifications.statements import DATABASE_IS_AWAY, run


@dataclass(frozen=True)
class Standing:
    """Who reads what is owed, and under which topics they may; the first of these puts it into words."""

    claim: Claim
    owed: Owed
    recipient: Recipient
    topics: tuple[Topic, ...]
    handler: TopicHandler

    @property
    def because(self) -> tuple[Because, ...]:
        """Return why the reader is told."""
        return tuple(
            Because(Topic(str(reason["topic"])), Reason(str(reason["reason"])))
            for reason in self.owed.reasons
            if reason["withheld"] is None and reason["topic"] in self.topics
        )


def decide(asked: Sequence[tuple[Claim, Owed]]) -> list[Standing | Withheld | Exception]:
    """Return, for each, who may read it now, else why nobody may, else what went wrong in finding out.

    Each handler reads what all of them need at once.
    """
    owed = [one for _claim, one in asked]
    active = _active_identities(owed)
    climbing = [one.delivery for one in owed if one.step]
    handlers = _Handlers(owed, called_off(climbing) if climbing else {})
    return [_standing_or_error(claim, one, handlers, active) for claim, one in asked]


def letter_for(standing: Standing, *, now: datetime) -> Letter:
    """Return the letter, its words made, in the language and zone that are active."""
    claim = standing.claim
    content: Content = standing.handler.render(standing.owed.subject, standing.recipient)
    return Letter(
        message_id=claim.message_id,
        at=now,
        recipient=standing.recipient,
        content=content,
        because=standing.because,
        address=claim.address,
        public_id=standing.owed.public_id,
    )


def address_the_reader(recipient: Recipient, others: Sequence[int]) -> None:
    """Write down who is addressed in deliveries that were somebody else's who reads the same address."""
    if others:
        Delivery.objects.filter(pk__in=others).update(
            recipient_key=recipient.key,
            identity_id=recipient.identity_id,
            name=recipient.name,
            language=recipient.language,
            time_zone=recipient.time_zone,
        )


class _Handlers:
    """The handlers of a batch, each with what all its subjects need; one that cannot is asked one by one.

    `called_off` are the topics, by delivery, under which nobody else is called because an escalation has ended.
    """

    def __init__(self, owed: Sequence[Owed], called_off: Mapping[int, Topic]) -> None:
        self._called_off = called_off
        self._subjects: dict[Topic, list[Subject]] = {}
        for one in owed:
            with suppress(ValueError):  # a topic of a newer version: said when that message is decided on
                for topic in one.counting_topics:
                    self._subjects.setdefault(topic, []).append(one.subject)
        self._handlers: dict[Topic, TopicHandler] = {}

    def of(self, topic: Topic) -> TopicHandler:
        if topic not in self._handlers:
            self._handlers[topic] = handler_of(topic).preloaded(self._subjects[topic])
        return self._handlers[topic]

    def say_it_is_relevant(self, topic: Topic, owed: Owed) -> bool:
        return self._called_off.get(owed.delivery) is not topic and self.of(topic).still_relevant(owed.subject)


def _standing_or_error(
    claim: Claim, owed: Owed, handlers: _Handlers, active: frozenset[int]
) -> Standing | Withheld | Exception:
    try:
        return _standing(claim, owed, handlers, active)
    except DATABASE_IS_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  # a message that breaks its handler costs the others nothing
        return error


def _standing(claim: Claim, owed: Owed, handlers: _Handlers, active: frozenset[int]) -> Standing | Withheld:
    relevant = tuple(topic for topic in owed.counting_topics if handlers.say_it_is_relevant(topic, owed))
    if not relevant:
        return Withheld.NO_LONGER_RELEVANT
    present = [reader for reader in owed.readers if reader["identity_id"] in active or reader["identity_id"] is None]
    for reader in present:
        recipient = _recipient(claim, owed, reader)
        allowed = tuple(topic for topic in relevant if handlers.of(topic).may_receive(owed.subject, recipient))
        if allowed:
            return Standing(claim, owed, recipient, allowed, handlers.of(allowed[0]))
    return Withheld.NO_LONGER_ALLOWED if present else Withheld.SUSPENDED


def _active_identities(owed: Sequence[Owed]) -> frozenset[int]:
    """Return the readers who are neither suspended nor deleted. One query."""
    wanted = {reader["identity_id"] for one in owed for reader in one.readers} - {None}
    if not wanted:
        return frozenset()
    return frozenset(row[0] for row in run(_active_among(), {"wanted": list(wanted)}))


@cache
def _active_among() -> str:
    table = get_user_model()._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
    return f"SELECT id FROM {table} WHERE is_active AND id = ANY(%(wanted)s::bigint[])"  # noqa: S608  # our own table


def _recipient(claim: Claim, owed: Owed, reader: Mapping[str, Any]) -> Recipient:
    return Recipient(
        key=reader["key"],
        identity_id=reader["identity_id"],
        address=claim.address,
        name=reader["name"],
        language=reader["language"],
        time_zone=reader["time_zone"],
        reasons=tuple(str(reason["reason"]) for reason in owed.reasons if reason["withheld"] is None),
        delivery=owed.public_id,
    )
