"""What charts are held against: the incidents, the pauses and the deployments of a span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Q

from liaison.health.models import Incident, Mark
from liaison.integrations.models import Environment, EnvironmentName, Pause, PauseState
from liaison.monitoring.spans import Span

MOST: Final = 30


class What(StrEnum):
    INCIDENT = "incident"
    PAUSE = "pause"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing: from `start` to `end`, which is None while it goes on. Of the three objects one is there."""

    what: What
    start: datetime
    end: datetime | None
    incident: Incident | None = None
    pause: Pause | None = None
    mark: Mark | None = None


def happened_in(environment: Environment, span: Span) -> tuple[Happening, ...]:
    """Return what touches the span, the newest first, at most `MOST` of each. Three queries.

    Pauses are of production alone, as the status of an integration is.
    """
    found = [*_incidents(environment, span), *_marks(environment, span)]
    if environment.name == EnvironmentName.PRODUCTION:
        found += _pauses(environment, span)
    return tuple(sorted(found, key=lambda one: one.start, reverse=True))


def _incidents(environment: Environment, span: Span) -> list[Happening]:
    rows = (
        Incident.objects.select_related("environment__integration__account")
        .filter(environment=environment, started_at__lt=span.end)
        .filter(Q(resolved_at__isnull=True) | Q(resolved_at__gt=span.start))
        .order_by("-started_at", "-pk")[:MOST]
    )
    return [Happening(What.INCIDENT, one.started_at, one.ended_at or one.resolved_at, incident=one) for one in rows]


def _pauses(environment: Environment, span: Span) -> list[Happening]:
    rows = (
        Pause.objects.filter(integration=environment.integration_id, starts_at__lt=span.end)
        .filter(Q(state=PauseState.RUNNING) | Q(state=PauseState.OVER, over_at__gt=span.start))
        .order_by("-starts_at", "-pk")[:MOST]
    )
    return [Happening(What.PAUSE, one.starts_at, one.over_at, pause=one) for one in rows]


def _marks(environment: Environment, span: Span) -> list[Happening]:
    rows = Mark.objects.filter(
        Q(environment=environment) | Q(environment__isnull=True),
        account=environment.integration.account_id,
        at__gte=span.start,
        at__lt=span.end,
    ).order_by("-at", "-pk")[:MOST]
    return [Happening(What.MARK, one.at, one.at, mark=one) for one in rows]
