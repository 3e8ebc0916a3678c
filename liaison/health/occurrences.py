"""What one more alert means for the incidents that are known under its key. Pure (docs/decisions/0008)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LATE: Final = timedelta(minutes=10)
"""How long a firing may arrive after the resolution of its own occurrence and still be only late.

Alertmanager tries to deliver a group for as long as its group interval, five minutes by default.
"""


class Decision(StrEnum):
    OPEN = "open"  # a new incident, and people are told
    REPEAT = "repeat"  # the incident is known; it is counted
    REOPEN = "reopen"  # it goes on after it was called resolved, and people are told again
    REPLACE = "replace"  # the open incident is over unsaid, and a new one begins
    RESOLVE = "resolve"  # it is over, and those who were told are told so
    STORE_RESOLVED = "store_resolved"  # it was over before it was heard of; nobody is told
    BEGIN = "begin"  # it was stored as over, and its beginning comes now; people are told that it began
    IGNORE = "ignore"  # nothing is known that it could mean; nothing is stored


@dataclass(frozen=True)
class Known:
    """An incident under the alert's key. `resolved_at` is when its resolution was received, None while open."""

    started_at: datetime
    resolved_at: datetime | None
    never_began: bool = False  # only its resolution was heard of (STORE_RESOLVED)


@dataclass(frozen=True)
class Signal:
    """What an alert says: when the problem began, and when it ended if it did."""

    is_firing: bool
    starts_at: datetime
    ends_at: datetime | None


def decide(signal: Signal, *, same: Known | None, unresolved: Known | None, now: datetime) -> Decision:
    """Return what to do. `same` has the signal's own start; `unresolved` is the key's open incident, maybe `same`.

    RESOLVE, and REPEAT without `same`, concern `unresolved`; REPLACE ends it.
    """
    if signal.is_firing:
        return _firing(signal, same, unresolved, now)
    return _resolved(signal, same, unresolved, now)


def _firing(signal: Signal, same: Known | None, unresolved: Known | None, now: datetime) -> Decision:
    if same is not None:
        if same.resolved_at is None or unresolved is not None or now - same.resolved_at <= LATE:
            return Decision.REPEAT
        return Decision.REOPEN
    if unresolved is None:
        return Decision.OPEN
    # Alertmanager merges what several Prometheus servers say and keeps the earliest start: an earlier start than
    # the open incident's is the same problem; a later one is a new problem, whose end we were never told.
    return Decision.REPEAT if signal.starts_at < unresolved.started_at else Decision.REPLACE


def _resolved(signal: Signal, same: Known | None, unresolved: Known | None, now: datetime) -> Decision:
    if same is not None:
        return Decision.RESOLVE if same.resolved_at is None else Decision.REPEAT
    if unresolved is not None and unresolved.started_at <= (signal.ends_at or now):
        return Decision.RESOLVE
    return Decision.STORE_RESOLVED


def decide_trigger(
    said_at: datetime | None, *, same: Known | None, newest: Known | None, unresolved: Known | None, now: datetime
) -> Decision:
    """Return what a trigger means of a sender whose events name no occurrence, only a key (Events API v2).

    An occurrence begins with the first trigger after a resolution. `said_at` is the sender's own moment, where it says
    one; `same` has that very moment as its start, `newest` is the last one under the key.
    """
    if unresolved is not None:
        return Decision.REPEAT
    if same is not None and same.resolved_at is not None and not same.never_began:
        return Decision.REPEAT if now - same.resolved_at <= LATE else Decision.REOPEN
    if newest is None or newest.resolved_at is None or not newest.never_began or now - newest.resolved_at > LATE:
        return Decision.OPEN if same is None else Decision.BEGIN
    # Its resolution overtook it. Where the sender does not say when it began, it may be a new problem: then it is open.
    return Decision.REPEAT if said_at is not None and said_at <= newest.resolved_at else Decision.BEGIN


def decide_resolve(*, newest: Known | None, unresolved: Known | None, now: datetime) -> Decision:
    """Return what the resolution of a key means: of what is open, of what is over already, or of what was not heard."""
    if unresolved is not None:
        return Decision.RESOLVE
    if newest is not None and newest.resolved_at is not None and now - newest.resolved_at <= LATE:
        return Decision.REPEAT
    return Decision.STORE_RESOLVED
