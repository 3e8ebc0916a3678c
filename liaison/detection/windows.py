"""What the calls of many environments came to, in windows that end at one full minute. Grouped SQL, no judgement.

One scan reads the windows of every series; what only few of them need (all numbers, distinct merchants, long windows)
is asked for by name. A window of n minutes holds the minutes that begin in [end - n minutes, end), and none before the
moment from which an environment counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from liaison.detection.facts import Counts

SUMS: Final = ("calls", "errors", "unanswered", "declined", "latency_calls", "latency_ms")
"""The columns that are added up, in the order in which a window's numbers come."""

# Minutes that a hostile sender filled to the brim add up to more than a bigint holds, and one such sum would end the
# statement that reads the calls of everybody.
_LARGEST: Final = 2**63 - 1

# Thirty thousand groups with some windows each fit; the default of 4 MB would write them to the disk and back. Making
# machine code takes the server longer than running such a statement once.
_PREPARE: Final = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"

_SCAN: Final = """
SELECT environment_id, action, {sums}
FROM signals_minute AS kept{cut}
WHERE minute >= %s AND minute < %s{only}
GROUP BY environment_id, action
"""
_CUT: Final = " JOIN unnest(%s::bigint[], %s::timestamptz[]) AS cut(id, since) ON cut.id = kept.environment_id"

ASKED: Final = """
unnest(%s::integer[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS asked(number, environment_id, action, since, until)
"""
WITHIN: Final = """
    ON kept.environment_id = asked.environment_id AND kept.action = asked.action
    AND kept.minute >= asked.since AND kept.minute < asked.until
WHERE kept.minute >= %s AND kept.minute < %s
"""
"""How rows `kept` belong to what is `asked`: between them they take the parameters of `asked_of`."""
_SPANS: Final = f"""
SELECT asked.number, {", ".join(f"least(sum(kept.{name}), {_LARGEST})::bigint" for name in SUMS)}
FROM {ASKED} JOIN signals_minute AS kept {WITHIN}
GROUP BY asked.number
"""  # noqa: S608  # nothing in it comes from outside
_MERCHANTS: Final = f"""
SELECT asked.number,
    count(DISTINCT nullif(kept.merchant, '')) FILTER (WHERE kept.outcome IN ('error', 'unanswered')),
    count(DISTINCT nullif(kept.merchant, '')) FILTER (WHERE kept.outcome = 'declined')
FROM {ASKED} JOIN signals_errorminute AS kept {WITHIN}
GROUP BY asked.number
"""  # noqa: S608  # nothing in it comes from outside

Row = Sequence[int]
Columns = Mapping[int, frozenset[str]]
"""Which of `SUMS` are wanted of each window, by its length in minutes."""


class Windows:
    """The windows of one scan: for each series one row of numbers, the columns of one window after those of another.

    `columns` are the sums that were read of each window, by its length in minutes. `rows` are kept as the database gave
    them: nearly all are looked at once and dropped.
    """

    def __init__(self, end: datetime, columns: Columns, rows: Mapping[tuple[int, str], Row]) -> None:
        self.end = end
        self.rows = rows
        names = ((minutes, name) for minutes, name in _in_order(columns))
        self._places = {key: place for place, key in enumerate(names)}

    def has(self, minutes: int, *names: str) -> bool:
        """Say whether these sums of a window were read."""
        return all((minutes, name) in self._places for name in names)

    def place_of(self, minutes: int, name: str) -> int:
        """Return where a sum of a window stands in a row. Raises KeyError for one that was not read."""
        return self._places[minutes, name]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch [since, until) of some actions of one environment, added up; full minutes."""

    environment_id: int
    actions: tuple[str, ...]
    since: datetime
    until: datetime


def read_windows(
    end: datetime,
    columns: Columns,
    *,
    environment_ids: Collection[int] | None = None,
    since: Mapping[int, datetime] | None = None,
) -> Windows:
    """Read the windows of all series, or of those of some environments, in one scan.

    With `since` only its environments are read, each from its moment on: a minute that began before does not count.
    """
    if not columns or (environment_ids is not None and not environment_ids) or (since is not None and not since):
        return Windows(end, columns, {})
    statement, values = _scan(end, columns, environment_ids, since)
    with _reading() as cursor:
        cursor.execute(statement, values)
        return Windows(end, columns, {(row[0], row[1]): row[2:] for row in cursor.fetchall()})


def read_spans(spans: Sequence[Span]) -> list[Counts | None]:
    """Add up each stretch by itself; None for one without a single row. One statement for all."""
    found = _ask(_SPANS, spans)
    return [counts_of(found[place]) if place in found else None for place in range(len(spans))]


def read_merchants(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Count the distinct merchants of each stretch: those with failures, and those with declined payments."""
    found = _ask(_MERCHANTS, spans)
    return [(found[place][0], found[place][1]) if place in found else (0, 0) for place in range(len(spans))]


def asked_of(spans: Sequence[Span]) -> list[Any]:
    """Return the parameters that hand stretches to a statement as `asked`, and the bounds of all of them."""
    rows = [
        (number, span.environment_id, action, span.since, span.until)
        for number, span in enumerate(spans)
        for action in span.actions
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [*columns, min(span.since for span in spans), max(span.until for span in spans)]


def counts_of(sums: Sequence[int]) -> Counts:
    """Return the sums, which stand in the order of `SUMS`, by their names; merchants are counted elsewhere."""
    calls, errors, unanswered, declined, latency_calls, latency_ms = sums
    return Counts(calls, errors, unanswered, declined, latency_calls=latency_calls, latency_ms=latency_ms)


def _in_order(columns: Columns) -> Iterator[tuple[int, str]]:
    for minutes in sorted(columns):
        yield from ((minutes, name) for name in SUMS if name in columns[minutes])


def _scan(
    end: datetime, columns: Columns, environment_ids: Collection[int] | None, since: Mapping[int, datetime] | None
) -> tuple[str, list[Any]]:
    longest = max(columns)
    sums: list[str] = []
    values: list[Any] = []
    for minutes, name in _in_order(columns):
        if minutes == longest:
            sums.append(f"least(sum({name}), {_LARGEST})::bigint")
        else:
            sums.append(f"least(coalesce(sum({name}) FILTER (WHERE minute >= %s), 0), {_LARGEST})::bigint")
            values.append(end - timedelta(minutes=minutes))
    cut, only = "", ""
    if since is not None:
        cut, only = _CUT, " AND minute >= cut.since"
        values += [list(since), list(since.values())]
    values += [end - timedelta(minutes=longest), end]
    if environment_ids is not None:
        only += " AND environment_id = ANY(%s)"
        values.append(list(environment_ids))
    return _SCAN.format(sums=", ".join(sums), cut=cut, only=only), values


def _ask(statement: str, spans: Sequence[Span]) -> dict[int, Row]:
    if not spans:
        return {}
    with _reading() as cursor:
        cursor.execute(statement, asked_of(spans))
        return {row[0]: row[1:] for row in cursor.fetchall()}


@contextmanager
def _reading() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        yield cursor
