"""Runs the web server on one database of cases, and measures every page at one client and at eight, with its floors."""

from __future__ import annotations

import json
import os
import pickle
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from delivery_parts.processes import end, seconds_of
from delivery_parts.report import Measured, Report, rounded, share
from delivery_parts.sinks import free_port, wait_until_open
from delivery_parts.stack import Ports, environment_of

from case_parts import floor, load
from case_parts.load import Ask, Found, Load

if TYPE_CHECKING:
    from case_parts.floor import Rows
    from case_parts.packed import Measure, Prepared
    from liaison.config.postgres import PrivatePostgres

ROOT: Final = Path(__file__).resolve().parents[2]
CLIENTS: Final = (1, 8)
_HERE: Final = Path(__file__).parent
_SINK: Final = _HERE.parent / "delivery_parts" / "own_sink.py"
_WARM: Final = 400  # requests before a measure that do not count: what is worked out once is worked out then
_LONGEST_WARMING: Final = 60.0  # seconds
_FLOOR_SECONDS: Final = 2.0
_FASTEST_FILING: Final = 700  # cases a second that can be filed, at most, before they run out
_START_SECONDS: Final = 300.0  # on a machine that does something else as well


@dataclass(frozen=True)
class Options:
    """`only` is a word of the measures wanted, empty for all; each is measured for so many seconds.

    `with_worker`: the worker runs beside the web server, as in production, and sends what is told into a mail sink.
    `customers` are those of the larger of two resellers, none for neither.
    `keeps`: a filled database stays for the next run, and a copy of it is measured.
    """

    seconds: float
    only: str
    accounts: int
    customers: int
    with_worker: bool
    keeps: bool


@dataclass(frozen=True)
class Site:
    """One filled database and what serves it; `worker` is none where nothing is delivered."""

    size: int
    url: str
    postgres: int
    web: int
    port: int
    bare_port: int
    worker: int | None
    options: Options


def measure_cases(
    report: Report, place: Path, cluster: PrivatePostgres, size: int, options: Options
) -> dict[str, float]:
    """Fill a database with `size` cases, measure, and return the p95 of each measure at eight clients, in ms."""
    port, bare_port, mail = free_port(), free_port(), free_port()
    ports = Ports(web=port, mail=mail, webhooks=free_port())
    url, made = _filled(place, cluster, size, ports, options)
    environment = environment_of(place, url, ports)
    prepared = _prepared(place, environment, options)
    print(f"{made['cases']:,} cases, {made['updates']:,} messages, {made['accounts']} accounts: {prepared.said}")
    with ExitStack() as stack:
        web = stack.enter_context(_running([sys.executable, "-m", "liaison", "serve"], environment, port, ROOT))
        stack.enter_context(_bare(environment, bare_port))
        worker = stack.enter_context(_worker(environment, mail)) if options.with_worker else None
        site = Site(size, url, _postmaster(place), web, port, bare_port, worker, options)
        slowest = {}
        bare = {clients: _asked(site, clients, [_BARE], bare_port)[0] for clients in CLIENTS}
        for measure in prepared.measures:
            if measure.asks and options.only in measure.name:
                slowest[measure.name] = _measure(report, site, measure, prepared.rows, bare)
    return slowest


_BARE: Final = Ask(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 200, b"<tr>", 50)


def _measure(report: Report, site: Site, measure: Measure, rows: list[Rows], bare: Mapping[int, Found]) -> float:
    asks = iter(measure.asks)
    for clients in CLIENTS:
        given = list(islice(asks, _filings(site.options, clients))) if measure.once else measure.asks
        found, cost = _asked(site, clients, given, site.port, once=measure.once)
        work = rows if measure.once else measure.statements
        floor_rate, floor_times = floor.run(site.url, clients, _FLOOR_SECONDS, work)
        beside = "" if site.worker is None else ", the worker runs"
        name = f"{measure.name}, {site.size:,} cases, {clients} client{'s' if clients > 1 else ''}{beside}"
        said = f"{found.asked} answers, all as they had to be, {found.bytes_each / 1000:.1f} kB each; {cost}"
        under = "its rows inserted and committed" if measure.once else "its own statements"
        row = report.row(name, "requests/s")
        row.value, row.peer = Measured(found.rate, said), Measured(bare[clients].rate, "bare Django, one query")
        row.floor = Measured(floor_rate, f"{under} by psycopg")
        for word, pick in (("median", statistics.median), ("95 % within", lambda times: share(times, 95))):
            row = report.row(f"{name}: {word}", "ms")
            row.value, row.peer = Measured(pick(found.times)), Measured(pick(bare[clients].times))
            row.floor = Measured(pick(floor_times))
        print(
            f"{name}: {rounded(found.rate)}/s, median {rounded(statistics.median(found.times))} ms, 95 % within"
            f" {rounded(share(found.times, 95))} ms; bare {rounded(bare[clients].rate)}/s,"
            f" SQL {rounded(floor_rate)}/s ({rounded(statistics.median(floor_times))} ms); {cost}",
            flush=True,
        )
    return share(found.times, 95)


