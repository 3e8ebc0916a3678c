"""The calls of environments over a span: added up in the database, never row by row here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast

from liaison.integrations.models import Environment
from liaison.monitoring.spans import Span
from liaison.signals.models import ErrorMinute, Minute, Outcome, Sample
from liaison.signals.queries import Sums, minutes

MOST_CODES: Final = 12
MOST_MERCHANTS: Final = 10
MOST_SAMPLES: Final = 20
SAMPLES_FOR: Final = timedelta(days=7)
_SUMS: Final = ("calls", "errors", "unanswered", "declined", "latency_calls", "latency_ms")


@dataclass(frozen=True, slots=True)
class ActionSeries:
    """One action: what it is over the whole span, and by piece. `points` holds only the pieces with calls."""

    action: str
    total: Sums
    points: Mapping[datetime, Sums]


@dataclass(frozen=True, slots=True)
class CodeCount:
    """What went wrong in one way. `merchants` are the distinct ones that met it."""

    code: str
    outcome: Outcome
    count: int
    merchants: int


@dataclass(frozen=True, slots=True)
class MerchantCount:
    merchant: str
    errors: int
    declined: int
    last_minute: datetime


def series_in(environment: Environment, span: Span) -> tuple[ActionSeries, ...]:
    """Return every action that has rows in the span, the most called first. One query, at most one row per piece."""
    points: dict[str, dict[datetime, Sums]] = {}
    for piece in minutes(environment, None, span.start, span.end, bucket=span.bucket):
        points.setdefault(piece.action, {})[piece.start] = piece.sums
    found = (ActionSeries(action, together(pieces.values()), pieces) for action, pieces in points.items())
    return tuple(sorted(found, key=lambda one: (-one.total.calls, one.action)))


def together(parts: Iterable[Sums]) -> Sums:
    """Return the sums of all parts, and the longest duration of any."""
    known = list(parts)
    added = {name: sum(getattr(part, name) for part in known) for name in _SUMS}
    return Sums(**added, latency_max_ms=max((part.latency_max_ms for part in known), default=0))


def codes_in(environment: Environment, span: Span, action: str = "") -> tuple[CodeCount, ...]:
    """Return in which ways calls went wrong, the most frequent first; declined payments are not among them."""
    rows = (
        _errors(environment, span, action)
        .exclude(outcome=Outcome.DECLINED)
        .values("code", "outcome")
        .annotate(number=_whole("count"), merchants=Count("merchant", distinct=True, filter=~Q(merchant="")))
        .order_by("-number", "code", "outcome")[:MOST_CODES]
    )
    return tuple(CodeCount(row["code"], Outcome(row["outcome"]), row["number"], row["merchants"]) for row in rows)


def merchants_in(environment: Environment, span: Span, action: str = "") -> tuple[MerchantCount, ...]:
    """Return the merchants with the most failures, then declined payments."""
    is_declined = Q(outcome=Outcome.DECLINED)
    rows = (
        _errors(environment, span, action)
        .exclude(merchant="")
        .values("merchant")
        .annotate(
            errors=_whole("count", ~is_declined), declined=_whole("count", is_declined), last_minute=Max("minute")
        )
        .order_by(F("errors").desc(nulls_last=True), F("declined").desc(nulls_last=True), "merchant")[:MOST_MERCHANTS]
    )
    return tuple(
        MerchantCount(row["merchant"], row["errors"] or 0, row["declined"] or 0, row["last_minute"]) for row in rows
    )


def newest_samples(environment: Environment, now: datetime, action: str = "") -> list[Sample]:
    """Return the failed calls of the last week that were told one by one, the newest first."""
    found = Sample.objects.filter(environment=environment, at__gt=now - SAMPLES_FOR)
    if action:
        found = found.filter(action=action)
    return list(found.order_by("-at", "-number")[:MOST_SAMPLES])


def totals_since(environment_ids: Iterable[int], since: datetime, actions: Iterable[str] = ()) -> Mapping[int, Sums]:
    """Return all calls since a moment by environment; with `actions` only those. One query."""
    rows = Minute.objects.filter(environment__in=list(environment_ids), minute__gte=since)
    wanted = list(actions)
    if wanted:
        rows = rows.filter(action__in=wanted)
    found = rows.order_by().values("environment").annotate(calls=_whole("calls"), errors=_whole("errors"))
    return {row["environment"]: Sums(calls=row["calls"], errors=row["errors"]) for row in found}


def _errors(environment: Environment, span: Span, action: str) -> QuerySet[ErrorMinute]:
    found = ErrorMinute.objects.filter(environment=environment, minute__gte=span.start, minute__lt=span.end)
    return found.filter(action=action) if action else found


def _whole(name: str, condition: Q | None = None) -> Any:
    # PostgreSQL adds whole numbers of eight bytes up to a numeric, which comes back as a Decimal.
    return Cast(Sum(name, filter=condition), BigIntegerField())
