"""Who works on which message: claim, lease, fence. Each statement is short; none waits for the network.

A claim is a message and the number of its attempt. What a worker writes about the message holds only while
that number is the newest and the message is being sent: a worker stopped past its lease changes nothing.
Leases are measured by the database's clock, the one clock that all workers share.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.db import Error, connection, connections, transaction
from django.db.models import Count, QuerySet

from liaison.notifications.channels.contract import Rendered
from liaison.notifications.models import MOST_UNANSWERED, Attempt, Message, MessageState
from liaison.notifications.retries import after_crashes
from liaison.notifications.transitions import MessageEvent, message_states_before, next_message_state

BATCH: Final = 20
LONGEST_HOLD_SECONDS: Final = 20 * 60.0
ATTEMPT_EXPIRED: Final = "expired"

_MESSAGES: Final = Message._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_ATTEMPTS: Final = Attempt._meta.db_table  # noqa: SLF001
_CLAIMABLE: Final = ", ".join(f"'{state}'" for state in message_states_before(MessageEvent.CLAIMED))
_SENDING: Final = next_message_state(MessageState.PENDING, MessageEvent.CLAIMED)
_FREED: Final = next_message_state(MessageState.SENDING, MessageEvent.LEASE_EXPIRED)

_CLAIM: Final = f"""
WITH due AS (
    SELECT id FROM {_MESSAGES}
    WHERE state IN ({_CLAIMABLE}) AND due_at <= %(now)s
    ORDER BY priority, due_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE {_MESSAGES} AS message
    SET state = '{_SENDING}', attempt = attempt + 1,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    FROM due WHERE message.id = due.id
    RETURNING message.*
), noted AS (
    INSERT INTO {_ATTEMPTS} (message_id, number, started_at, outcome, detail)
    SELECT id, attempt, %(now)s, '', '' FROM taken
)
SELECT id, attempt, channel, address, message_id, created_at, unanswered, sent_bytes FROM taken
ORDER BY priority, due_at, id
"""  # noqa: S608  # table names and states are our own constants

_RELEASE_EXPIRED: Final = f"""
WITH gone AS (
    SELECT id, attempt FROM {_MESSAGES}
    WHERE state = '{_SENDING}' AND lease_until < clock_timestamp()
    ORDER BY lease_until
    LIMIT 500
    FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE {_ATTEMPTS} AS attempt SET outcome = '{ATTEMPT_EXPIRED}', finished_at = %(now)s
    FROM gone WHERE attempt.message_id = gone.id AND attempt.number = gone.attempt AND attempt.outcome = ''
)
UPDATE {_MESSAGES} AS message
SET state = '{_FREED}', lease_until = NULL, due_at = %(now)s
FROM gone WHERE message.id = gone.id
RETURNING message.id
"""  # noqa: S608


@dataclass(frozen=True)
class Claim:
    """A message that this worker may send, as long as its lease holds."""

    message: int
    attempt: int
    channel: str
    address: str
    message_id: str
    created_at: datetime
    unanswered: int
    sent_bytes: bytes | None


def claim_due(now: datetime, *, limit: int = BATCH) -> list[Claim]:
    """Take up to `limit` messages that are due at `now`, the most urgent first; note an attempt for each."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "limit": limit, "lease": settings.DELIVERY_LEASE_SECONDS})
        return [Claim(*row) for row in cursor.fetchall()]


def release_expired(now: datetime) -> int:
    """Return messages whose worker is gone to those that wait; returns how many.

    The first crash costs no time. A message that takes its worker down again and again waits longer each
    time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RELEASE_EXPIRED, {"now": now})
        freed = [row[0] for row in cursor.fetchall()]
        crashes = Attempt.objects.filter(message__in=freed, outcome=ATTEMPT_EXPIRED)
        for message, count in crashes.values_list("message").annotate(Count("pk")):
            if count > 1:
                Message.objects.filter(pk=message).update(due_at=now + after_crashes(count))
    return len(freed)


def hand_over(claim: Claim, rendered: Rendered, *, is_confidential: bool) -> bool:
    """Record that the end of the message is about to be said, with the bytes; say whether it still may be.

    The bytes of the first time stay: a message is sent again as it was.
    """
    fresh = {} if claim.sent_bytes is not None else {
        "sent_bytes": rendered.data,
        "sent_sha256": hashlib.sha256(rendered.data).hexdigest(),
        "subject_line": "" if is_confidential else rendered.subject_line,
        "is_confidential": is_confidential,
    }  # fmt: skip
    held = _held(claim).filter(unanswered__lt=MOST_UNANSWERED)
    changed = held.update(unanswered=claim.unanswered + 1, **fresh)
    return changed == 1


def give_back(claims: Iterable[Claim], *, due_at: datetime) -> None:
    """Let others have messages that this worker did not come to; what was not tried leaves no attempt."""
    state = next_message_state(MessageState.SENDING, MessageEvent.GIVEN_BACK)
    with transaction.atomic():
        for claim in claims:
            if _held(claim).update(state=state, lease_until=None, due_at=due_at):
                Attempt.objects.filter(message=claim.message, number=claim.attempt).delete()


def _held(claim: Claim) -> QuerySet[Message]:
    return Message.objects.filter(pk=claim.message, attempt=claim.attempt, state=MessageState.SENDING)


class LeaseKeeper:
    """Renews the leases of a batch while its worker lives, from a thread and a connection of its own.

    A server may take minutes for its answer; a worker that died must be noticed much sooner. Whoever is
    killed or stopped renews nothing. Nobody holds a message longer than twenty minutes.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._held = {claim.message: claim.attempt for claim in claims}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew_until_done, name="lease-keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _renew_until_done(self) -> None:
        end = monotonic() + LONGEST_HOLD_SECONDS
        try:
            while not self._done.wait(settings.DELIVERY_LEASE_SECONDS / 3) and monotonic() < end:
                self._renew()
        finally:
            connections.close_all()

    def _renew(self) -> None:
        pairs = list(self._held.items())
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {_MESSAGES} SET lease_until = clock_timestamp() + make_interval(secs => %s)"  # noqa: S608
                    f" WHERE state = '{_SENDING}' AND (id, attempt) IN"
                    " (SELECT * FROM unnest(%s::bigint[], %s::integer[]))",
                    [
                        settings.DELIVERY_LEASE_SECONDS,
                        [pair[0] for pair in pairs],
                        [pair[1] for pair in pairs],
                    ],
                )
        except Error:
            # The database is away: the worker notices by itself, and the fence holds without us.
            connections.close_all()
