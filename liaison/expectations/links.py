"""The links and mails by which a reader of a message answers what is expected, without signing in.

A token names one delivery, and through it the subject about which something is expected. Who may answer is decided anew
each time: whoever may still read the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core import signing

from liaison.expectations.models import Expectation
from liaison.expectations.subjects import kinds
from liaison.expectations.vocabulary import OVERDUE
from liaison.notifications.escalation.links import may_still_read
from liaison.notifications.facts import OPERATOR_REASONS, Reason
from liaison.notifications.links import public_link
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.registry import Recipient
from liaison.notifications.rows import counting_topics

_SALT: Final = "liaison.expectations.answer"
_OF_THE_OPERATOR: Final = frozenset(reason.value for reason in (*OPERATOR_REASONS, Reason.PARTNER_MANAGER))


@dataclass(frozen=True)
class Reader:
    """Who answers: the delivery that told them, and what is, or was last, expected about its subject."""

    delivery: Delivery
    expectation: Expectation


def answer_link(delivery: str) -> str:
    """Return the address of the page on which the reader of this delivery (its public id) answers."""
    return public_link(f"/expected/{token_of(delivery)}/")


def token_of(delivery: str) -> str:
    return signing.Signer(salt=_SALT, sep=".").sign(delivery)


def reader_of(token: str) -> Reader | None:
    """Return who holds the token; None where it is not ours, or its reader may not answer (any more)."""
    try:
        public_id = signing.Signer(salt=_SALT, sep=".").unsign(token)
    except signing.BadSignature:
        return None
    delivery = Delivery.objects.filter(public_id=public_id).select_related("announcement").first()
    return None if delivery is None else reader_of_delivery(delivery)


def reader_of_delivery(delivery: Delivery) -> Reader | None:
    """Return the reader of this delivery as somebody who answers; None where they may not, or nothing was expected."""
    if delivery.state in {DeliveryState.CANCELLED, DeliveryState.SUPPRESSED} or not may_answer_as(delivery):
        return None
    expectation = newest_of(delivery)
    if expectation is None:
        return None
    allowed = any(may_still_read(delivery, topic) for topic in sorted(counting_topics(delivery)))
    return Reader(delivery, expectation) if allowed else None


def newest_of(delivery: Delivery) -> Expectation | None:
    """Return what is, or was last, expected about the subject of a delivery, read with its announcement."""
    announcement = delivery.announcement
    rows = Expectation.objects.select_related("account").filter(
        subject_kind=announcement.subject_kind, subject_id=announcement.subject_id
    )
    return rows.order_by("-pk").first()


def gives_answer(delivery: Delivery) -> bool:
    """Say whether the link of this delivery's message answers now, whoever holds it."""
    announcement = delivery.announcement
    handler = kinds().get(announcement.subject_kind)
    if handler is None or not (handler.every_message_has_link or announcement.facts.get("event") == OVERDUE):
        return False
    expectation = newest_of(delivery)
    return expectation is not None and expectation.is_open and may_answer_as(delivery)


def may_be_asked(recipient: Recipient) -> bool:
    """Say whether a message to this recipient asks for an answer: staff are told, and do not answer for the partner."""
    return bool(recipient.delivery) and can_answer(recipient.reasons)


def can_answer(reasons: tuple[str, ...]) -> bool:
    """Say whether somebody who stands in these places answers for the partner."""
    return any(reason not in _OF_THE_OPERATOR for reason in reasons)


def may_answer_as(delivery: Delivery) -> bool:
    """Say whether who was told by this delivery stands in a place that answers for the partner."""
    return can_answer(_reasons(delivery))


def _reasons(delivery: Delivery) -> tuple[str, ...]:
    return tuple(str(one["reason"]) for one in delivery.reasons if one["withheld"] is None)
