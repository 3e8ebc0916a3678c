"""Environments with a history, for tests and for the pages that people look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from liaison.detection.models import Standing
from liaison.feeds.testing import make_feed, make_run
from liaison.health.models import Mark
from liaison.integrations.models import Environment
from liaison.probes.models import CheckOutcome
from liaison.probes.testing import make_check, make_healthy, make_heartbeat, make_result
from liaison.signals.testing import Calls, write_minutes


def make_standing(environment: Environment, now: datetime, *, level: int = 0, **values: object) -> Standing:
    """Let an environment have been judged a minute ago; by default a hundred calls an hour, one of them failed."""
    known = {
        "since": now - timedelta(minutes=30),
        "calls": 100,
        "errors": 1,
        "latency_ms": 220.0,
        "last_call": now - timedelta(minutes=1),
        "judged_at": now - timedelta(minutes=1),
        **values,
    }
    return Standing.objects.update_or_create(environment=environment, defaults={"level": level, **known})[0]


def make_history(environment: Environment, now: datetime, *, hours: int = 3, level: int = 2) -> None:
    """Give an environment calls that fail more and more often, a feed, a health check, a heartbeat and a deployment."""
    start = now.replace(second=0, microsecond=0) - timedelta(hours=hours)
    minutes = hours * 60
    write_minutes(
        environment,
        "CheckAvailability",
        start,
        [Calls(40, errors=n % 3, latency_ms=180 + n % 40) for n in range(minutes)],
    )
    failing = [
        Calls(20, errors=max(0, n - minutes + 40) // 4, merchants=6, latency_ms=900, samples=n % 2)
        for n in range(minutes)
    ]
    write_minutes(environment, "CreateBooking", start, failing)
    feed = make_feed(environment, "availability", now=start)
    for hour in range(1, hours + 1):
        make_run(feed, start + timedelta(minutes=50 * hour), errors=hour * 9, oldest_entity_at=start)
    check = make_check(environment, now=start, next_at=now + timedelta(minutes=1))
    for number in range(30):
        outcome = CheckOutcome.UNANSWERED if number in {12, 13} else CheckOutcome.HEALTHY
        make_result(check, start + timedelta(minutes=number * 5), outcome)
    make_healthy(check, now)
    make_heartbeat(environment, now=start, last_at=now - timedelta(minutes=2))
    account = environment.integration.account
    deployed = now - timedelta(minutes=45)
    Mark.objects.create(
        account=account, environment=environment, at=deployed, title="Release 2026.11", received_at=deployed
    )
    make_standing(environment, now, level=level, calls=3600, errors=160)
