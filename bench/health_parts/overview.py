"""How long the overview of all integrations takes, next to a bare Django page with one query on the same server.

As a program, `python overview.py SIZE` in the environment of an empty database that is up to date: makes SIZE
integrations, each with how it stands, signs a member of staff in, and prints that cookie as JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from delivery_parts.processes import end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from delivery_parts.report import Report

    from liaison.config.postgres import PrivatePostgres

ROOT: Final = Path(__file__).resolve().parents[2]
REQUESTS: Final = 60
WARM: Final = 10
_START_SECONDS: Final = 60.0
_PAGES: Final = {
    "the worst first": "",
    "the tenth page": "",  # filled with a place found on the way
    "by error rate": "?order=error_rate",
    "searched by name": "?q=bench-77",
    "without data": "?level=no_data",
}
# One in fifty is in trouble, one in ten is silent, and no two began at the same moment.
_STANDINGS: Final = """
INSERT INTO detection_standing (environment_id, level, since, calls, errors, latency_ms, last_call, judged_at)
SELECT environment.id, CASE WHEN number %% 50 = 0 THEN 1 + number %% 3 ELSE 0 END,
    %(now)s - number * interval '1 second', CASE WHEN number %% 10 = 3 THEN 0 ELSE 600 + number %% 400 END,
    CASE WHEN number %% 10 = 3 THEN 0 ELSE number %% 40 END,
    120 + number %% 300, %(now)s - (number %% 90) * interval '1 minute', %(now)s
FROM (SELECT id, name, row_number() OVER (ORDER BY id) AS number FROM integrations_environment) AS environment
"""


def measure_overview(
    report: Report, place: Path, cluster: PrivatePostgres, *, sizes: Sequence[int], rounds: int
) -> None:
    """Measure both in turns, `rounds` times, for each number of integrations; numbers are milliseconds a page."""
    from delivery_parts.report import Measured  # noqa: PLC0415  # not there for the program below
    from delivery_parts.sinks import free_port  # noqa: PLC0415  # as above
    from delivery_parts.stack import Ports, environment_of  # noqa: PLC0415  # as above

    for size in sizes:
        url = _database(cluster, f"overview{size}")
        ports = Ports(web=free_port(), mail=free_port(), webhooks=free_port())
        environment = environment_of(place, url, ports)
        cookie = _prepare(environment, size)
        bare_port = free_port()
        ours: dict[str, list[float]] = {name: [] for name in _PAGES}
        floor: list[float] = []
        with _serving(environment, ports.web), _bare(environment, bare_port):
            pages = {**_PAGES, "the tenth page": _tenth(ports.web, cookie)}
            for _round in range(rounds):
                floor += _times(bare_port, "/", {})
                for name, query in pages.items():
                    ours[name] += _times(ports.web, f"/u/0/monitoring/overview/{query}", {"Cookie": cookie})
        for name, found in ours.items():
            row = report.row(f"overview of {size:,} integrations, {name}", "ms")
            row.value = Measured(statistics.median(found), f"{_spread(found)}, one request at a time")
            row.floor = Measured(statistics.median(floor), f"{_spread(floor)}, bare Django with one query of 50 rows")


def main() -> None:
    """Fill the database of the environment."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import seed  # type: ignore[import-not-found]  # noqa: PLC0415  # beside this file; it sets Django up
    from django.conf import settings  # noqa: PLC0415  # after the set-up
    from django.db import connection  # noqa: PLC0415  # as above

    from liaison.accounts.models import Identity  # noqa: PLC0415  # as above
    from liaison.accounts.testing import sign_in  # noqa: PLC0415  # as above
    from liaison.lib.clock import utc_now  # noqa: PLC0415  # as above

    seed.fill(int(sys.argv[1]))
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {"now": utc_now()})
        cursor.execute("ANALYZE")
    settings.ALLOWED_HOSTS.append("testserver")
    client = sign_in(_client(), Identity.objects.get(name="Ada Marchetti"))
    print(json.dumps("; ".join(f"{name}={one.value}" for name, one in client.cookies.items())))


def _client() -> Any:
    from django.test import Client  # noqa: PLC0415  # after the set-up

    return Client()


def _times(port: int, path: str, headers: Mapping[str, str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for number in range(WARM + REQUESTS):
        begun = time.perf_counter()
        _get(connection, path, headers)
        if number >= WARM:
            found.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return found


def _get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> str:
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read().decode()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status} {answer.headers.get('Location', '')}")
    return body


def _tenth(port: int, cookie: str) -> str:
    """Return the query of the tenth page, found by following the links to the next one."""
    connection, query = http.client.HTTPConnection("127.0.0.1", port, timeout=60), ""
    for _page in range(9):
        body = _get(connection, f"/u/0/monitoring/overview/{query}", {"Cookie": cookie})
        query = "?" + body.split('rel="next" href="?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    connection.close()
    return query


def _spread(found: list[float]) -> str:
    ordered = sorted(found)
    most = ordered[len(found) * 95 // 100]
    return f"{len(found)} pages, {ordered[0]:.1f} to {ordered[-1]:.1f} ms, 95 % within {most:.1f}"


def _prepare(environment: Mapping[str, str], size: int) -> str:
    subprocess.run([sys.executable, "-m", "liaison", "prepare"], env=environment, cwd=ROOT, check=True, stdout=2)
    seeded = [sys.executable, __file__, str(size)]
    done = subprocess.run(seeded, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return str(json.loads(done.stdout.splitlines()[-1]))


def _database(cluster: PrivatePostgres, name: str) -> str:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        known = connection.info.dbname
    return cluster.url.replace(f"/{known}?", f"/{name}?")


@contextmanager
def _serving(environment: Mapping[str, str], port: int) -> Iterator[None]:
    """Run the web server without the worker: it would judge rules meanwhile."""
    with _running([sys.executable, "-m", "liaison", "serve"], environment, port, ROOT):
        yield


@contextmanager
def _bare(environment: Mapping[str, str], port: int) -> Iterator[None]:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(os.cpu_count() or 1), "--log-level", "warning", "bare:application",
    ]  # fmt: skip
    with _running(command, environment, port, Path(__file__).resolve().parent):
        yield


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], port: int, folder: Path) -> Iterator[None]:
    from delivery_parts.sinks import wait_until_open  # noqa: PLC0415  # not there for the program above

    running = subprocess.Popen(command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL)
    try:
        wait_until_open(port, running, _START_SECONDS)
        yield
    finally:
        end(running)


if __name__ == "__main__":
    main()
