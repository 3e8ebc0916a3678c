"""How many health checks a second one ticker makes: the real prober, a PostgreSQL that keeps what it commits.

`make bench-probes`. Options are environment variables: CHECKS=10000 that are due, SECONDS=15 of asking, THREADS=16.
The server that is asked runs in a process of its own and answers at once, so this is what our side can do at most:
a partner that takes 200 ms keeps a thread busy for 200 ms. Writes `var/bench/probes.json`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

_INTEGRATIONS = """
INSERT INTO integrations_integration (public_id, account_id, kind, stage, status, created_at)
SELECT lpad(number::text, 14, '0'), account.id, 'bench' || number, 'integrating', '', now()
FROM generate_series(1, %s) AS number, (SELECT id FROM accounts_account LIMIT 1) AS account
"""
_ENVIRONMENTS = """
INSERT INTO integrations_environment (integration_id, name) SELECT id, 'production' FROM integrations_integration
"""
_CHECKS = """
INSERT INTO probes_healthcheck (public_id, environment_id, url, interval_seconds, timeout_seconds, is_on, next_at,
    last_outcome, failed_in_a_row, unanswered_in_a_row, healthy_in_a_row, created_at)
SELECT lpad(id::text, 14, '0'), id, %s, 60, 10, true, now() + interval '1 hour', '', 0, 0, 0, now()
FROM integrations_environment
"""


def main() -> None:
    """Start a database and a server, measure in a process of its own, print and write the numbers."""
    from delivery_parts.stack import RESULTS, durability, folder, postgres  # noqa: PLC0415  # not in the children

    with folder() as place, postgres(place) as cluster:
        print(f"PostgreSQL: {durability(cluster.url)}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        environment = {**os.environ, "DATABASE_URL": cluster.url, "LIAISON_PLAIN_STATIC": "1"}
        subprocess.run([sys.executable, "-m", "liaison", "migrate"], env=environment, cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        server = subprocess.Popen([sys.executable, __file__, "server"], stdout=subprocess.PIPE, text=True)
        try:
            port = (server.stdout.readline() if server.stdout else "").strip()
            measured = subprocess.run([sys.executable, __file__, "prober", port], env=environment, cwd=ROOT,
                                      check=True, stdout=subprocess.PIPE)  # fmt: skip
        finally:
            server.terminate()
            server.wait()
        numbers = json.loads(measured.stdout)
        print("  ".join(f"{name}: {value}" for name, value in numbers.items()))
        (RESULTS / "probes.json").write_text(json.dumps(numbers, indent=1))


def serve() -> None:
    """Answer 204 to everything, and print the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


def probe(port: str) -> None:
    """Let the prober ask for some seconds, and print what it did as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    import django  # noqa: PLC0415  # only in this process

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from liaison.accounts.testing import make_partner  # noqa: PLC0415
    from liaison.lib.clock import utc_now  # noqa: PLC0415
    from liaison.lib.http.testing import LOOPBACK  # noqa: PLC0415
    from liaison.probes.prober import Prober  # noqa: PLC0415

    threads, seconds = int(os.environ.get("THREADS", "16")), float(os.environ.get("SECONDS", "15"))
    make_partner()
    with connection.cursor() as cursor:
        cursor.execute(_INTEGRATIONS, [int(os.environ.get("CHECKS", "10000"))])
        cursor.execute(_ENVIRONMENTS)
        cursor.execute(_CHECKS, [f"http://127.0.0.1:{port}/"])
        cursor.execute("ANALYZE")
        cursor.execute("UPDATE probes_healthcheck SET next_at = now()")
    prober = Prober(threads=threads, guard=LOOPBACK, pass_seconds=seconds)
    begin, cpu = perf_counter(), process_time()
    kept = prober.run(utc_now())
    took = perf_counter() - begin
    numbers = {
        "checks": kept,
        "seconds": round(took, 2),
        "checks_per_second": round(kept / took, 1),
        "processor_ms_per_check": round(1000 * (process_time() - cpu) / max(kept, 1), 2),
        "threads": threads,
    }
    print(json.dumps(numbers))


if __name__ == "__main__":
    if sys.argv[1:] == ["server"]:
        serve()
    elif sys.argv[1:2] == ["prober"]:
        probe(sys.argv[2])
    else:
        main()
