"""What is known of feeds, also of many environments at once: for the rules, the overview and the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.feeds.models import Feed, FeedRun
from liaison.feeds.quality import Run
from liaison.integrations.models import Environment
from liaison.lib.driver import preparing_cursor

_RUN: Final = "started_at, ended_at, entities, errors, oldest_entity_at, stale_entities"
_LATEST: Final = f"""
SELECT feed.id, feed.public_id, feed.environment_id, feed.name, feed.expected_every, feed.is_watched, feed.created_at,
       ended.*, latest.*
FROM feeds_feed AS feed
LEFT JOIN LATERAL (
    SELECT {_RUN} FROM feeds_feedrun AS run
    WHERE run.feed_id = feed.id AND run.ended_at IS NOT NULL ORDER BY run.ended_at DESC LIMIT 1
) AS ended ON true
LEFT JOIN LATERAL (
    SELECT {_RUN} FROM feeds_feedrun AS run WHERE run.feed_id = feed.id ORDER BY run.started_at DESC LIMIT 1
) AS latest ON true
WHERE feed.environment_id = ANY(%s)
ORDER BY feed.environment_id, feed.name
"""  # noqa: S608  # nothing in it comes from outside
_FEED_COLUMNS: Final = 7
_RUN_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed, its run that ended last, and the run that goes on, if the newest one does.

    A feed that is not `is_watched` is switched off: nothing about it is a problem.
    """

    id: int
    public_id: str
    environment_id: int
    name: str
    expected_every: timedelta
    is_watched: bool
    created_at: datetime
    last_ended: Run | None
    running: Run | None

    @property
    def last_ended_at(self) -> datetime | None:
        return self.last_ended.ended_at if self.last_ended else None


def latest_runs(environment_ids: Iterable[int]) -> Mapping[int, list[FeedState]]:
    """Return the feeds of each environment with their latest runs, by name; nothing for those without. One query."""
    found: dict[int, list[FeedState]] = defaultdict(list)
    with preparing_cursor() as cursor:
        cursor.execute(_LATEST, [list(environment_ids)])
        for row in cursor.fetchall():
            state = _state(row)
            found[state.environment_id].append(state)
    return dict(found)


def feeds_of(environment: Environment) -> list[FeedState]:
    """Return the feeds of one environment, by name, those that are switched off too."""
    return latest_runs([environment.pk]).get(environment.pk, [])


def runs_of(feed: Feed, start: datetime, end: datetime) -> list[FeedRun]:
    """Return the runs that began in [start, end), the newest first."""
    return list(feed.runs.filter(started_at__gte=start, started_at__lt=end).order_by("-started_at", "-pk"))


def as_run(run: FeedRun) -> Run:
    """Return a kept run as the measures take it."""
    return Run(run.started_at, run.ended_at, run.entities, run.errors, run.oldest_entity_at, run.stale_entities)


def _state(row: tuple[Any, ...]) -> FeedState:
    number, public_id, environment_id, name, minutes, is_watched, created_at = row[:_FEED_COLUMNS]
    ended = _run(row[_FEED_COLUMNS : _FEED_COLUMNS + _RUN_COLUMNS])
    latest = _run(row[_FEED_COLUMNS + _RUN_COLUMNS :])
    running = latest if latest is not None and latest.ended_at is None else None
    every = timedelta(minutes=minutes)
    return FeedState(number, public_id, environment_id, name, every, is_watched, created_at, ended, running)


def _run(columns: tuple[Any, ...]) -> Run | None:
    return Run(*columns) if columns[0] is not None else None
