"""The floor of taking signals in: COPY into staging and one INSERT … ON CONFLICT for each table, and nothing else.

It is given what makes it fast: rows in COPY's binary format, made before the clock runs, and connections that are open
and have done all of it before, as those of Liaison have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

_STAGING: Final = """
CREATE TEMPORARY TABLE staged_minute (
    environment_id bigint, action text COLLATE "C", minute timestamptz, calls integer, errors integer,
    unanswered integer, declined integer, latency_calls integer, latency_ms bigint, latency_max_ms integer
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE staged_error (
    environment_id bigint, minute timestamptz, action text COLLATE "C", merchant text COLLATE "C",
    outcome text COLLATE "C", code text COLLATE "C", count integer
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE staged_sample (
    environment_id bigint, at timestamptz, action text, merchant text, outcome text, code text, reference text,
    detail text
) ON COMMIT DELETE ROWS
"""
_MINUTES: Final = """
INSERT INTO signals_minute AS kept SELECT * FROM staged_minute
ON CONFLICT (environment_id, action, minute) DO UPDATE SET calls = kept.calls + excluded.calls,
    errors = kept.errors + excluded.errors, unanswered = kept.unanswered + excluded.unanswered,
    declined = kept.declined + excluded.declined, latency_calls = kept.latency_calls + excluded.latency_calls,
    latency_ms = kept.latency_ms + excluded.latency_ms,
    latency_max_ms = GREATEST(kept.latency_max_ms, excluded.latency_max_ms)
"""
_ERRORS: Final = """
INSERT INTO signals_errorminute AS kept SELECT * FROM staged_error
ON CONFLICT (environment_id, minute, action, merchant, outcome, code) DO UPDATE SET count = kept.count + excluded.count
"""
_SAMPLES: Final = "signals_sample (environment_id, at, action, merchant, outcome, code, reference, detail)"


@dataclass(frozen=True)
class Rows:
    """The rows of one batch for each table, as COPY reads them: as text, or in its binary format."""

    minutes: bytes
    errors: bytes
    samples: bytes


@contextmanager
def connections(url: str, count: int) -> Iterator[list[psycopg.Connection[Any]]]:
    """Give so many open connections with their staging tables."""
    with ExitStack() as stack:
        made = [stack.enter_context(psycopg.connect(url)) for _ in range(count)]
        for connection in made:
            connection.execute(_STAGING)
            connection.commit()
        yield made


def binary(connection: psycopg.Connection[Any], rows: Rows) -> Rows:
    """Return the same rows in the binary format, which PostgreSQL writes itself."""
    made = {}
    for table, name in (("staged_minute", "minutes"), ("staged_error", "errors"), ("staged_sample", "samples")):
        copy_in(connection, f"COPY {table} FROM STDIN", getattr(rows, name))
        with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)".encode()) as copy:
            made[name] = b"".join(bytes(part) for part in copy)
    connection.rollback()
    return Rows(**made)


def write(connection: psycopg.Connection[Any], batches: list[Rows]) -> None:
    """Write each batch in a transaction of its own; the rows are in the binary format."""
    for rows in batches:
        copy_in(connection, "COPY staged_minute FROM STDIN (FORMAT binary)", rows.minutes)
        connection.execute(_MINUTES)
        copy_in(connection, "COPY staged_error FROM STDIN (FORMAT binary)", rows.errors)
        connection.execute(_ERRORS)
        copy_in(connection, f"COPY {_SAMPLES} FROM STDIN (FORMAT binary)", rows.samples)
        connection.commit()


def copy_in(connection: psycopg.Connection[Any], statement: str, rows: bytes) -> None:
    """Copy rows in, in one piece."""
    with connection.cursor().copy(statement.encode()) as copy:
        copy.write(rows)
