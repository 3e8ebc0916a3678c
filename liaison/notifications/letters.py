"""What a claimed message says, and whether it may still be said: decided anew at the moment of sending.

Invariant 2: a recipient gets a message only with the rights it has now. A suspended or deleted identity gets
nothing from that second on (W13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from liaison.catalog.vocabulary import Topic
from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.render import reader_language, reader_zone
from liaison.notifications.facts import Because, Reason, Withheld
from liaison.notifications.fallback import counting_topics, subject_of
from liaison.notifications.models import Delivery
from liaison.notifications.registry import Content, Recipient, Subject, handler_of


@dataclass(frozen=True)
class Standing:
    """Who reads the message, and under which topics they may; the first of these puts it into words."""

    delivery: Delivery
    subject: Subject
    recipient: Recipient
    topics: tuple[Topic, ...]


def standing_of(message: int) -> Standing | Withheld:
    """Return who may read the message now, else why nobody may."""
    delivery = Delivery.objects.select_related("announcement").get(message=message)
    subject = subject_of(delivery.announcement)
    counting = counting_topics(delivery)
    topics = tuple(topic for topic in map(Topic, delivery.announcement.topics) if topic in counting)
    relevant = tuple(topic for topic in topics if handler_of(topic).still_relevant(subject))
    if not relevant:
        return Withheld.NO_LONGER_RELEVANT
    active = _active_identities(delivery)
    present = [reader for reader in delivery.readers if reader["identity_id"] in active]
    for reader in present:
        recipient = _recipient(delivery, reader)
        allowed = tuple(topic for topic in relevant if handler_of(topic).may_receive(subject, recipient))
        if allowed:
            return Standing(delivery, subject, recipient, allowed)
    return Withheld.NO_LONGER_ALLOWED if present else Withheld.SUSPENDED


def letter_for(standing: Standing, *, message_id: str, now: datetime) -> Letter:
    """Return the letter, its words made. Called within `in_the_readers_words`."""
    content: Content = handler_of(standing.topics[0]).render(standing.subject, standing.recipient)
    return Letter(
        message_id=message_id,
        at=now,
        recipient=standing.recipient,
        content=content,
        because=tuple(
            Because(Topic(reason["topic"]), Reason(reason["reason"]))
            for reason in standing.delivery.reasons
            if reason["withheld"] is None and reason["topic"] in standing.topics
        ),
    )


def address_the_reader(standing: Standing) -> None:
    """Write down who is addressed, when somebody else who reads the same address stands in for the first."""
    delivery, recipient = standing.delivery, standing.recipient
    if delivery.recipient_key != recipient.key:
        Delivery.objects.filter(pk=delivery.pk).update(
            recipient_key=recipient.key,
            identity_id=recipient.identity_id,
            name=recipient.name,
            language=recipient.language,
            time_zone=recipient.time_zone,
        )


def _active_identities(delivery: Delivery) -> set[int | None]:
    """Return the readers who are not suspended and not deleted; None stands for those who are no identity."""
    wanted = [reader["identity_id"] for reader in delivery.readers if reader["identity_id"] is not None]
    if not wanted:
        return {None}
    found = get_user_model().objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)
    return {None, *found}


def _recipient(delivery: Delivery, reader: dict[str, Any]) -> Recipient:
    return Recipient(
        key=reader["key"],
        identity_id=reader["identity_id"],
        address=delivery.address,
        name=reader["name"],
        language=reader["language"],
        time_zone=reader["time_zone"],
        reasons=tuple(reason["reason"] for reason in delivery.reasons if reason["withheld"] is None),
    )


__all__ = ["Standing", "address_the_reader", "letter_for", "reader_language", "reader_zone", "standing_of"]
