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
    """Who reads the message, and under which topics they may; the first of these puts it into words."""

    claim: Claim
    recipient: Recipient
    topics: tuple[Topic, ...]
    handler: TopicHandler


def standings_of(claims: Sequence[Claim]) -> dict[int, Standing | Withheld | Exception]:
    """Return by message who may read it now, else why nobody may, else what went wrong in finding out.

    Each handler reads what the whole batch needs at once.
    """
    active = _active_identities(claims)
    climbing = [claim.owed.delivery for claim in claims if claim.owed.step]
    handlers = _Handlers(claims, called_off(climbing) if climbing else {})
    return {claim.message: _standing_or_error(claim, handlers, active) for claim in claims}


def letter_for(standing: Standing, *, now: datetime) -> Letter:
    """Return the letter, its words made, in the language and zone that are active."""
    claim, topics = standing.claim, standing.topics
    content: Content = standing.handler.render(claim.owed.subject, standing.recipient)
    return Letter(
        message_id=claim.message_id,
        at=now,
        recipient=standing.recipient,
        content=content,
        because=tuple(
            Because(Topic(str(reason["topic"])), Reason(str(reason["reason"])))
            for reason in claim.owed.reasons
            if reason["withheld"] is None and reason["topic"] in topics
        ),
        address=claim.address,
        public_id=claim.owed.public_id,
    )


def address_the_reader(standing: Standing) -> None:
    """Write down who is addressed, when somebody else who reads the same address stands in for the first."""
    recipient = standing.recipient
    if standing.claim.owed.recipient_key != recipient.key:
        Delivery.objects.filter(pk=standing.claim.owed.delivery).update(
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

    def __init__(self, claims: Sequence[Claim], called_off: Mapping[int, Topic]) -> None:
        self._called_off = called_off
        self._subjects: dict[Topic, list[Subject]] = {}
        for claim in claims:
            with suppress(ValueError):  # a topic of a newer version: said when that message is decided on
                for topic in claim.owed.counting_topics:
                    self._subjects.setdefault(topic, []).append(claim.owed.subject)
        self._handlers: dict[Topic, TopicHandler] = {}

    def of(self, topic: Topic) -> TopicHandler:
        if topic not in self._handlers:
            self._handlers[topic] = handler_of(topic).preloaded(self._subjects[topic])
        return self._handlers[topic]

    def say_it_is_relevant(self, topic: Topic, owed: Owed) -> bool:
        return self._called_off.get(owed.delivery) is not topic and self.of(topic).still_relevant(owed.subject)


def _standing_or_error(claim: Claim, handlers: _Handlers, active: frozenset[int]) -> Standing | Withheld | Exception:
    try:
        return _standing(claim, handlers, active)
    except DATABASE_IS_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  # a message that breaks its handler costs the others nothing
        return error


def _standing(claim: Claim, handlers: _Handlers, active: frozenset[int]) -> Standing | Withheld:
    owed = claim.owed
    relevant = tuple(topic for topic in owed.counting_topics if handlers.say_it_is_relevant(topic, owed))
    if not relevant:
        return Withheld.NO_LONGER_RELEVANT
    present = [reader for reader in owed.readers if reader["identity_id"] in active or reader["identity_id"] is None]
    for reader in present:
        recipient = _recipient(claim, reader)
        allowed = tuple(topic for topic in relevant if handlers.of(topic).may_receive(owed.subject, recipient))
        if allowed:
            return Standing(claim, recipient, allowed, handlers.of(allowed[0]))
    return Withheld.NO_LONGER_ALLOWED if present else Withheld.SUSPENDED


def _active_identities(claims: Sequence[Claim]) -> frozenset[int]:
    """Return the readers who are neither suspended nor deleted. One query."""
    wanted = {reader["identity_id"] for claim in claims for reader in claim.owed.readers} - {None}
    if not wanted:
        return frozenset()
    return frozenset(row[0] for row in run(_active_among(), {"wanted": list(wanted)}))


@cache
def _active_among() -> str:
    table = get_user_model()._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
    return f"SELECT id FROM {table} WHERE is_active AND id = ANY(%(wanted)s::bigint[])"  # noqa: S608  # our own table


def _recipient(claim: Claim, reader: Mapping[str, Any]) -> Recipient:
    return Recipient(
        key=reader["key"],
        identity_id=reader["identity_id"],
        address=claim.address,
        name=reader["name"],
        language=reader["language"],
        time_zone=reader["time_zone"],
        reasons=tuple(str(reason["reason"]) for reason in claim.owed.reasons if reason["withheld"] is None),
        delivery=claim.owed.public_id,
    )
