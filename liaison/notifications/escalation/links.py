"""Who reads a message's link, decided anew each time it is used."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from liaison.catalog.vocabulary import Topic
from liaison.notifications.escalation.tokens import delivery_named_by
from liaison.notifications.models import NOBODY_HAS_IT, Delivery, DeliveryState, Escalation
from liaison.notifications.registry import Recipient, handler_of
from liaison.notifications.rows import counting_topics, subject_of


@dataclass(frozen=True)
class Reader:
    """Who may use a link: the delivery it was sent with, and the escalation that it can acknowledge."""

    delivery: Delivery
    escalation: Escalation

    @property
    def is_identity(self) -> bool:
        return self.delivery.identity_id is not None


def reader_of(token: str) -> Reader | None:
    """Return who holds the token; None where it is not ours, or its reader may not read the message any more."""
    delivery = delivery_of(token)
    if delivery is None:
        return None
    people = ("acknowledged_by", "acknowledged_through")
    escalation = Escalation.objects.filter(announcement=delivery.announcement_id).select_related(*people).first()
    if escalation is None or Topic(escalation.topic) not in counting_topics(delivery):
        return None
    if not may_still_read(delivery, Topic(escalation.topic)):
        return None
    return Reader(delivery, escalation)


def delivery_of(token: str) -> Delivery | None:
    """Return the delivery, with its announcement, that the token was made for, if anything was sent with it."""
    public_id = delivery_named_by(token)
    delivery = Delivery.objects.filter(public_id=public_id).select_related("announcement").first()
    if delivery is None or delivery.state in {DeliveryState.CANCELLED, DeliveryState.SUPPRESSED}:
        return None
    return delivery


def can_take_it(delivery: Delivery) -> bool:
    """Say whether the link of this delivery's message takes an escalation now, whoever holds it.

    `delivery` was read with its announcement and its escalation.
    """
    escalation = getattr(delivery.announcement, "escalation", None)
    if escalation is None or escalation.state not in NOBODY_HAS_IT:
        return False
    return Topic(escalation.topic) in counting_topics(delivery)


def may_still_read(delivery: Delivery, topic: Topic) -> bool:
    """Say whether the reader of the delivery is still there and may read what it says under the topic."""
    if delivery.identity_id is None:
        if delivery.recipient_key.startswith("identity:"):
            return False  # it was deleted
    elif not get_user_model().objects.filter(pk=delivery.identity_id, is_active=True).exists():
        return False
    recipient = Recipient(
        key=delivery.recipient_key,
        identity_id=delivery.identity_id,
        address=delivery.address,
        name=delivery.name,
        language=delivery.language,
        time_zone=delivery.time_zone,
        reasons=tuple(reason["reason"] for reason in delivery.reasons if reason["withheld"] is None),
        delivery=delivery.public_id,
    )
    return handler_of(topic).may_receive(subject_of(delivery.announcement), recipient)
