"""What is known of an environment's calls: for charts, for evidence, for an overview. Reads only.

Spans are `[start, end)`; a row of a minute belongs to the span that holds its first moment. `actions` None means all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection

from liaison.integrations.models import Environment
from liaison.lib.driver import preparing_cursor
from liaison.signals.known import LAG_MINUTES
from liaison.signals.models import FAILURES, Outcome, Sample, Series

_NUMBERS: Final = (
    "sum(calls)::bigint, sum(errors)::bigint, sum(unanswered)::bigint, sum(declined)::bigint,"
    # Of minutes that somebody filled to the brim the durations add up to more than a bigint holds.
    " sum(latency_calls)::bigint, least(sum(latency_ms), 9223372036854775807)::bigint, max(latency_max_ms)::bigint"
)
_WHERE: Final = (
    "environment_id = %(environment)s AND minute >= %(start)s AND minute < %(end)s"
    " AND (%(actions)s::text[] IS NULL OR action = ANY (%(actions)s::text[]))"
)
# The rows of the series lag behind; what came since then lies in a partition or two.
_LAST_MINUTES: Final = """
SELECT series.environment_id, max(GREATEST(series.last_minute, newest.minute))
FROM signals_series AS series
LEFT JOIN LATERAL (
    SELECT max(kept.minute) AS minute FROM signals_minute AS kept
    WHERE kept.environment_id = series.environment_id AND kept.action = series.action
        AND kept.minute >= series.last_minute AND kept.minute < series.last_minute + make_interval(mins => %s)
) AS newest ON true
WHERE series.environment_id = ANY (%s::bigint[])
GROUP BY series.environment_id
"""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sums:
    """Calls added up. `latency_ms` is the sum of the durations of `latency_calls` calls, in milliseconds."""

    calls: int = 0
    errors: int = 0
    unanswered: int = 0
    declined: int = 0
    latency_calls: int = 0
    latency_ms: int = 0
    latency_max_ms: int = 0

    @property
    def error_rate(self) -> float | None:
        """The share of calls that failed, 0 to 1; None without calls."""
        return self.errors / self.calls if self.calls else None

    @property
    def mean_latency_ms(self) -> float | None:
        """The mean duration of a call in milliseconds; None where none is known."""
        return self.latency_ms / self.latency_calls if self.latency_calls else None


@dataclass(frozen=True, slots=True)
class Bucket:
    """One action's calls in [start, start + length of a bucket). A bucket without rows is left out."""

    action: str
    start: datetime
    sums: Sums


def series_of(environment: Environment) -> tuple[Series, ...]:
    """Return the actions that an environment reports, by name, with their first and last minutes. One query."""
    return tuple(Series.objects.filter(environment=environment).order_by("action"))


def last_minutes(environment_ids: Iterable[int]) -> dict[int, datetime]:
    """Return the newest minute of which each environment reported anything; without one it is left out. One query."""
    with preparing_cursor() as cursor:
        cursor.execute(_LAST_MINUTES, [LAG_MINUTES, list(environment_ids)])
        return dict(cursor.fetchall())


def minutes(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    bucket: timedelta = timedelta(minutes=1),
) -> tuple[Bucket, ...]:
    """Return the calls by action and bucket, in the order of action and time. One query, added up in the database.

    Buckets begin at multiples of `bucket` (whole minutes) after 2000-01-01 UTC.
    """
    said = {**_said(environment, actions, start, end), "bucket": bucket, "epoch": _EPOCH}
    rows = _rows(
        f"SELECT action, date_bin(%(bucket)s, minute, %(epoch)s) AS begun, {_NUMBERS}"  # noqa: S608  # constants
        f" FROM signals_minute WHERE {_WHERE} GROUP BY action, begun ORDER BY action, begun",
        said,
    )
    return tuple(Bucket(action, begun, Sums(*numbers)) for action, begun, *numbers in rows)


def totals(
    environment: Environment, actions: Collection[str] | None, start: datetime, end: datetime
) -> dict[str, Sums]:
    """Return the calls of the whole span by action; an action without rows is left out. One query."""
    rows = _rows(
        f"SELECT action, {_NUMBERS} FROM signals_minute WHERE {_WHERE} GROUP BY action",  # noqa: S608  # constants
        _said(environment, actions, start, end),
    )
    return {action: Sums(*numbers) for action, *numbers in rows}


def errors_by_code(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    outcomes: Collection[Outcome] = FAILURES,
    most: int = 10,
) -> tuple[tuple[str, int], ...]:
    """Return the most frequent error codes with their numbers, the most frequent first. One query.

    An error without a code goes by its outcome (*error* or *unanswered*).
    """
    return _ranked("COALESCE(NULLIF(code, ''), outcome)", _said(environment, actions, start, end), outcomes, most)


def merchants_most(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    outcomes: Collection[Outcome] = FAILURES,
    most: int = 10,
) -> tuple[tuple[str, int], ...]:
    """Return the merchants with the most failures and their numbers, the most first; unnamed ones are left out."""
    return _ranked("NULLIF(merchant, '')", _said(environment, actions, start, end), outcomes, most)


def merchant_count(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    outcomes: Collection[Outcome] = FAILURES,
) -> int:
    """Return how many distinct merchants had failures; the unnamed one does not count. One query."""
    said = {**_said(environment, actions, start, end), "outcomes": [each.value for each in outcomes]}
    rows = _rows(
        "SELECT count(DISTINCT merchant) FROM signals_errorminute"  # noqa: S608  # constants
        f" WHERE {_WHERE} AND merchant <> '' AND outcome = ANY (%(outcomes)s)",
        said,
    )
    return int(rows[0][0])


def samples(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    outcomes: Collection[Outcome] = FAILURES,
    most: int = 20,
) -> tuple[Sample, ...]:
    """Return single failed calls, the earliest first. One query."""
    found = Sample.objects.filter(environment=environment, at__gte=start, at__lt=end)
    if actions is not None:
        found = found.filter(action__in=list(actions))
    return tuple(found.filter(outcome__in=[each.value for each in outcomes]).order_by("at", "number")[:most])


def first_failure(
    environment: Environment,
    actions: Collection[str] | None,
    start: datetime,
    end: datetime,
    *,
    outcomes: Collection[Outcome] = FAILURES,
) -> datetime | None:
    """Return the first minute with a failure, None without any. One query."""
    said = {**_said(environment, actions, start, end), "outcomes": [each.value for each in outcomes]}
    rows = _rows(
        f"SELECT min(minute) FROM signals_errorminute WHERE {_WHERE} AND outcome = ANY (%(outcomes)s)",  # noqa: S608
        said,
    )
    first: datetime | None = rows[0][0]
    return first


def _ranked(
    expression: str, said: dict[str, Any], outcomes: Collection[Outcome], most: int
) -> tuple[tuple[str, int], ...]:
    rows = _rows(
        f"SELECT {expression} AS word, sum(count)::bigint AS number FROM signals_errorminute"  # noqa: S608  # constants
        f" WHERE {_WHERE} AND outcome = ANY (%(outcomes)s) AND {expression} IS NOT NULL"
        " GROUP BY word ORDER BY number DESC, word LIMIT %(most)s",
        {**said, "outcomes": [each.value for each in outcomes], "most": most},
    )
    return tuple((word, number) for word, number in rows)


def _said(environment: Environment, actions: Collection[str] | None, start: datetime, end: datetime) -> dict[str, Any]:
    listed = None if actions is None else list(actions)
    return {"environment": environment.pk, "actions": listed, "start": start, "end": end}


def _rows(statement: str, said: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
