"""How each environment stands: one row for the overview of all integrations, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max

from liaison.catalog.vocabulary import Severity
from liaison.detection.known import LOOKED_AT, SERIES_LIVES, Known
from liaison.detection.models import Finding, FindingState, Standing
from liaison.detection.places import Place
from liaison.health.models import Incident
from liaison.health.vocabulary import IncidentSource
from liaison.lib.bulk import insert_rows, update_rows
from liaison.signals.models import Series

KEPT_EVERY: Final = timedelta(minutes=5)
"""How often the numbers are written anew where the level stays the same."""
LEVELS: Final[Mapping[str, int]] = {Severity.CRITICAL: 3, Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 1}
_MOST: Final = 2**31 - 1  # what the columns hold; a sender can say more
_COLUMNS: Final = ("environment_id", "level", "since", "calls", "errors", "latency_ms", "last_call", "judged_at")


def keep_standings(places: Mapping[int, Place], known: Known) -> int:
    """Write the rows that changed their level, or that are older than five minutes; return how many.

    An environment of which nothing was heard yet has none.
    """
    levels = _levels()
    rows = Standing.objects.values_list("pk", "level", "since", "judged_at")
    kept = {pk: _Row(level, since, judged_at) for pk, level, since, judged_at in rows}
    due = [pk for pk, row in kept.items() if pk in places and row.is_due(levels.get(pk, 0), known.end)]
    heard = (levels, known.scans.environments(), known.feeds, known.checks, known.beats)
    new = [pk for pk in {key for each in heard for key in each} if pk in places and pk not in kept]
    if not due and not new:
        return 0
    totals, last_calls = known.scans.totals(LOOKED_AT), _last_calls(known.end)
    nothing = (0, 0, None)

    def row(pk: int) -> tuple[Any, ...]:
        level, before = levels.get(pk, 0), kept.get(pk)
        since = before.since if before is not None and before.level == level else known.end
        calls, errors, latency_ms = totals.get(pk, nothing)
        numbers = (min(calls, _MOST), min(errors, _MOST), latency_ms)
        return (pk, level, since, *numbers, last_calls.get(pk), known.end)

    update_rows(Standing, _COLUMNS, [row(pk) for pk in sorted(due)])
    if new:
        insert_rows(Standing, _COLUMNS, [row(pk) for pk in sorted(new)])
    return len(due) + len(new)


@dataclass(frozen=True, slots=True)
class _Row:
    level: int
    since: datetime
    judged_at: datetime

    def is_due(self, level: int, end: datetime) -> bool:
        return end > self.judged_at and (level != self.level or end - self.judged_at >= KEPT_EVERY)


def _levels() -> dict[int, int]:
    """Return the level of each environment with which something is wrong, by our own rules or by others' alerts."""
    findings = Finding.objects.filter(state__in=(FindingState.FIRING, FindingState.CLEARING))
    others = Incident.objects.filter(resolved_at__isnull=True).exclude(source=IncidentSource.RULES)
    levels: dict[int, int] = {}
    for pk, severity in (
        *findings.values_list("environment_id", "evidence__severity"),
        *others.values_list("environment_id", "severity"),
    ):
        levels[pk] = max(levels.get(pk, 0), LEVELS.get(severity, 1))
    return levels


def _last_calls(end: datetime) -> dict[int, datetime]:
    """Return the last minute in which anything was called, of every environment with an action in use."""
    rows = Series.objects.filter(last_minute__gte=end - SERIES_LIVES).values("environment_id")
    return dict(rows.annotate(last=Max("last_minute")).values_list("environment_id", "last"))
