"""Who works on which message: claim, lease, fence. Each statement is short; none waits for the network.

A claim is a message and the number of its attempt. What a worker writes about the message holds only while
that number is the newest: a worker stopped past its lease changes nothing that another one has taken since.
Leases are measured by the database's clock, the one clock that all workers share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import Channel
from liaison.notifications.models import (
    HELD_MESSAGE_STATES,
    MOST_UNANSWERED,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
)
from liaison.notifications.registry import Subject
from liaison.notifications.retries import WAIT_AFTER_A_LOST_ANSWER, after_crashes
from liaison.notifications.statements import run
from liaison.notifications.transitions import MessageEvent, message_states_before, next_message_state

MOST_IN_FLIGHT: Final = 20  # handed over by one process, and not answered: what one crash may repeat (invariant 1)
ATTEMPT_EXPIRED: Final = "expired"
# Of each account this many go before the next account has its turn; within them, the most urgent first.
SHARE: Final = 4
_SPREAD: Final = timedelta(seconds=1)

_MESSAGES: Final = Message._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_ATTEMPTS: Final = Attempt._meta.db_table  # noqa: SLF001
_DELIVERIES: Final = Delivery._meta.db_table  # noqa: SLF001
_ANNOUNCEMENTS: Final = Announcement._meta.db_table  # noqa: SLF001
_CLAIMABLE: Final = ", ".join(f"'{state}'" for state in message_states_before(MessageEvent.CLAIMED))
_HELD: Final = ", ".join(f"'{state}'" for state in HELD_MESSAGE_STATES)
_SENDING: Final = next_message_state(MessageState.PENDING, MessageEvent.CLAIMED)
_HANDED_OVER: Final = next_message_state(MessageState.SENDING, MessageEvent.HANDED_OVER)

OWED_COLUMNS: Final = (
    "owed.id, owed.public_id, owed.step, owed.recipient_key, owed.reasons, owed.readers,"
    " said.topics, said.subject_kind, said.subject_id, said.account_id, said.facts"
)

# The lanes with something due are found by skipping through the index; each offers its first few. These are locked one
# by one, each found by its key, in the order in which they are offered, until there are enough (a join would be planned
# as a search through all that waits). From here on nobody joins a bundle. Of what it carries the first comes along; the
# others are read by whoever decides on it, who then sees all of them. The commit need not wait for the disk: a claim
# that is lost with the database was followed by nothing, because the hand-over does wait, and with it everything
# before it.
_CLAIM: Final = f"""
WITH RECURSIVE lanes AS (
    (SELECT min(lane) AS lane FROM {_MESSAGES} WHERE channel = %(channel)s AND state IN ({_CLAIMABLE}))
    UNION ALL
    SELECT (SELECT min(lane) FROM {_MESSAGES}
            WHERE channel = %(channel)s AND state IN ({_CLAIMABLE}) AND lane > lanes.lane)
    FROM lanes WHERE lanes.lane IS NOT NULL
), offered AS MATERIALIZED (
    SELECT first.id, (first.place - 1) / {SHARE} AS turn, first.priority, first.due_at
    FROM lanes CROSS JOIN LATERAL (
        SELECT id, priority, due_at, row_number() OVER (ORDER BY priority, due_at, id) AS place
        FROM {_MESSAGES}
        WHERE channel = %(channel)s AND lane = lanes.lane AND state IN ({_CLAIMABLE}) AND due_at <= %(now)s
        ORDER BY priority, due_at, id
        LIMIT %(depth)s
    ) AS first
    ORDER BY turn, first.priority, first.due_at, first.id
    LIMIT %(depth)s
), due AS (
    SELECT locked.id, offered.turn
    FROM offered CROSS JOIN LATERAL (
        SELECT message.id FROM {_MESSAGES} AS message
        WHERE message.id = offered.id AND message.state IN ({_CLAIMABLE}) AND message.due_at <= %(now)s
        FOR UPDATE SKIP LOCKED
    ) AS locked
    LIMIT %(limit)s
), taken AS (
    UPDATE {_MESSAGES} AS message
    SET state = '{_SENDING}', attempt = attempt + 1, claimed_at = %(now)s,
        bundle = CASE message.bundle WHEN '' THEN '' ELSE message.id::text END,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    FROM due WHERE message.id = due.id
    RETURNING message.id, message.attempt, message.channel, message.address, message.message_id, message.created_at,
        message.unanswered, message.failures, message.form_id, message.sent_bytes, message.priority, message.due_at,
        message.bundle <> '' AS is_bundle, due.turn
)
SELECT taken.id, taken.attempt, taken.channel, taken.address, taken.message_id, taken.created_at, taken.unanswered,
    taken.failures, taken.form_id, taken.sent_bytes, taken.is_bundle,
    {OWED_COLUMNS},
    set_config('synchronous_commit', 'off', true)
