"""How good a feed is, from what was reported of its runs. Pure: numbers in, numbers out.

Each measure is None where nobody can know it: a run without entities has no share of failed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it is known. `errors` are the entities that failed, by whatever type of error.

    `oldest_entity_at` is when the entity that waits longest was last updated, `stale_entities` how many were not
    updated for three days; None where the sender does not say.
    """

    started_at: datetime
    ended_at: datetime | None = None
    entities: int = 0
    errors: int = 0
    oldest_entity_at: datetime | None = None
    stale_entities: int | None = None


def error_rate(run: Run | None) -> float | None:
    """Return which share of the run's entities failed, 0 to 1."""
    if run is None or not run.entities:
        return None
    return min(run.errors / run.entities, 1.0)


def stale_share(run: Run | None) -> float | None:
    """Return which share of the run's entities was not updated for three days, 0 to 1."""
    if run is None or not run.entities or run.stale_entities is None:
        return None
    return min(run.stale_entities / run.entities, 1.0)


def entity_age(run: Run | None, now: datetime) -> timedelta | None:
    """Return how long ago the oldest entity was last updated; never less than nothing."""
    if run is None or run.oldest_entity_at is None:
        return None
    return max(now - run.oldest_entity_at, timedelta())


def freshness(last_ended: datetime | None, now: datetime) -> timedelta | None:
    """Return how long ago the last run came to its end; never less than nothing."""
    return None if last_ended is None else max(now - last_ended, timedelta())


def intervals_waited(last_ended: datetime | None, since: datetime, expected_every: timedelta, now: datetime) -> float:
    """Return how many of the expected intervals have gone by without the end of a run.

    Counted from the end of the last run, or from `since` where that is later or none ever ended: what was before
    (the first report, the end of a pause) does not count.
    """
    begin = since if last_ended is None else max(last_ended, since)
    return max((now - begin) / expected_every, 0.0)


def missing_runs(last_ended: datetime | None, since: datetime, expected_every: timedelta, now: datetime) -> int:
    """Return how many runs should have come to their end since the last one did."""
    return int(intervals_waited(last_ended, since, expected_every, now))


def duration(run: Run) -> timedelta | None:
    """Return how long the run took; None while it goes on."""
    return None if run.ended_at is None else run.ended_at - run.started_at
