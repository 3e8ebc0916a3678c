"""How many signals a second are taken in through HTTP, next to the floor: the same rows by COPY and INSERT alone.

Each line is a new key of a roll-up, but for one in ten, whose row is there already; one line in ten is a failure with
merchant and code, one in a hundred also evidence. Both sides write the same rows into the same tables with the same
partitions and indexes, in one cluster that keeps what it commits, with two connections or two senders at once.
"""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any, Final

import psycopg
from delivery_parts.processes import end
from delivery_parts.report import Measured, Report
from delivery_parts.sinks import free_port, wait_until_open
from delivery_parts.stack import Ports, environment_of

from health_parts import floor
from liaison.config.postgres import PrivatePostgres

ROOT: Final = Path(__file__).resolve().parents[2]
LINES: Final = 5_000
SENDERS: Final = 2
# A sender that reports each five minutes, each batch news of every series; and one that reports each minute.
SHAPES: Final = ((1_000, 5), (5_000, 1))
ACTIONS: Final = ("CheckAvailability", "BatchAvailabilityLookup", "CreateBooking", "UpdateBooking", "SubmitOrder")
_START_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Batch:
    """One batch: its name, as it is sent, and its rows as COPY reads them (text)."""

    name: str
    packed: bytes
    rows: floor.Rows


@dataclass(frozen=True)
class Fleet:
    """The operator's token, and the integrations with the primary keys of their production environments."""

    token: str
    integrations: Mapping[str, int]


@dataclass(frozen=True)
class Way:
    """Where to write and send, and the shape of a batch: so many series, so many minutes of each."""

    url: str
    port: int
    fleet: Fleet
    series: int
    minutes: int

    @property
    def name(self) -> str:
        return f"{self.series:,} series, {self.minutes} minutes of each in a batch"


def measure_signals(report: Report, place: Path, cluster: PrivatePostgres, *, rounds: int, batches: int) -> None:
    """Measure the floor and Liaison in turns, `rounds` times each, with so many batches a round, for each shape."""
    url = _database(cluster, "signals")
    port = free_port()
    environment = environment_of(place, url, Ports(web=port, mail=free_port(), webhooks=free_port()))
    fleet = _prepare(url, environment)
    with _serving(environment, port):
        for series, minutes in SHAPES:
            _measure_shape(report, Way(url, port, fleet, series, minutes), rounds, batches)


def _measure_shape(report: Report, way: Way, rounds: int, batches: int) -> None:
    ours: list[float] = []
    floors: list[float] = []
    with floor.connections(way.url, SENDERS) as connections:
        for number in range(rounds + 1, 0, -1):
            made = _made(way, number, batches)
            floors.append(_one_round(way, made, _writing(connections, made)))
            ours.append(_one_round(way, made, [partial(_send, way.port, way.fleet.token, group) for group in made]))
            said = f"round {rounds + 1 - number}" if number <= rounds else "to warm up"
            print(f"{way.name}, {said}: {ours[-1]:,.0f} lines/s, floor {floors[-1]:,.0f}", file=sys.stderr)
    del ours[0], floors[0]
    row = report.row(f"signals taken in, {way.name}", "lines/s")
    said = f"{LINES} lines a batch, {len(made[0][0].packed):,} bytes packed, {SENDERS} senders, one in ten existing"
    row.value = Measured.of(ours, said)
    row.floor = Measured.of(floors, f"COPY and INSERT … ON CONFLICT of the same rows, {SENDERS} connections")


def _one_round(way: Way, made: list[list[Batch]], works: list[Callable[[], None]]) -> float:
    """Do the work of all senders at once, and return the lines a second.

    Before, the tables are empty but for a tenth of the rows to come.
    """
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("TRUNCATE signals_minute, signals_errorminute, signals_sample, signals_batch")
        for batch in (each for group in made for each in group):
            existing = batch.rows.minutes.splitlines(keepends=True)[::10]
            floor.copy_in(connection, "COPY signals_minute FROM STDIN", b"".join(existing))
        connection.execute("VACUUM ANALYZE signals_minute")
        connection.execute("CHECKPOINT")
    began = time.perf_counter()
    _at_once(works)
    took = time.perf_counter() - began
    _check(way.url, made)
    return sum(len(group) for group in made) * LINES / took


def _check(url: str, made: list[list[Batch]]) -> None:
    """Say loudly when not every line was counted: a fast way to lose them would be no measure."""
    count = sum(len(group) for group in made) * LINES
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), sum(calls) FROM signals_minute").fetchone() or (0, 0)
        errors = connection.execute("SELECT sum(count) FROM signals_errorminute").fetchone() or (0,)
    if row[0] != count or row[1] != count + count // 10 or errors[0] != count // 10:
        raise RuntimeError(f"{count} lines were sent, and there are {row} and {errors}")