FROM taken
JOIN LATERAL (
    SELECT * FROM {_DELIVERIES} AS one
    WHERE one.message_id = taken.id AND (NOT taken.is_bundle OR one.state = '{DeliveryState.PENDING}')
    ORDER BY one.id LIMIT 1
) AS owed ON true
JOIN {_ANNOUNCEMENTS} AS said ON said.id = owed.announcement_id
ORDER BY taken.turn, taken.priority, taken.due_at, taken.id
"""  # noqa: S608  # table names, states and numbers are our own constants

_HAND_OVER: Final = f"""
UPDATE {_MESSAGES} AS message
SET state = '{_HANDED_OVER}', unanswered = unanswered + 1,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    sent_bytes = COALESCE(message.sent_bytes, given.bytes),
    form_id = CASE WHEN message.sent_bytes IS NULL THEN given.form ELSE message.form_id END,
    sent_sha256 = CASE WHEN message.sent_bytes IS NULL THEN given.sha256 ELSE message.sent_sha256 END,
    subject_line = CASE WHEN message.sent_bytes IS NULL THEN given.subject ELSE message.subject_line END,
    is_confidential = CASE WHEN message.sent_bytes IS NULL THEN given.confidential ELSE message.is_confidential END
FROM unnest(%(ids)s::bigint[], %(attempts)s::integer[], %(bytes)b::bytea[], %(forms)s::bigint[],
    %(sha256)s::text[], %(subjects)s::text[], %(confidential)s::boolean[])
    AS given (id, attempt, bytes, form, sha256, subject, confidential)
WHERE message.id = given.id AND message.attempt = given.attempt AND message.state = '{_SENDING}'
    AND message.unanswered < {MOST_UNANSWERED}
RETURNING message.id
"""  # noqa: S608

# What was only claimed is free again. What was handed over may have arrived: its worker, if it was only cut off from
# the database, has some seconds to say so; after a start of the database, when all were, a whole lease.
_RELEASE_EXPIRED: Final = f"""
WITH gone AS (
    SELECT id, attempt, claimed_at FROM {_MESSAGES}
    WHERE state IN ({_HELD}) AND lease_until < clock_timestamp()
        AND pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => %(lease)s)
    ORDER BY lease_until
    LIMIT 500
    FOR UPDATE SKIP LOCKED
), noted AS (
    INSERT INTO {_ATTEMPTS} (message_id, number, started_at, finished_at, outcome, detail)
    SELECT id, attempt, COALESCE(claimed_at, %(now)s), %(now)s, '{ATTEMPT_EXPIRED}', '' FROM gone
    ON CONFLICT (message_id, number) DO UPDATE SET outcome = EXCLUDED.outcome, finished_at = EXCLUDED.finished_at
)
UPDATE {_MESSAGES} AS message
SET state = CASE message.state
        WHEN '{_SENDING}' THEN CASE message.bundle
            WHEN '' THEN '{next_message_state(MessageState.SENDING, MessageEvent.LEASE_EXPIRED)}'
            ELSE '{next_message_state(MessageState.SENDING, MessageEvent.LEASE_EXPIRED, is_bundle=True)}' END
        ELSE '{next_message_state(MessageState.HANDED_OVER, MessageEvent.LEASE_EXPIRED)}' END,
    lease_until = NULL,
    due_at = CASE message.state WHEN '{_SENDING}' THEN %(now)s ELSE %(later)s END
