"""What goes out together, and when: pure arithmetic over moments. Nothing here reads the database or the clock.

Only what is not urgent is ever held. What is held is deferred, never dropped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from liaison.notifications.deferral import NEVER_WAITS
from liaison.notifications.facts import Channel, Held, HeldBecause, Planned

FLAPPING_WITHIN: Final = timedelta(minutes=30)
FLAPPING_AFTER: Final = 4  # messages about one subject within that time that go their usual way
_FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Limits:
    """What one destination gets: a bundle each `window`, `burst` messages in a row, and then one each `interval`."""

    window: timedelta
    burst: int
    interval: timedelta


@dataclass(frozen=True)
class Flow:
    """What went, or is to go, to one destination: when its newest message is due, and how full its share is (GCRA)."""

    last_due_at: datetime
    full_at: datetime


@dataclass(frozen=True)
class Slot:
    """When a message goes. `because` is None for one that goes at once and alone; `flow` is what is so afterwards."""

    at: datetime
    because: HeldBecause | None = None
    flow: Flow | None = None


def never_held(planned: Planned) -> bool:
    """Say whether somebody is told alone in any storm: of what is urgent, and where a program listens."""
    if planned.channel is Channel.WEBHOOK or planned.is_urgent:
        return True
    return any(one.topic in NEVER_WAITS for one in planned.because if one.withheld is None)


@lru_cache(maxsize=4096)
def bundle_key(account_id: int | None, channel: str, destination: str, *more: str) -> str:
    """Name what may go out together: the place, and what else sets it apart. It shows nobody's address."""
    place = "\n".join((channel, destination, *more))
    return f"{account_id or 0}:{channel}:{hashlib.blake2b(place.encode(), digest_size=16).hexdigest()}"


def slot(now: datetime, flow: Flow | None, limits: Limits, *, gathers_until: datetime | None = None) -> Slot:
    """Return when the next message to a destination goes, in a storm as well as in quiet.

    Where one gathers already, it joins that. Where the last was due a window ago or longer, it goes at once. Else it
    opens one that is due a window after the last. Whoever has had its share waits until there is room again.
    """
    if gathers_until is not None:
        return Slot(gathers_until, HeldBecause.BUNDLED)
    if flow is not None and flow.last_due_at > now + limits.window:
        flow = None  # nothing gathers so far ahead: the clock was put back since
    wished = now if flow is None else max(now, flow.last_due_at + limits.window)
    at, full_at = _with_room(wished, now if flow is None else flow.full_at, limits)
    because = HeldBecause.RATE_LIMITED if at > wished else HeldBecause.BUNDLED if at > now else None
    return Slot(at, because, Flow(at, full_at))


def pause_of(count: int) -> timedelta | None:
    """Return how long the `count`-th message about one subject within half an hour waits; None for the first four."""
    if count <= FLAPPING_AFTER:
        return None
    doublings = min(count - FLAPPING_AFTER - 1, 10)
    return min(_FIRST_PAUSE * int(2**doublings), LONGEST_PAUSE)


def calmed(
    now: datetime, flow: Flow | None, limits: Limits, pause: timedelta, *, gathers_until: datetime | None
) -> Slot:
    """Return when a message about something that comes and goes is sent: with others of its kind, after a pause.

    It leaves the destination's own messages alone and only takes its share of them.
    """
    if gathers_until is not None:
        return Slot(gathers_until, HeldBecause.BUNDLED)
    at, full_at = _with_room(now + pause, now if flow is None else flow.full_at, limits)
    because = HeldBecause.RATE_LIMITED if at > now + pause else HeldBecause.BUNDLED
    return Slot(at, because, Flow(now - limits.window if flow is None else flow.last_due_at, full_at))


def held_of(planned: Planned, slot_of_it: Slot) -> tuple[Held, ...]:
    """Return everything that makes somebody wait, in the order in which it ends."""
    if slot_of_it.because is None:
        return planned.held
    return (*planned.held, Held(slot_of_it.because, slot_of_it.at))


def _with_room(wished: datetime, full_at: datetime, limits: Limits) -> tuple[datetime, datetime]:
    """Return the first moment, not before the wished one, at which the share has room; and how full it is then."""
    at = max(wished, full_at - limits.interval * (limits.burst - 1))
    return at, max(full_at, at) + limits.interval
