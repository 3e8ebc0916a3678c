"""How attempts end: messages, their deliveries, the attempts and the next fallback change together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.notifications.channels.contract import Answer, Outcome
from liaison.notifications.claims import ATTEMPT_EXPIRED, Claim
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
from liaison.notifications.parting import MOST_FALLBACKS, Parted, fall_back_each, is_ours, part, part_early
from liaison.notifications.retries import WAIT_AFTER_A_LOST_ANSWER, is_too_late, wait_after
from liaison.notifications.statements import run
from liaison.notifications.transitions import (
    DELIVERY_EVENT_OF,
    MessageEvent,
    next_delivery_state,
    next_message_state,
)
from liaison.notifications.wording import FailedBecause

WAIT_WHILE_A_SERVER_IS_AWAY: Final = timedelta(seconds=5)
_LONGEST_WAIT_ASKED_FOR: Final = timedelta(hours=6)

_MESSAGES: Final = Message._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_ATTEMPTS: Final = Attempt._meta.db_table  # noqa: SLF001
_DELIVERIES: Final = Delivery._meta.db_table  # noqa: SLF001

# The fence is the number of the attempt: as long as nobody has claimed the message since, an answer counts, also one
# that comes after the lease ran out (the message waits as unknown then). The commit need not wait for the disk: it is
# there at the latest when the next batch is handed over, so no more than one batch can be forgotten.
_FINISH: Final = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::bigint[], %(attempts)s::integer[], %(before)s::text[], %(after)s::text[],
        %(back)s::boolean[], %(failed)s::boolean[], %(due)s::timestamptz[], %(finished)s::boolean[],
        %(outcomes)s::text[], %(codes)s::smallint[], %(details)s::text[], %(owed)s::text[], %(reasons)s::text[],
        %(tried)s::boolean[], %(started)s::timestamptz[])
    AS g (id, attempt, before, after, back, failed, due, finished, outcome, code, detail, owed, reason, tried, started)
), changed AS (
    UPDATE {_MESSAGES} AS message
    SET state = given.after, lease_until = NULL,
        due_at = COALESCE(given.due, message.due_at),
        unanswered = message.unanswered - CASE WHEN given.back AND message.unanswered > 0 THEN 1 ELSE 0 END,
        failures = message.failures + CASE WHEN given.failed THEN 1 ELSE 0 END,
        finished_at = CASE WHEN given.finished THEN %(now)s::timestamptz END,
        -- Bytes that hold links which sign somebody in do not stay; their hash remains as the proof.
        sent_bytes = CASE WHEN given.finished AND message.is_confidential THEN NULL ELSE message.sent_bytes END
    FROM given
    WHERE message.id = given.id AND message.attempt = given.attempt
        AND (message.state = given.before
             OR (message.state = '{MessageState.UNKNOWN}' AND given.before = '{MessageState.HANDED_OVER}'
                 AND given.outcome IN ('{Outcome.ACCEPTED}', '{Outcome.REFUSED}')))
    RETURNING message.id, given.owed, given.reason
), noted AS (
    INSERT INTO {_ATTEMPTS} (message_id, number, started_at, finished_at, outcome, code, detail)
    SELECT id, attempt, started, %(now)s, outcome, code, detail FROM given WHERE tried
    ON CONFLICT (message_id, number) DO UPDATE
    SET finished_at = EXCLUDED.finished_at, outcome = EXCLUDED.outcome, code = EXCLUDED.code, detail = EXCLUDED.detail
    WHERE {_ATTEMPTS}.outcome = '{ATTEMPT_EXPIRED}'
), told AS (
    UPDATE {_DELIVERIES} AS delivery
    SET state = changed.owed, state_reason = changed.reason, finished_at = %(now)s
    FROM changed
    WHERE changed.owed <> '' AND delivery.message_id = changed.id AND delivery.state = '{DeliveryState.PENDING}'
    RETURNING delivery.announcement_id, changed.id
)
SELECT set_config('synchronous_commit', %(durability)s, true), changed.id, told.announcement_id
FROM changed LEFT JOIN told ON told.id = changed.id
"""  # noqa: S608  # table names and states are our own constants


