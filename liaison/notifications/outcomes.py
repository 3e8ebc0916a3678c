"""How an attempt ends: the message, its deliveries, the attempt and the next fallback change together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from liaison.notifications import fallback
from liaison.notifications.channels.contract import Answer, Outcome
from liaison.notifications.claims import Claim
from liaison.notifications.facts import Withheld
from liaison.notifications.models import (
    FINISHED_MESSAGE_STATES,
    MOST_UNANSWERED,
    Attempt,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
)
from liaison.notifications.retries import WAIT_AFTER_A_LOST_ANSWER, is_too_late, wait_after
from liaison.notifications.transitions import (
    DELIVERY_EVENT_OF,
    MessageEvent,
    next_delivery_state,
    next_message_state,
)
from liaison.notifications.wording import FailedBecause


@dataclass(frozen=True)
class Ending:
    """What an attempt means for its message. `reason` says why, where nothing arrived and nothing will."""

    event: MessageEvent
    reason: str = ""
    due_at: datetime | None = None


def ending_of(answer: Answer, claim: Claim, *, failures: int, now: datetime) -> Ending:
    """Decide what the other side's answer means. `failures` counts the temporary ones before this. Pure."""
    if answer.outcome is Outcome.ACCEPTED:
        return Ending(MessageEvent.ACCEPTED)
    if answer.outcome is Outcome.REFUSED:
        return Ending(MessageEvent.REFUSED, reason=FailedBecause.REFUSED)
    if answer.outcome is Outcome.UNKNOWN:
        if claim.unanswered + 1 >= MOST_UNANSWERED:
            return Ending(MessageEvent.GIVEN_UP, reason=FailedBecause.OUTCOME_UNKNOWN)
        return Ending(MessageEvent.ANSWER_LOST, due_at=now + WAIT_AFTER_A_LOST_ANSWER)
    due_at = now + wait_after(failures + 1, is_unavailable=answer.is_unavailable)
    if is_too_late(claim.created_at, due_at):
        return Ending(MessageEvent.GIVEN_UP, reason=FailedBecause.EXPIRED)
    return Ending(MessageEvent.PUT_OFF, due_at=due_at)


def finish(claim: Claim, answer: Answer, *, now: datetime) -> bool:
    """Record the answer of an attempt; returns whether it counted."""
    failures = 0
    if answer.outcome is Outcome.TEMPORARY:
        failures = Attempt.objects.filter(message=claim.message, outcome=Outcome.TEMPORARY).count()
    return end(claim, ending_of(answer, claim, failures=failures, now=now), answer, now=now)


def end(claim: Claim, ending: Ending, answer: Answer | None, *, now: datetime) -> bool:
    """End an attempt. It counts only if it still holds the message; what was answered is kept anyway."""
    with transaction.atomic():
        _note_attempt(claim, ending, answer, now)
        message = (
            Message.objects.select_for_update()
            .filter(pk=claim.message, attempt=claim.attempt, state=MessageState.SENDING)
            .first()
        )
        if message is None:
            return False
        _change_message(message, ending, answer, claim, now)
        if message.finished_at is not None:
            _finish_deliveries(message, ending, now)
    return True


def _note_attempt(claim: Claim, ending: Ending, answer: Answer | None, now: datetime) -> None:
    Attempt.objects.filter(message=claim.message, number=claim.attempt).update(
        finished_at=now,
        outcome=answer.outcome if answer else ending.event,
        code=answer.code if answer else None,
        detail=answer.detail if answer else ending.reason,
    )


def _change_message(message: Message, ending: Ending, answer: Answer | None, claim: Claim, now: datetime) -> None:
    message.state = next_message_state(MessageState(message.state), ending.event)
    message.lease_until = None
    message.due_at = ending.due_at or message.due_at
    if message.state in FINISHED_MESSAGE_STATES:
        message.finished_at = now
        if message.is_confidential:
            message.sent_bytes = None  # it holds links that sign somebody in; its hash stays as the proof
    if answer is not None and answer.outcome in {Outcome.TEMPORARY, Outcome.REFUSED}:
        message.unanswered = claim.unanswered  # the server said no: this hand-over was answered
    message.save(update_fields=["state", "lease_until", "due_at", "finished_at", "sent_bytes", "unanswered"])


def _finish_deliveries(message: Message, ending: Ending, now: datetime) -> None:
    event = DELIVERY_EVENT_OF[MessageState(message.state)]
    state = next_delivery_state(DeliveryState.PENDING, event)
    open_ones = list(
        Delivery.objects.filter(message=message, state=DeliveryState.PENDING).values_list("pk", "announcement_id")
    )
    Delivery.objects.filter(pk__in=[one[0] for one in open_ones]).update(
        state=state, state_reason=ending.reason, finished_at=now
    )
    if state is DeliveryState.ACCEPTED or ending.reason == Withheld.NO_LONGER_RELEVANT:
        return
    for announcement in sorted({one[1] for one in open_ones}):
        fallback.fall_back(announcement, now=now)
