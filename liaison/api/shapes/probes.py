"""Signs of life: the health check of an environment, and heartbeats."""

from __future__ import annotations

from datetime import timedelta

from ninja import Schema

from liaison.api.shapes.common import Body, Moment, Text
from liaison.integrations.models import EnvironmentName
from liaison.probes import models
from liaison.probes.actions import CheckWish
from liaison.probes.models import CheckOutcome
from liaison.probes.queries import state_of
from liaison.probes.vocabulary import Problem


class HealthCheck(Schema):
    """`is_healthy` is null before the first request that says something. Intervals and time limits are in seconds."""

    url: str
    interval_seconds: int
    timeout_seconds: int
    is_on: bool
    is_healthy: bool | None
    last_at: Moment | None
    last_outcome: CheckOutcome | None
    last_healthy_at: Moment | None
    failing_since: Moment | None
    failed_in_a_row: int
    unanswered_in_a_row: int
    healthy_in_a_row: int

    @classmethod
    def of(cls, check: models.HealthCheck) -> HealthCheck:
        return cls(
            url=check.url,
            interval_seconds=check.interval_seconds,
            timeout_seconds=check.timeout_seconds,
            is_on=check.is_on,
            is_healthy=state_of(check).is_healthy,
            last_at=check.last_at,
            last_outcome=CheckOutcome(check.last_outcome) if check.last_outcome else None,
            last_healthy_at=check.last_healthy_at,
            failing_since=check.failing_since,
            failed_in_a_row=check.failed_in_a_row,
            unanswered_in_a_row=check.unanswered_in_a_row,
            healthy_in_a_row=check.healthy_in_a_row,
        )


class CheckResult(Schema):
    """One request. `status` is null without an answer, `problem` null when all was well."""

    at: Moment
    outcome: CheckOutcome
    status: int | None
    duration_ms: int
    problem: Problem | None

    @classmethod
    def of(cls, result: models.CheckResult) -> CheckResult:
        return cls(
            at=result.at,
            outcome=CheckOutcome(result.outcome),
            status=result.status,
            duration_ms=result.duration_ms,
            problem=Problem(result.problem) if result.problem else None,
        )


class HealthCheckBody(Body):
    """The interval is 10 seconds or more, the time limit 30 seconds or less."""

    url: Text
    interval_seconds: int = 60
    timeout_seconds: int = 10
    is_on: bool = True

    def wish(self) -> CheckWish:
        return CheckWish(self.url, self.interval_seconds, self.timeout_seconds, self.is_on)


class Heartbeat(Schema):
    """`expected_every` is in seconds; `due_at` is when the next beat is expected."""

    id: str
    name: str
    expected_every: int
    is_watched: bool
    last_at: Moment | None
    due_at: Moment | None

    @classmethod
    def of(cls, beat: models.Heartbeat) -> Heartbeat:
        return cls(
            id=beat.public_id,
            name=beat.name,
            expected_every=beat.expected_every,
            is_watched=beat.is_watched,
            last_at=beat.last_at,
            due_at=None if beat.last_at is None else beat.last_at + timedelta(seconds=beat.expected_every),
        )


class Beat(Body):
    """All of it may be left out, also the body. An intake key needs no `integration` and no `environment`."""

    every_seconds: int | None = None
    integration: Text | None = None
    environment: EnvironmentName | None = None


class HeartbeatChange(Body):
    """`expected_every` is in seconds."""

    expected_every: int
    is_watched: bool = True
