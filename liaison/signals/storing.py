"""Adding roll-ups to what the database has: rows go in by COPY, and one INSERT for each table adds them up.

All rows of a batch go in the order of their keys, so that batches at once wait for each other and never in a circle.
The large numbers below are what the columns hold at most, the largest one so that two of them can still be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection

from liaison.lib.driver import preparing_cursor
from liaison.signals.known import LAG_MINUTES, remember
from liaison.signals.rollups import MOST, MOST_MILLISECONDS, Rollups, SeriesKey, Span, moment_of

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
        if news is None:
            _add_series(rollups.spans(), now, lag=1)
        elif news:
            _add_series(news, now, lag=LAG_MINUTES)
        _copy(cursor, "signals_staged_minute", _minute_lines(rollups))
        cursor.execute(_ADD_MINUTES)
        if rollups.errors:
            _copy(cursor, "signals_staged_error", _error_lines(rollups))
            cursor.execute(_ADD_ERRORS)
        if rollups.samples:
            columns = "environment_id, at, action, merchant, outcome, code, reference, detail"
            _copy(cursor, f"signals_sample ({columns})", _sample_lines(rollups))


def _add_series(news: Mapping[SeriesKey, Span], now: datetime, *, lag: int) -> None:
    """Write the rows of these series, in the order of their keys; another batch may have gone as far meanwhile."""
    rows = [(environment_id, action, *span) for (environment_id, action), span in sorted(news.items())]
    environment_ids, actions, firsts, lasts = map(list, zip(*rows, strict=True))
    with preparing_cursor() as cursor:
        cursor.execute(_ADD_SERIES, [now, environment_ids, actions, firsts, lasts, lag])
        remember({series: news[series] for series in cursor.fetchall()})


def _copy(cursor: Any, target: str, lines: Iterable[str]) -> None:
    text = "".join(lines)
    with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        copy.write(text)


def _minute_lines(rollups: Rollups) -> list[str]:
    """Return the rows as COPY reads them, sorted: a key ends with a tab, so their order is the same in all batches."""
    texts, moments = _Texts(), _Moments()
    lines = []
    for (environment_id, action, minute), numbers in rollups.minutes.items():
        calls, errors, unanswered, declined, latency_calls, latency, longest = numbers
        if calls > MOST:  # the largest of the counts
            counts = (min(each, MOST) for each in (calls, errors, unanswered, declined, latency_calls))
            calls, errors, unanswered, declined, latency_calls = counts
            latency = min(latency, MOST_MILLISECONDS)
        lines.append(
            f"{environment_id}\t{texts[action]}\t{moments[minute]}\t{calls}\t{errors}\t{unanswered}\t{declined}"
            f"\t{latency_calls}\t{latency}\t{longest}\n"
        )
    lines.sort()
    return lines


def _error_lines(rollups: Rollups) -> list[str]:
    texts, moments = _Texts(), _Moments()
    return sorted(
        f"{key[0]}\t{moments[key[1]]}\t{texts[key[2]]}\t{texts[key[3]]}\t{key[4]}\t{texts[key[5]]}\t"
        f"{min(count, MOST)}\n"
        for key, count in rollups.errors.items()
    )


def _sample_lines(rollups: Rollups) -> Iterator[str]:
    texts = _Texts()
    for row in rollups.samples:
        moment = f"{datetime.fromtimestamp(row.at, moment_of(0).tzinfo):%Y-%m-%d %H:%M:%S.%f+00}"
        yield "\t".join((str(row.environment_id), moment, *(texts[word] for word in row[2:]))) + "\n"


class _Texts(dict[str, str]):
    """Texts as COPY reads them; the same few come again and again."""

    def __missing__(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        self[text] = escaped
        return escaped


class _Moments(dict[int, str]):
    """First moments of minutes as COPY reads them."""

    def __missing__(self, minute: int) -> str:
        self[minute] = written = f"{moment_of(minute):%Y-%m-%d %H:%M:00+00}"
        return written
