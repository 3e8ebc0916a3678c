"""What is known of signs of life, also of many environments at once: for the rules, the overview and the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.integrations.models import Environment
from liaison.lib.driver import preparing_cursor
from liaison.probes.counters import Counters
from liaison.probes.models import CheckResult, HealthCheck

_COUNTERS: Final = (
    "last_at, last_outcome, last_healthy_at, failing_since, failed_in_a_row, unanswered_in_a_row, healthy_in_a_row"
)
_CHECKS: Final = f"""
SELECT id, public_id, environment_id, url, interval_seconds, timeout_seconds, is_on, {_COUNTERS}
FROM probes_healthcheck WHERE environment_id = ANY(%s)
"""  # noqa: S608  # nothing in it comes from outside
_BEATS: Final = """
SELECT id, public_id, environment_id, name, expected_every, is_watched, last_at, created_at
FROM probes_heartbeat WHERE environment_id = ANY(%s) ORDER BY environment_id, name
"""
_UPTIME: Final = """
SELECT date_bin(%s, at, %s) AS bucket, count(*), count(*) FILTER (WHERE outcome = 'healthy'),
       count(*) FILTER (WHERE outcome = 'unanswered'), count(*) FILTER (WHERE outcome = 'refused'),
       avg(duration_ms) FILTER (WHERE outcome = 'healthy')
FROM probes_checkresult WHERE check_made_id = %s AND at >= %s AND at < %s GROUP BY bucket ORDER BY bucket
"""
_CHECK_COLUMNS: Final = 7


@dataclass(frozen=True, slots=True)
class CheckState:
    """The health check of an environment and how its last requests went. One that is not `is_on` makes none."""

    id: int
    public_id: str
    environment_id: int
    url: str
    interval_seconds: int
    timeout_seconds: int
    is_on: bool
    counters: Counters

    @property
    def is_healthy(self) -> bool | None:
        """Say whether the last request that says something was answered well; None before the first."""
        if self.counters.failing_since is not None:
            return False
        return None if self.counters.last_healthy_at is None else True


@dataclass(frozen=True, slots=True)
class BeatState:
    """A heartbeat. One that is not `is_watched` is switched off: nothing about it is a problem."""

    id: int
    public_id: str
    environment_id: int
    name: str
    expected_every: timedelta
    is_watched: bool
    last_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Uptime:
    """The requests of one stretch of time. What our own guard refused counts neither way. `mean_ms` of healthy ones."""

    start: datetime
    requests: int
    healthy: int
    unanswered: int
    refused: int
    mean_ms: float | None

    @property
    def share(self) -> float | None:
        """Return the share of healthy answers, 0 to 1; None where nothing was asked."""
        asked = self.requests - self.refused
        return self.healthy / asked if asked else None


def check_states(environment_ids: Iterable[int]) -> Mapping[int, CheckState]:
    """Return the health check of each environment that has one. One query."""
    with preparing_cursor() as cursor:
        cursor.execute(_CHECKS, [list(environment_ids)])
        return {row[2]: _state(row) for row in cursor.fetchall()}


def check_of(environment: Environment) -> CheckState | None:
    """Return the health check of one environment."""
    return check_states([environment.pk]).get(environment.pk)


def heartbeats(environment_ids: Iterable[int]) -> Mapping[int, list[BeatState]]:
    """Return the heartbeats of each environment by name; nothing for those without. One query."""
    found: dict[int, list[BeatState]] = defaultdict(list)
    with preparing_cursor() as cursor:
        cursor.execute(_BEATS, [list(environment_ids)])
        for number, public_id, environment_id, name, seconds, is_watched, last_at, created_at in cursor.fetchall():
            every = timedelta(seconds=seconds)
            found[environment_id].append(
                BeatState(number, public_id, environment_id, name, every, is_watched, last_at, created_at)
            )
    return dict(found)


def heartbeats_of(environment: Environment) -> list[BeatState]:
    """Return the heartbeats of one environment by name, those that are switched off too."""
    return heartbeats([environment.pk]).get(environment.pk, [])


def uptime(check_id: int, start: datetime, end: datetime, step: timedelta) -> list[Uptime]:
    """Return the requests of [start, end) in stretches of `step` that begin at `start`; empty ones are left out."""
    with preparing_cursor() as cursor:
        cursor.execute(_UPTIME, [step, start, check_id, start, end])
        return [
            Uptime(bucket, requests, healthy, unanswered, refused, None if mean is None else float(mean))
            for bucket, requests, healthy, unanswered, refused, mean in cursor.fetchall()
        ]


def last_results(check_id: int, most: int = 20) -> list[CheckResult]:
    """Return the last requests, the newest first."""
    return list(CheckResult.objects.filter(check_made_id=check_id).order_by("-at", "-pk")[:most])


def state_of(check: HealthCheck) -> CheckState:
    """Return the state of a check that was read already."""
    counters = Counters(
        check.last_at, check.last_outcome, check.last_healthy_at, check.failing_since,
        check.failed_in_a_row, check.unanswered_in_a_row, check.healthy_in_a_row,
    )  # fmt: skip
    return CheckState(
        check.pk, check.public_id, check.environment_id, check.url,
        check.interval_seconds, check.timeout_seconds, check.is_on, counters,
    )  # fmt: skip


def _state(row: tuple[Any, ...]) -> CheckState:
    number, public_id, environment_id, url, interval, timeout, is_on = row[:_CHECK_COLUMNS]
    counters = Counters(*row[_CHECK_COLUMNS:])
    return CheckState(number, public_id, environment_id, url, interval, timeout, is_on, counters)