@dataclass(frozen=True)
class Ending:
    """What becomes of a claimed message. `reason` says why, where nothing arrived and nothing will.

    `answer` is what the other side said, None where it was not asked; `was_handed_over` whether its batch had been
    written down as handed over. `started_at` is None where nothing was tried: then no attempt is noted. `parted` is
    what leaves a bundle of which nothing is left to be sent.
    """

    claim: Claim
    event: MessageEvent
    answer: Answer | None = None
    reason: str = ""
    due_at: datetime | None = None
    was_handed_over: bool = False
    started_at: datetime | None = None
    parted: Parted | None = None

    @property
    def before(self) -> MessageState:
        return MessageState.HANDED_OVER if self.was_handed_over else MessageState.SENDING

    @property
    def after(self) -> MessageState:
        return next_message_state(self.before, self.event, is_bundle=self.claim.is_bundle)

    @property
    def is_answered(self) -> bool:
        """Say whether this hand-over is no longer in doubt: the other side said no, or the worker never came to it."""
        is_no = self.answer is not None and self.answer.outcome in {Outcome.TEMPORARY, Outcome.REFUSED}
        return self.was_handed_over and (is_no or self.event is MessageEvent.GIVEN_BACK)


def ending_of(answer: Answer, claim: Claim, *, now: datetime, was_handed_over: bool = True) -> Ending:
    """Decide what the other side's answer means. Pure."""

    def ending(event: MessageEvent, reason: str = "", due_at: datetime | None = None) -> Ending:
        return Ending(claim, event, answer, reason, due_at, was_handed_over, started_at=now)

    if answer.outcome is Outcome.ACCEPTED:
        return ending(MessageEvent.ACCEPTED)
    if answer.outcome is Outcome.REFUSED:
        return ending(MessageEvent.REFUSED, reason=FailedBecause.REFUSED)
    if answer.outcome is Outcome.UNKNOWN:
        if claim.unanswered + 1 >= MOST_UNANSWERED:
            return ending(MessageEvent.GIVEN_UP, reason=FailedBecause.OUTCOME_UNKNOWN)
        return ending(MessageEvent.ANSWER_LOST, due_at=now + WAIT_AFTER_A_LOST_ANSWER)
    wait = wait_after(claim.failures + 1, is_unavailable=answer.is_unavailable)
    due_at = now + max(wait, min(answer.wait or wait, _LONGEST_WAIT_ASKED_FOR))
    if is_too_late(claim.created_at, due_at):
        return ending(MessageEvent.GIVEN_UP, reason=FailedBecause.EXPIRED)
    return ending(MessageEvent.PUT_OFF, due_at=due_at)


def given_back(
    claim: Claim, now: datetime, *, was_handed_over: bool, soon: bool = False, wait: timedelta | None = None
) -> Ending:
    """Return the end of a claim that the worker did not come to: others may have it, at once or after `wait`.

    What is to go soon keeps its place: a queue that is longer than a claim must not be turned round by each.
    """
    due_at = None if soon else now + (wait or WAIT_WHILE_A_SERVER_IS_AWAY)
    return Ending(claim, MessageEvent.GIVEN_BACK, due_at=due_at, was_handed_over=was_handed_over)


def finish(endings: Sequence[Ending], *, now: datetime) -> frozenset[int]:
    """Record how attempts ended, all in one statement; return the messages for which it counted.

    What was answered is kept as an attempt anyway. Where somebody could not be told, the next fallback is planned
    in the same transaction.
    """
    if not endings:
        return frozenset()
    endings = [_ended_early(one, now) if one.claim.is_bundle else one for one in endings]
    parted = [one for one in endings if one.parted]
    needs_fallback = {one.claim.message for one in endings if _leaves_somebody_untold(one)}
    if not needs_fallback and not parted:
        return frozenset(row[1] for row in run(_FINISH, _parameters(endings, now, durability="off")))
    with transaction.atomic():
        for one in parted:
            if one.parted and is_ours(one.claim, one.before):
                part(one.claim.message, one.parted, now)
        rows = run(_FINISH, _parameters(endings, now, durability="on"))
        fall_back_each((row[2] for row in rows if row[1] in needs_fallback and row[2] is not None), now)
    return frozenset(row[1] for row in rows)


