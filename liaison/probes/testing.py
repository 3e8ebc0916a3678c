"""Health checks and heartbeats for tests, as rows: what requests do has tests of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liaison.integrations.models import Environment
from liaison.probes.models import CheckOutcome, CheckResult, HealthCheck, Heartbeat
from liaison.probes.vocabulary import Problem

_CAME = {
    CheckOutcome.HEALTHY: (200, Problem.NONE),
    CheckOutcome.WRONG_ANSWER: (500, Problem.STATUS),
    CheckOutcome.UNANSWERED: (None, Problem.NO_CONNECTION),
    CheckOutcome.REFUSED: (None, Problem.NOT_ALLOWED),
}


def make_check(
    environment: Environment, url: str = "https://partner.example/health", *, now: datetime, **values: Any
) -> HealthCheck:
    """Make a health check that is due at `now`."""
    values.setdefault("next_at", now)
    return HealthCheck.objects.create(environment=environment, url=url, created_at=now, **values)


def make_failing(check: HealthCheck, since: datetime, times: int = 10, *, unanswered: bool = True) -> HealthCheck:
    """Let the check fail since then, `times` requests in a row."""
    check.failing_since, check.failed_in_a_row, check.healthy_in_a_row = since, times, 0
    check.unanswered_in_a_row = times if unanswered else 0
    check.last_outcome = CheckOutcome.UNANSWERED if unanswered else CheckOutcome.WRONG_ANSWER
    check.last_at = since
    check.save()
    return check


def make_healthy(check: HealthCheck, at: datetime, times: int = 1) -> HealthCheck:
    """Let the check be healthy, `times` requests in a row, the last one at `at`."""
    check.failing_since, check.failed_in_a_row, check.unanswered_in_a_row = None, 0, 0
    check.healthy_in_a_row, check.last_healthy_at, check.last_at = times, at, at
    check.last_outcome = CheckOutcome.HEALTHY
    check.save()
    return check


def make_result(
    check: HealthCheck, at: datetime, outcome: CheckOutcome = CheckOutcome.HEALTHY, duration_ms: int = 80
) -> CheckResult:
    status, problem = _CAME[outcome]
    return CheckResult.objects.create(
        check_made=check, at=at, outcome=outcome, status=status, duration_ms=duration_ms, problem=problem
    )


def make_heartbeat(
    environment: Environment, name: str = "worker", *, now: datetime, last_at: datetime | None = None, **values: Any
) -> Heartbeat:
    return Heartbeat.objects.create(environment=environment, name=name, last_at=last_at, created_at=now, **values)
