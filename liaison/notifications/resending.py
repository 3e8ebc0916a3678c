"""Sending again what did not arrive, to the same person, and noting that somebody of the staff has looked at it.

Who may do so is decided above; `ledger.actions` has the verbs.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Max

from liaison.catalog.vocabulary import Topic
from liaison.lib.ids import new_public_id
from liaison.notifications.escalation.relevance import called_off
from liaison.notifications.models import FIRST_ROUND_BY_HAND, Delivery, DeliveryState, Message, Review
from liaison.notifications.registry import Recipient, handler_of, registered_topics
from liaison.notifications.rows import counting_topics, subject_of
from liaison.notifications.wakeups import wake_workers

_DID_NOT_ARRIVE: Final = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED})
_COPIED: Final = (
    "recipient_key", "identity_id", "name", "channel", "address", "destination", "language", "time_zone", "step",
    "reasons", "readers",
)  # fmt: skip


class ResendCode(StrEnum):
    """Why something cannot be sent again."""

    UNDER_WAY = "resend_under_way"
    ARRIVED = "resend_arrived"
    NEVER_OWED = "resend_never_owed"
    ALREADY = "resend_already"
    ERASED = "resend_erased"
    NO_LONGER_RELEVANT = "resend_no_longer_relevant"
    NO_LONGER_ALLOWED = "resend_no_longer_allowed"


def obstacle_to_sending_again(delivery: Delivery) -> ResendCode | None:
    """Return why this cannot be sent again now, else None.

    `delivery` was read with its announcement. Whether its people may receive it is asked again when it is sent.
    """
    if delivery.state == DeliveryState.PENDING:
        return ResendCode.UNDER_WAY
    if delivery.state == DeliveryState.ACCEPTED:
        return ResendCode.ARRIVED
    if delivery.state not in _DID_NOT_ARRIVE or delivery.message_id is None:
        return ResendCode.NEVER_OWED
    if Review.objects.filter(delivery=delivery, sent_again_as__isnull=False).exists():
        return ResendCode.ALREADY
    if not delivery.address:
        return ResendCode.ERASED
    return _obstacle_now(delivery)


def send_again(delivery: Delivery, *, by: int | None, now: datetime) -> Delivery:
    """Owe the same person the same thing once more, by a new message. In the caller's transaction, the row locked."""
    columns = ("account_id", "lane", "channel", "address", "priority")
    before = Message.objects.only(*columns).get(deliveries=delivery)
    public_id = new_public_id()
    message = Message.objects.create(
        public_id=public_id,
        message_id=f"<{public_id}@{settings.MESSAGE_ID_DOMAIN}>",
        account_id=before.account_id,
        lane=before.lane,
        channel=before.channel,
        address=before.address,
        priority=before.priority,
        due_at=now,
        created_at=now,
    )
    again = Delivery.objects.create(
        announcement_id=delivery.announcement_id,
        message=message,
        round=_next_round(delivery),
        due_at=now,
        **{name: getattr(delivery, name) for name in _COPIED},
    )
    Review.objects.update_or_create(delivery=delivery, defaults={"at": now, "by_id": by, "sent_again_as": again})
    wake_workers([message.channel])
    return again


def note_seen(delivery: Delivery, *, by: int | None, now: datetime) -> bool:
    """Note that somebody looked at it; returns False where somebody had done so before."""
    _review, is_new = Review.objects.get_or_create(delivery=delivery, defaults={"at": now, "by_id": by})
    return is_new


def _next_round(delivery: Delivery) -> int:
    same = Delivery.objects.filter(
        announcement=delivery.announcement_id,
        destination=delivery.destination,
        channel=delivery.channel,
        step=delivery.step,
        round__gte=FIRST_ROUND_BY_HAND,
    )
    last: int | None = same.aggregate(last=Max("round"))["last"]
    return FIRST_ROUND_BY_HAND if last is None else last + 1


def _obstacle_now(delivery: Delivery) -> ResendCode | None:
    """Ask the handlers, as they are asked once more at the moment of sending (invariant 2)."""
    subject = subject_of(delivery.announcement)
    counting = counting_topics(delivery) & registered_topics()
    counting -= {called_off([delivery.pk]).get(delivery.pk)} if delivery.step else set()
    topics = [topic for topic in map(Topic, delivery.announcement.topics) if topic in counting]
    handlers = [handler for handler in map(handler_of, topics) if handler.still_relevant(subject)]
    if not handlers:
        return ResendCode.NO_LONGER_RELEVANT
    active = _active(delivery)
    readers = [_recipient(delivery, one) for one in delivery.readers if one["identity_id"] in active]
    if any(handler.may_receive(subject, reader) for reader in readers for handler in handlers):
        return None
    return ResendCode.NO_LONGER_ALLOWED


def _active(delivery: Delivery) -> set[int | None]:
    """Return the readers who are not suspended; None stands for those who are no identity."""
    wanted = [one["identity_id"] for one in delivery.readers if one["identity_id"] is not None]
    return {None, *get_user_model().objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)}


def _recipient(delivery: Delivery, reader: dict[str, Any]) -> Recipient:
    return Recipient(
        key=reader["key"],
        identity_id=reader["identity_id"],
        address=delivery.address,
        name=reader["name"],
        language=reader["language"],
        time_zone=reader["time_zone"],
        reasons=tuple(one["reason"] for one in delivery.reasons if one["withheld"] is None),
    )
