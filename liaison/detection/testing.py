"""Evaluation for tests and for the demo: time goes by minute by minute, and every full minute is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from liaison.detection.models import Finding, Pass
from liaison.detection.passing import SETTLING, run_pass
from liaison.health.models import Incident
from liaison.integrations.models import Environment
from liaison.signals.testing import Calls, write_minute

MINUTE = timedelta(minutes=1)


def judge_at(end: datetime) -> Pass:
    """Judge everything as of a full minute, at the moment at which the ticker would."""
    return run_pass(end, now=end + SETTLING)


class Running:
    """An environment whose actions are called each minute, and judged at the end of it.

    `calls` says what each action sees in a minute; change it, and let minutes go by.
    """

    def __init__(self, environment: Environment, start: datetime, **calls: Calls | None) -> None:
        self.environment = environment
        self.now = start
        self.calls: dict[str, Calls | None] = dict(calls)

    def run(self, minutes: int, *, each: Callable[[datetime], object] = judge_at) -> datetime:
        """Let so many minutes go by; return the end of the last one."""
        for _ in range(minutes):
            for action, calls in self.calls.items():
                if calls is not None:
                    write_minute(self.environment, action, self.now, calls)
            self.now += MINUTE
            each(self.now)
        return self.now

    def finding(self, rule: str) -> Finding | None:
        return Finding.objects.filter(environment=self.environment, rule=rule).order_by("pk").first()

    def incidents(self) -> list[Incident]:
        return list(Incident.objects.filter(environment=self.environment).order_by("pk"))