FROM gone WHERE message.id = gone.id
RETURNING message.id
"""  # noqa: S608

_RENEW: Final = f"""
UPDATE {_MESSAGES} SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE state IN ({_HELD}) AND (id, attempt) IN (SELECT * FROM unnest(%(ids)s::bigint[], %(attempts)s::integer[]))
RETURNING id
"""  # noqa: S608


@dataclass(frozen=True)
class Owed:
    """The delivery that a message carries, with what it is about.

    The topics are words: a newer version may have written some that this one does not know.
    """

    delivery: int
    public_id: str
    step: int
    recipient_key: str
    reasons: Sequence[dict[str, str | None]]
    readers: Sequence[dict[str, Any]]
    topics: tuple[str, ...]
    subject: Subject

    @cached_property
    def counting_topics(self) -> tuple[Topic, ...]:
        """Return the topics under which the recipient was to be told, in order. Raises ValueError for unknown ones."""
        counting = {reason["topic"] for reason in self.reasons if reason["withheld"] is None}
        return tuple([Topic(topic) for topic in self.topics if topic in counting])


@dataclass(frozen=True)
class Claim:
    """A message that this worker may send, as long as its lease holds.

    `sent_bytes` are those of an earlier hand-over, as they are kept; `failures` counts the temporary answers. Of a
    bundle `owed` is only the first of what it carries.
    """

    message: int
    attempt: int
    channel: str
    address: str
    message_id: str
    created_at: datetime
    unanswered: int
    failures: int
    form: int | None
    sent_bytes: bytes | None
    owed: Owed
    is_bundle: bool = False


@dataclass(frozen=True)
class HandOver:
    """What is about to be sent: the bytes as they are kept, None where an earlier hand-over kept them."""

    claim: Claim
    kept: bytes | None = None
    form: int | None = None
    sha256: str = ""
    subject_line: str = ""
    is_confidential: bool = False


def claim_due(now: datetime, *, channel: str = Channel.EMAIL, limit: int = MOST_IN_FLIGHT) -> list[Claim]:
    """Take up to `limit` messages of a channel that are due at `now`, in the order in which they are to be sent.

    Accounts take turns; in each turn, and within each account, the most urgent topic goes first, then the oldest.
    """
    depth = limit * max(4, 2 * settings.WORKER_PROCESSES)
    rows = run(
        _CLAIM,
        {"channel": channel, "now": now, "limit": limit, "depth": depth, "lease": settings.DELIVERY_LEASE_SECONDS},
    )
    return [_claim(row) for row in rows]


def hand_over(batch: Sequence[HandOver]) -> frozenset[int]:
    """Write down, for a whole batch, that it is about to be sent, with the bytes; return which still may be.

    This commit waits for the disk. The bytes of the first time stay: a message is sent again as it was.
    """
    if not batch:
        return frozenset()
    rows = run(
        _HAND_OVER,
        {
            "lease": settings.DELIVERY_LEASE_SECONDS,
            "ids": [one.claim.message for one in batch],
            "attempts": [one.claim.attempt for one in batch],
            "bytes": [one.kept for one in batch],
            "forms": [one.form for one in batch],
            "sha256": [one.sha256 for one in batch],
            "subjects": [one.subject_line for one in batch],
            "confidential": [one.is_confidential for one in batch],
        },
    )
    return frozenset(row[0] for row in rows)


def renew(claims: Iterable[Claim]) -> frozenset[int]:
    """Prolong the leases of what is in hand; return which messages are still held."""
    pairs = [(claim.message, claim.attempt) for claim in claims]
    if not pairs:
        return frozenset()
    ids, attempts = zip(*pairs, strict=True)
    parameters = {"lease": settings.DELIVERY_LEASE_SECONDS, "ids": list(ids), "attempts": list(attempts)}
    return frozenset(row[0] for row in run(_RENEW, parameters))


def release_expired(now: datetime) -> int:
    """Return messages whose worker is gone to those that wait; returns how many.

    The first crash costs no time, or some seconds after a hand-over. After a second one each waits longer, and they
    are due one after the other: the one that takes its worker down must not take the others along again.
    """
    with transaction.atomic():
        released = run(
            _RELEASE_EXPIRED,
            {"now": now, "later": now + WAIT_AFTER_A_LOST_ANSWER, "lease": settings.DELIVERY_LEASE_SECONDS},
        )
        freed = [row[0] for row in released]
        if not freed:
            return 0
        crashes = Attempt.objects.filter(message__in=freed, outcome=ATTEMPT_EXPIRED).order_by("message")
        often = [row for row in crashes.values_list("message").annotate(Count("pk")) if row[1] > 1]
        for place, (message, count) in enumerate(often):
            wait = max(after_crashes(count), WAIT_AFTER_A_LOST_ANSWER)
            Message.objects.filter(pk=message).update(due_at=now + wait + place * _SPREAD)
    return len(freed)


def put_off_address(channel: str, address: str, until: datetime, now: datetime) -> int:
    """Let everything that is due for one address wait, because that address cannot be reached; returns how many."""
    waiting = Message.objects.filter(
        channel=channel, address=address, state__in=message_states_before(MessageEvent.CLAIMED), due_at__lte=now
    )
    return waiting.update(due_at=until)


def _claim(row: Sequence[Any]) -> Claim:
    message, attempt, channel, address, message_id, created_at, unanswered, failures, form, sent_bytes = row[:10]
    return Claim(
        message=message,
        attempt=attempt,
        channel=channel,
        address=address,
        message_id=message_id,
        created_at=created_at,
        unanswered=unanswered,
        failures=failures,
        form=form,
        sent_bytes=None if sent_bytes is None else bytes(sent_bytes),
        owed=owed_of(row[11:]),
        is_bundle=row[10],
    )


def owed_of(row: Sequence[Any]) -> Owed:
    """Return what a row says of a delivery and its announcement: the columns of `OWED_COLUMNS`."""
    delivery, public_id, step, recipient_key, reasons, readers, topics, kind, subject_id, account_id, facts = row[:11]
    return Owed(
        delivery=delivery,
        public_id=public_id,
        step=step,
        recipient_key=recipient_key,
        reasons=_loaded(reasons),
        readers=_loaded(readers),
        topics=tuple(topics),
        subject=Subject(kind=kind, id=subject_id, account_id=account_id, facts=_loaded(facts)),
    )


def _loaded(value: Any) -> Any:
    """Return a JSON column's value: Django asks the driver to leave it as text."""
    return json.loads(value) if isinstance(value, str) else value
