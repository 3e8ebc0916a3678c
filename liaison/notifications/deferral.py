"""What can wait, and until when: pure arithmetic over support hours and quiet hours (issue 4).

Nothing is dropped here: what is deferred goes, after seven days at the latest. What is urgent never waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from liaison.catalog.vocabulary import Topic
from liaison.lib.hours import HoursRow, open_state
from liaison.notifications.facts import Held, HeldBecause, OpenHours, TopicFacts

NEVER_WAITS: Final = frozenset(
    {Topic.TECHNICAL_EMERGENCY, Topic.URGENT_CASE, Topic.STAFF_ALARM, Topic.ACCOUNT_MAIL, Topic.DRILL}
)
"""Topics that neither support hours nor quiet hours hold."""

LONGEST_WAIT: Final = timedelta(days=7)
"""After this it goes, whatever is closed: weeks of holidays are no reason to hear of nothing."""


@dataclass(frozen=True)
class Release:
    """The moment (aware, UTC) at which something goes, and what held it until then, in the order in which it ends."""

    at: datetime
    held: tuple[Held, ...] = ()


def may_wait(topics: Iterable[TopicFacts]) -> bool:
    """Say whether an event can wait at all: nothing of it does when one of its topics is urgent.

    An emergency is a production alert as well; the alert contacts hear of it as soon as the emergency contacts.
    """
    return not any(topic.is_urgent or topic.topic in NEVER_WAITS for topic in topics)


def release(now: datetime, waits_for: OpenHours | None, quiet_hours: tuple[HoursRow, ...]) -> Release:
    """Return the first moment from `now` on at which the account listens and the reader is not to be left in peace.

    `waits_for` without rows, or None, and `quiet_hours` without rows hold nothing. Where no moment within seven days
    contents both, the next opening of the support hours wins. It is never later than seven days after `now`.
    Raises ValueError for a `now` without a zone.
    """
    if now.tzinfo is None:
        raise ValueError("The present moment must carry a zone.")
    now = now.astimezone(UTC)
    limit = now + LONGEST_WAIT
    at, ends = now, dict[HeldBecause, datetime]()
    while at < limit:
        obstacle = _closed(at, waits_for, limit) or _quiet(at, quiet_hours, limit)
        if obstacle is None:
            return Release(at, _in_order(ends))
        ends.pop(obstacle.because, None)
        ends[obstacle.because] = at = obstacle.until
    return _when_nothing_contents_both(now, waits_for, limit, ends)


def _when_nothing_contents_both(
    now: datetime, waits_for: OpenHours | None, limit: datetime, ends: dict[HeldBecause, datetime]
) -> Release:
    if len(ends) == 1:
        return Release(limit, _in_order(ends))
    opening = _closed(now, waits_for, limit)
    return Release(now) if opening is None else Release(opening.until, (opening,))


def _closed(at: datetime, waits_for: OpenHours | None, limit: datetime) -> Held | None:
    if waits_for is None or not waits_for.rows:
        return None
    state = open_state(waits_for.rows, at, waits_for.closed_on, waits_for.half_days)
    return None if state.is_open else Held(HeldBecause.SUPPORT_HOURS, _until(state.changes_at, limit))


def _quiet(at: datetime, quiet_hours: tuple[HoursRow, ...], limit: datetime) -> Held | None:
    if not quiet_hours:
        return None
    state = open_state(quiet_hours, at)
    return Held(HeldBecause.QUIET_HOURS, _until(state.changes_at, limit)) if state.is_open else None


def _until(changes_at: datetime | None, limit: datetime) -> datetime:
    return limit if changes_at is None else min(changes_at, limit)


def _in_order(ends: dict[HeldBecause, datetime]) -> tuple[Held, ...]:
    return tuple(Held(because, until) for because, until in ends.items())