def _filings(options: Options, clients: int) -> int:
    return _WARM + int(options.seconds * _FASTEST_FILING * (0.4 if clients == 1 else 1))


def _asked(site: Site, clients: int, asks: list[Ask], port: int, *, once: bool = False) -> tuple[Found, str]:
    """Ask, and say what each request has cost in processor time: the web server, PostgreSQL, and the load itself."""
    watched = (site.web, site.postgres) if site.worker is None else (site.web, site.postgres, site.worker)
    warming = list(islice(cycle(asks), _WARM))
    load.run(Load(port, max(CLIENTS), _LONGEST_WARMING, warming, once=True))  # by all, so that every thread has begun
    before = [seconds_of(one) for one in watched]
    found = load.run(Load(port, clients, site.options.seconds, asks[_WARM:] if once else asks, once))
    web, database, *worker = (
        (seconds_of(one) - first) / found.asked * 1000 for one, first in zip(watched, before, strict=True)
    )
    ran = "".join(f" and {one:.2f} ms worker" for one in worker)
    said = f"CPU {web:.2f} ms web and {database:.2f} ms PostgreSQL{ran} each"
    return found, f"{said}; the load took {found.cpu:.0%} of a core"


def _prepared(place: Path, environment: Mapping[str, str], options: Options) -> Prepared:
    file = place / "prepared"
    _program(environment, "asking.py", str(file), str(sum(_filings(options, clients) for clients in CLIENTS)))
    with file.open("rb") as opened:
        return pickle.load(opened)  # type: ignore[no-any-return]  # noqa: S301  # of our own program


def _program(environment: Mapping[str, str], *words: str) -> str:
    command = [sys.executable, str(_HERE / words[0]), *words[1:]]
    done = subprocess.run(command, env=dict(environment), cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def _filled(
    place: Path, cluster: PrivatePostgres, size: int, ports: Ports, options: Options
) -> tuple[str, dict[str, Any]]:
    """Return the address of a database with so many cases, and what is in it."""
    said = place / f"filled{size}.json"
    name = f"filled{size}"
    url = _address(cluster, name)
    if not said.exists():
        _database(cluster, name)
    environment = environment_of(place, url, ports)
    subprocess.run([sys.executable, "-m", "liaison", "prepare"], env=environment, cwd=ROOT, check=True, stdout=2)
    if not said.exists():
        said.write_text(
            _program(environment, "data.py", str(size), str(options.accounts), str(options.customers)).splitlines()[-1]
        )
    if options.keeps:
        url = _address(cluster, "measured")
        _database(cluster, "measured", f" TEMPLATE {name} STRATEGY file_copy")
    return url, json.loads(said.read_text())


def _address(cluster: PrivatePostgres, name: str) -> str:
    with psycopg.connect(cluster.url) as connection:
        return cluster.url.replace(f"/{connection.info.dbname}?", f"/{name}?")


def _database(cluster: PrivatePostgres, name: str, copied: str = "") -> None:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}{copied}".encode())


def _postmaster(place: Path) -> int:
    return int((place / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def _bare(environment: Mapping[str, str], port: int) -> Iterator[int]:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(os.cpu_count() or 1), "--log-level", "warning", "bare:application",
    ]  # fmt: skip
    with _running(command, environment, port, _HERE.parent / "health_parts") as process:
        yield process


@contextmanager
def _worker(environment: Mapping[str, str], mail: int) -> Iterator[int]:
    """Run the worker with a sink for its mails, and yield its process."""
    with ExitStack() as stack:
        with (Path(environment["LIAISON_VAR"]).parent / "sink").open("wb") as counts:
            sink = subprocess.Popen(
                [sys.executable, str(_SINK), "smtp", str(mail)], stdin=subprocess.DEVNULL, stdout=counts
            )
        stack.callback(end, sink)
        wait_until_open(mail, sink, _START_SECONDS)
        command = [sys.executable, "-m", "liaison", "worker"]
        running = subprocess.Popen(command, env=dict(environment), cwd=ROOT, stdin=subprocess.DEVNULL)
        stack.callback(end, running)
        yield running.pid


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path) -> Iterator[int]:
    """Run a web server and yield its process. Unless a worker runs, what is told waits in the database."""
    running = subprocess.Popen(command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL)
    try:
        wait_until_open(port, running, _START_SECONDS)
        yield running.pid
    finally:
        end(running)
