"""Whose turn it is: checks are taken with a lease in one statement, and their results kept behind its fence.

The moment of the next request keeps its place in the interval, which was drawn when the check was made: ten thousand
checks stay spread. What is late by more than half a minute (nobody asked, or there is too much to do) waits for its
next place instead of making a burst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from liaison.lib.bulk import insert_rows
from liaison.lib.driver import preparing_cursor
from liaison.probes.asking import Answer
from liaison.probes.counters import Counters, counted
from liaison.probes.models import CheckResult

TOO_LATE: Final = timedelta(seconds=30)
_LEASE_BESIDE_THE_TIMEOUT: Final = timedelta(seconds=70)
_COUNTERS: Final = (
    "last_at", "last_outcome", "last_healthy_at", "failing_since",
    "failed_in_a_row", "unanswered_in_a_row", "healthy_in_a_row",
)  # fmt: skip
_NEXT_PLACE: Final = """next_at + make_interval(secs => interval_seconds
    * (floor(extract(epoch FROM %(now)s - next_at) / interval_seconds) + 1))"""
_IS_FREE: Final = "is_on AND (claimed_until IS NULL OR claimed_until <= %(now)s)"
_SPREAD: Final = f"""
UPDATE probes_healthcheck SET next_at = {_NEXT_PLACE} WHERE id IN (
    SELECT id FROM probes_healthcheck WHERE {_IS_FREE} AND next_at < %(late)s FOR NO KEY UPDATE SKIP LOCKED
)
"""  # noqa: S608  # nothing in it comes from outside
_TAKE: Final = f"""
UPDATE probes_healthcheck SET next_at = {_NEXT_PLACE},
    claimed_until = %(now)s + %(lease)s + make_interval(secs => timeout_seconds)
WHERE id IN (
    SELECT id FROM probes_healthcheck WHERE {_IS_FREE} AND next_at <= %(now)s
    ORDER BY next_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING id, url, interval_seconds, timeout_seconds, claimed_until, {", ".join(_COUNTERS)}
"""  # noqa: S608  # nothing in it comes from outside
_KEEP: Final = f"""
UPDATE probes_healthcheck AS kept SET claimed_until = NULL, {", ".join(f"{name} = new.{name}" for name in _COUNTERS)}
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::integer[], %s::integer[], %s::integer[]) AS new(id, fence, {", ".join(_COUNTERS)})
WHERE kept.id = new.id AND kept.claimed_until = new.fence RETURNING kept.id
"""  # noqa: S608  # nothing in it comes from outside
_RESULT: Final = ("check_made_id", "at", "outcome", "status", "duration_ms", "problem")


@dataclass(frozen=True, slots=True)
class Turn:
    """A check that this process may ask now. `fence` is the end of its lease, which no other lease of it shares."""

    check_id: int
    url: str
    interval_seconds: int
    timeout_seconds: int
    fence: datetime
    counters: Counters


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that was used at `at`, and what came of it."""

    turn: Turn
    at: datetime
    answer: Answer


def spread_late(now: datetime) -> int:
    """Let what is late wait for its next place in its interval; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"now": now, "late": now - TOO_LATE})
        return int(cursor.rowcount)


def take_turns(now: datetime, most: int) -> list[Turn]:
    """Take at most so many checks that are due, the longest due ones first."""
    with preparing_cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "lease": _LEASE_BESIDE_THE_TIMEOUT, "most": most})
        rows = cursor.fetchall()
    return [
        Turn(check_id, url, interval, timeout, fence, Counters(*counters))
        for check_id, url, interval, timeout, fence, *counters in rows
    ]


def keep_answers(asked: Sequence[Asked]) -> int:
    """Keep the answers and what they add up to, in one transaction; return how many counted.

    An answer does not count when its check was changed or removed meanwhile, or taken by somebody else after the lease.
    """
    if not asked:
        return 0
    rows = [_row(one) for one in asked]
    with transaction.atomic():
        with preparing_cursor() as cursor:
            cursor.execute(_KEEP, [list(column) for column in zip(*rows, strict=True)])
            counting = {row[0] for row in cursor.fetchall()}
        insert_rows(CheckResult, _RESULT, [_result(one) for one in asked if one.turn.check_id in counting])
    return len(counting)


def _row(asked: Asked) -> tuple[object, ...]:
    turn = asked.turn
    pace = timedelta(seconds=turn.interval_seconds + turn.timeout_seconds)
    after = counted(turn.counters, asked.answer.outcome, asked.at, pace)
    return (turn.check_id, turn.fence, *(getattr(after, name) for name in _COUNTERS))


def _result(asked: Asked) -> tuple[object, ...]:
    answer = asked.answer
    return (
        asked.turn.check_id, asked.at, answer.outcome.value, answer.status, answer.duration_ms, answer.problem.value,
    )  # fmt: skip