def _made(way: Way, rounds_left: int, batches: int) -> list[list[Batch]]:
    """Return the batches of each sender: each batch is some minutes of all series, later than those of all before."""
    fleets = list(way.fleet.integrations.items())[: way.series // len(ACTIONS)]
    now = datetime.now(tz=UTC).replace(second=0, microsecond=0)
    now -= timedelta(minutes=rounds_left * batches * way.minutes)
    made = []
    for number in range(batches):
        minutes = [now + timedelta(minutes=number * way.minutes + each) for each in range(way.minutes)]
        made.append(_batch(f"{way.series}-{rounds_left}-{number}", fleets, minutes))
    return [made[sender::SENDERS] for sender in range(SENDERS)]


def _batch(name: str, fleets: list[tuple[str, int]], minutes: list[datetime]) -> Batch:
    lines: list[str] = []
    rows: dict[str, list[str]] = {"minutes": [], "errors": [], "samples": []}
    for number, (minute, (public_id, environment_id), action) in enumerate(product(minutes, fleets, ACTIONS)):
        line, made = _line(number, public_id, environment_id, action, minute)
        lines.append(json.dumps(line, separators=(",", ":")))
        for kind, text in made.items():
            rows[kind].append(text)
    texts = {kind: "".join(sorted(each)).encode() for kind, each in rows.items()}
    return Batch(name, gzip.compress("\n".join(lines).encode(), 6), floor.Rows(**texts))


def _line(
    number: int, public_id: str, environment_id: int, action: str, minute: datetime
) -> tuple[dict[str, Any], dict[str, str]]:
    at = minute + timedelta(seconds=number % 60)
    latency = 80 + number % 700
    line: dict[str, Any] = {
        "integration": public_id, "environment": "production", "action": action, "at": at.isoformat(),
        "outcome": "ok", "latency_ms": latency,
    }  # fmt: skip
    failed = number % 10 == 3  # noqa: PLR2004  # one in ten
    rows = {"minutes": f"{environment_id}\t{action}\t{minute}\t1\t{int(failed)}\t0\t0\t1\t{latency}\t{latency}\n"}
    if failed:
        merchant = f"merchant-{number % 97}"
        line |= {"outcome": "error", "merchant": merchant, "code": "500"}
        rows["errors"] = f"{environment_id}\t{minute}\t{action}\t{merchant}\terror\t500\t1\n"
    if number % 100 == 3:  # noqa: PLR2004  # one in a hundred
        reference, detail = f"request-{number}", "The kitchen did not answer within five seconds."
        line |= {"reference": reference, "detail": detail}
        rows["samples"] = f"{environment_id}\t{at}\t{action}\t{merchant}\terror\t500\t{reference}\t{detail}\n"
    return line, rows


def _send(port: int, token: str, group: list[Batch]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
    }
    for batch in group:
        connection.request("POST", "/api/v1/signals", batch.packed, {**headers, "Batch-Id": batch.name})
        answer = connection.getresponse()
        said = json.loads(answer.read())
        if answer.status != HTTPStatus.ACCEPTED or said["accepted"] != LINES or said["is_repeat"]:
            raise RuntimeError(f"{answer.status}: {said}")
    connection.close()


def _writing(connections: list[psycopg.Connection[Any]], made: list[list[Batch]]) -> list[Callable[[], None]]:
    """Return what writes the batches of each sender by the floor's way, on a connection of its own."""
    return [
        partial(floor.write, connection, [floor.binary(connection, batch.rows) for batch in group])
        for connection, group in zip(connections, made, strict=True)
    ]


def _at_once(works: list[Callable[[], None]]) -> None:
    problems: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as problem:  # noqa: BLE001  # raised below, in the main thread
            problems.append(problem)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def _prepare(url: str, environment: Mapping[str, str]) -> Fleet:
    subprocess.run([sys.executable, "-m", "liaison", "prepare"], env=environment, cwd=ROOT, check=True, stdout=2)
    seed = [sys.executable, str(Path(__file__).with_name("seed.py")), str(LINES // len(ACTIONS))]
    said = json.loads(subprocess.run(seed, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT public_id, environment.id FROM integrations_integration AS integration"
            " JOIN integrations_environment AS environment ON environment.integration_id = integration.id"
            " WHERE environment.name = 'production' ORDER BY 2"
        ).fetchall()
    return Fleet(said["token"], dict(rows))


def _database(cluster: PrivatePostgres, name: str) -> str:
    """Make a database of its own in the cluster, and return its address."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        known = connection.info.dbname
    return cluster.url.replace(f"/{known}?", f"/{name}?")


@contextmanager
def _serving(environment: Mapping[str, str], port: int) -> Iterator[None]:
    """Run the web server as `liaison up` does, without the worker: it would judge rules meanwhile."""
    command = [sys.executable, "-m", "liaison", "serve"]
    running = subprocess.Popen(command, env=dict(environment), cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        wait_until_open(port, running, _START_SECONDS)
        yield
    finally:
        end(running)
