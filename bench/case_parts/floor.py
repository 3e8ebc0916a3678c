"""The floors of cases: the same statements by psycopg alone, and the rows of a filed case inserted and committed.

As a program it reads (address, clients, seconds, work) from its input (pickled) and prints as JSON what each took.
`work` is a list of lists of statements, one list after the other, or the rows of one case by table.
"""

from __future__ import annotations

import json
import pickle
import secrets
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

_WARM: Final = 1.0
_BEYOND: Final = 40  # bits: keys above them no sequence has come to


@dataclass(frozen=True)
class Statement:
    """A statement as the portal runs it: `prepared` once for each connection, or planned anew with its values."""

    text: str
    parameters: Any
    prepared: bool


@dataclass(frozen=True)
class Rows:
    """The new rows of a table. `moved` are the columns that hold keys of new rows, `fresh` those that must differ."""

    table: str
    rows: list[dict[str, Any]]
    moved: frozenset[str]
    fresh: frozenset[str]


def run(url: str, clients: int, seconds: float, work: list[list[Statement]] | list[Rows]) -> tuple[float, list[float]]:
    """Return how often a second, and the milliseconds of each time."""
    given = pickle.dumps((url, clients, seconds, [_plain(one) for one in work]))
    done = subprocess.run([sys.executable, __file__], input=given, stdout=subprocess.PIPE, check=True)
    times = json.loads(done.stdout)
    return len(times) / seconds, times


def _plain(work: list[Statement] | Rows) -> Any:
    if isinstance(work, Rows):
        return vars(work)
    return [(one.text, one.parameters, one.prepared) for one in work]


def _ask(connection: psycopg.Connection[Any], client: psycopg.Cursor[Any], statements: list[Any]) -> None:
    for text, parameters, is_prepared in statements:
        if is_prepared:
            connection.execute(text, parameters, prepare=True).fetchall()
        else:
            client.execute(text, parameters)
            if client.description:
                client.fetchall()


def _insert(connection: psycopg.Connection[Any], tables: list[Any], key: int) -> None:
    with connection.pipeline(), connection.transaction():
        for table in tables:
            rows = [_moved(row, table, key) for row in table["rows"]]
            name = sql.Identifier(table["table"])
            statement = sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_recordset(null::{0}, %s)").format(name)
            connection.execute(statement, [Jsonb(rows)], prepare=True)


def _moved(row: dict[str, Any], table: dict[str, Any], key: int) -> dict[str, Any]:
    moved = {name: row[name] + key for name in table["moved"] if row[name] is not None}
    fresh = {name: secrets.token_hex(20)[: len(row[name])] for name in table["fresh"] if row[name]}
    return {**row, **moved, **fresh}


def _measure(url: str, clients: int, seconds: float, work: list[Any]) -> list[float]:
    times: list[float] = []
    problems: list[BaseException] = []
    keys = count((1 + secrets.randbelow(1 << 20)) << _BEYOND, 1 << 20)  # others than those of the run before
    asked = cycle(work)
    lock = threading.Lock()

    def work_on() -> None:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                client = psycopg.ClientCursor(connection)
                barrier.wait()
                begun = time.perf_counter() + _WARM
                while (at := time.perf_counter()) < begun + seconds:
                    with lock:
                        statements, key = next(asked), next(keys)
                    if isinstance(statements, dict):
                        _insert(connection, work, key)
                    else:
                        _ask(connection, client, statements)
                    if at >= begun:
                        times.append((time.perf_counter() - at) * 1000)
        except BaseException as problem:  # noqa: BLE001  # raised below, in the main thread
            problems.append(problem)
            barrier.abort()

    barrier = threading.Barrier(clients)
    threads = [threading.Thread(target=work_on) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return times


if __name__ == "__main__":
    print(json.dumps(_measure(*pickle.load(sys.stdin.buffer))))  # noqa: S301  # from the bench itself
