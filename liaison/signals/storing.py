"""Adding roll-ups to what the database has: rows go in by COPY, and one INSERT for each table adds them up.

All rows of a batch go in the order of their keys, so that batches at once wait for each other and never in a circle.
The large numbers below are what the columns hold at most, the largest one so that two of them can still be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection

from liaison.lib.driver import preparing_cursor
from liaison.signals.known import LAG_MINUTES, remember
from liaison.signals.rollups import Rollups, SeriesKey, Span
from liaison.signals.rows import error_rows, minute_rows, sample_rows

_STAGING: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS signals_staged_minute (
    environment_id bigint, action text COLLATE "C", minute timestamptz, calls integer, errors integer,
    unanswered integer, declined integer, latency_calls integer, latency_ms bigint, latency_max_ms integer
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS signals_staged_error (
    environment_id bigint, minute timestamptz, action text COLLATE "C", merchant text COLLATE "C",
    outcome text COLLATE "C", code text COLLATE "C", count integer
) ON COMMIT DELETE ROWS;
DELETE FROM signals_staged_minute; DELETE FROM signals_staged_error  -- of a batch before, in the same transaction
"""
_ADD_MINUTES: Final = """
INSERT INTO signals_minute AS kept SELECT * FROM signals_staged_minute
ON CONFLICT (environment_id, action, minute) DO UPDATE SET
    calls = LEAST(kept.calls::bigint + excluded.calls, 2147483647),
    errors = LEAST(kept.errors::bigint + excluded.errors, 2147483647),
    unanswered = LEAST(kept.unanswered::bigint + excluded.unanswered, 2147483647),
    declined = LEAST(kept.declined::bigint + excluded.declined, 2147483647),
    latency_calls = LEAST(kept.latency_calls::bigint + excluded.latency_calls, 2147483647),
    latency_ms = LEAST(kept.latency_ms + excluded.latency_ms, 4611686018427387903),
    latency_max_ms = GREATEST(kept.latency_max_ms, excluded.latency_max_ms)
"""
_ADD_ERRORS: Final = """
INSERT INTO signals_errorminute AS kept SELECT * FROM signals_staged_error
ON CONFLICT (environment_id, minute, action, merchant, outcome, code) DO UPDATE SET
    count = LEAST(kept.count::bigint + excluded.count, 2147483647)
"""
_ADD_SERIES: Final = """
INSERT INTO signals_series AS kept (environment_id, action, first_minute, last_minute, changed_at)
SELECT environment_id, action, to_timestamp(first * 60.0), to_timestamp(last * 60.0), %s
FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::integer[]) AS told (environment_id, action, first, last)
ON CONFLICT (environment_id, action) DO UPDATE SET
    first_minute = LEAST(kept.first_minute, excluded.first_minute),
    last_minute = GREATEST(kept.last_minute, excluded.last_minute),
    changed_at = GREATEST(kept.changed_at, excluded.changed_at)
WHERE excluded.first_minute < kept.first_minute
    OR excluded.last_minute >= kept.last_minute + make_interval(mins => %s)
RETURNING environment_id, action
"""


def add_rollups(rollups: Rollups, *, now: datetime, news: Mapping[SeriesKey, Span] | None = None) -> None:
    """Add the rows, in the caller's transaction. The number of statements does not depend on that of the rows.

    `news` are the series whose rows must be written, with their spans; None: all of them, to the very minute.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        _copy(cursor, "signals_staged_minute", minute_rows(rollups))
        cursor.execute(_ADD_MINUTES)
        if rollups.errors:
            _copy(cursor, "signals_staged_error", error_rows(rollups))
            cursor.execute(_ADD_ERRORS)
        if rollups.samples:
            columns = "environment_id, at, action, merchant, outcome, code, reference, detail"
            _copy(cursor, f"signals_sample ({columns})", sample_rows(rollups))
    # Last: batches at once share these rows, not those above, and wait from here on for each other's end.
    if news is None:
        _add_series(rollups.spans(), now, lag=1)
    elif news:
        _add_series(news, now, lag=LAG_MINUTES)


def _add_series(news: Mapping[SeriesKey, Span], now: datetime, *, lag: int) -> None:
    """Write the rows of these series, in the order of their keys; another batch may have gone as far meanwhile."""
    rows = [(environment_id, action, *span) for (environment_id, action), span in sorted(news.items())]
    environment_ids, actions, firsts, lasts = map(list, zip(*rows, strict=True))
    with preparing_cursor() as cursor:
        cursor.execute(_ADD_SERIES, [now, environment_ids, actions, firsts, lasts, lag])
        remember({series: news[series] for series in cursor.fetchall()})


def _copy(cursor: Any, target: str, rows: bytes) -> None:
    with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN (FORMAT binary)") as copy:
        copy.write(rows)