def record_bounce(message: Message, *, reason: str, now: datetime) -> bool:
    """Record that an accepted message came back, and tell the next in its place; return whether it was news.

    A large bundle comes back in several transactions, the message itself with the last.
    """
    while True:
        with transaction.atomic():
            locked = Message.objects.select_for_update().get(pk=message.pk)
            if locked.state != MessageState.ACCEPTED:
                return False
            owed = Delivery.objects.filter(message=message, state=DeliveryState.ACCEPTED).order_by("pk")
            some = list(owed.values_list("pk", "announcement_id")[: MOST_FALLBACKS + 1])
            is_last = len(some) <= MOST_FALLBACKS
            if is_last:
                state = next_message_state(MessageState.ACCEPTED, MessageEvent.BOUNCED)
                Message.objects.filter(pk=message.pk).update(state=state, finished_at=now)
            _end(some[:MOST_FALLBACKS], DeliveryState.BOUNCED, reason, now)
        if is_last:
            return True


def _ended_early(ending: Ending, now: datetime) -> Ending:
    """End what is too much for one transaction in several, so that the last one ends the rest with the message."""
    if ending.parted:
        return replace(ending, parted=part_early(ending.claim, ending.parted, now))
    if not _leaves_somebody_untold(ending):
        return ending
    after = DeliveryState(_owed_after(ending.after))
    waiting = Delivery.objects.filter(message=ending.claim.message, state=DeliveryState.PENDING).order_by("pk")
    while len(some := list(waiting.values_list("pk", "announcement_id")[: MOST_FALLBACKS + 1])) > MOST_FALLBACKS:
        with transaction.atomic():
            if not is_ours(ending.claim, ending.before):
                break
            _end(some[:MOST_FALLBACKS], after, ending.reason, now)
    return ending


def _end(some: Sequence[tuple[int, int]], state: DeliveryState, reason: str, now: datetime) -> None:
    deliveries = Delivery.objects.filter(pk__in=[delivery for delivery, _announcement in some])
    deliveries.update(state=state, state_reason=reason, finished_at=now)
    fall_back_each((announcement for _delivery, announcement in some), now)


def _leaves_somebody_untold(ending: Ending) -> bool:
    is_over = ending.after in FINISHED_MESSAGE_STATES
    return is_over and ending.after is not MessageState.ACCEPTED and ending.reason != Withheld.NO_LONGER_RELEVANT


def _parameters(endings: Sequence[Ending], now: datetime, *, durability: str) -> dict[str, object]:
    after = [one.after for one in endings]
    answers = [one.answer or Answer(Outcome.TEMPORARY) for one in endings]
    return {
        "now": now,
        "durability": durability,
        "ids": [one.claim.message for one in endings],
        "attempts": [one.claim.attempt for one in endings],
        "before": [one.before.value for one in endings],
        "after": [state.value for state in after],
        "back": [one.is_answered for one in endings],
        "failed": [one.answer is not None and one.answer.outcome is Outcome.TEMPORARY for one in endings],
        "due": [one.due_at for one in endings],
        "finished": [state in FINISHED_MESSAGE_STATES for state in after],
        "outcomes": [one.answer.outcome.value if one.answer else one.event.value for one in endings],
        "codes": [answer.code for answer in answers],
        "details": [one.answer.detail if one.answer else one.reason for one in endings],
        "owed": [_owed_after(state) for state in after],
        "reasons": [one.reason for one in endings],
        "tried": [one.started_at is not None for one in endings],
        "started": [one.started_at for one in endings],
    }


def _owed_after(state: MessageState) -> str:
    """Return what the deliveries of a message become, empty while it is not over."""
    if state not in FINISHED_MESSAGE_STATES:
        return ""
    return next_delivery_state(DeliveryState.PENDING, DELIVERY_EVENT_OF[state]).value
