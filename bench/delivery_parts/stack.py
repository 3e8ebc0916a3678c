"""The real stack, as production has it: a private PostgreSQL that keeps what it commits, and `liaison up`."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from delivery_parts.processes import children, seconds_of
from delivery_parts.sinks import wait_until_open
from liaison.config.postgres import PrivatePostgres
from liaison.config.running import PREPARED

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "var" / "bench"
_KEPT = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMPDIR", "PG_BINDIR", "VIRTUAL_ENV", "PYTHON", "WEB_PROCESSES",
         "WORKER_PROCESSES")  # fmt: skip
WEBHOOKS = "webhooks"
_WEB = "liaison serve"
_STOP_SECONDS = 60
_START_SECONDS = 60.0
_QUIET_SECONDS = 0.4
_SWEEPS_SECONDS = 0.02  # what sweeps and heartbeats take in that time, also at rest


@dataclass(frozen=True)
class Ports:
    """Where the web listens, and where the sinks of mail and webhooks do."""

    web: int
    mail: int
    webhooks: int


@dataclass(frozen=True)
class Stack:
    """What runs. `keys` are the intake keys by language, and that of the account with a webhook."""

    port: int
    database_url: str
    postgres: int
    liaison: subprocess.Popen[bytes]
    keys: dict[str, str]

    def seconds(self) -> dict[str, float]:
        """Return the processor seconds that each part has taken so far."""
        web = seconds_of(*(pid for title, pid in self.parts().items() if title.startswith(_WEB)))
        return {
            "web": web,
            "worker": seconds_of(self.liaison.pid) - web,
            "PostgreSQL": seconds_of(self.postgres),
        }

    def parts(self) -> dict[str, int]:
        """Return the processes that the parent has forked, by their titles."""
        return children(self.liaison.pid)

    def wait_until_quiet(self, seconds: float = 30.0) -> None:
        """Return when the stack does nothing any more: what is recorded after the last mail belongs to it as well."""
        end = time.monotonic() + seconds
        before = sum(self.seconds().values())
        while time.monotonic() < end:
            time.sleep(_QUIET_SECONDS)
            now = sum(self.seconds().values())
            if now - before <= _SWEEPS_SECONDS:
                return
            before = now


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder on a disk for the time of a block; other users may pass through, as PostgreSQL needs."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="delivery-", dir=os.environ.get("BENCH_FOLDER", "/var/tmp")))  # noqa: S108
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def kept_folder(place: Path) -> Iterator[Path]:
    """Give a folder that stays, for what takes long to make."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    yield place


@contextmanager
def postgres(place: Path, *, watched: bool = False) -> Iterator[PrivatePostgres]:
    """Run a private PostgreSQL in `place`; `watched` counts its statements as well (pg_stat_statements)."""
    data = place / "postgres"
    data.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)  # PostgreSQL does not run as root
    cluster = PrivatePostgres(data)
    cluster.start()
    try:
        if watched:
            _watch(cluster)
        yield cluster
    finally:
        cluster.stop()


def durability(url: str) -> str:
    """Say whether a commit is on the disk before it is answered."""
    names = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "server_version")
    with psycopg.connect(url, autocommit=True) as connection:
        found = {name: str((connection.execute(f"SHOW {name}").fetchone() or [""])[0]) for name in names}
    return ", ".join(f"{name} {value}" for name, value in found.items())


@contextmanager
def liaison(
    place: Path, cluster: PrivatePostgres, ports: Ports, *, window: int = 0, entries: int = 0
) -> Iterator[Stack]:
    """Bring the database up to date, fill it, and run web and worker, as one tree of processes, around a block.

    `window` is that of bundles, in seconds; without one each alert makes a mail of its own. `entries` more accounts
    have one alert contact each; their keys are named by their numbers.
    """
    url = _database_with(cluster, entries) if entries else cluster.url
    environment = {**environment_of(place, url, ports), "BUNDLE_SECONDS": str(window)}
    subprocess.run(_command("prepare"), env=environment, cwd=ROOT, check=True)
    hook = f"http://127.0.0.1:{ports.webhooks}/hook"
    seeded = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("seed.py")), hook, str(entries)],
        env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    running = subprocess.Popen(_command("up", PREPARED), env=environment, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        wait_until_open(ports.web, running, _START_SECONDS)
        yield Stack(
            port=ports.web,
            database_url=url,
            postgres=_postmaster(place),
            liaison=running,
            keys=json.loads(seeded.stdout),
        )
    finally:
        _end(running)


def environment_of(place: Path, url: str, ports: Ports) -> dict[str, str]:
    """Return the environment of a production installation: nothing of the caller's settings, own ports."""
    # A copy of the sources without the files of `node_modules` cannot store them under their hashes.
    plain = {} if (ROOT / "liaison" / "web" / "static" / "vendor").exists() else {"LIAISON_PLAIN_STATIC": "1"}
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(_KEPT)},
        **plain,
        "PYTHONPATH": str(ROOT),
        "LIAISON_DEBUG": "0",
        "LIAISON_VAR": str(place / "var"),
        "DATABASE_URL": url,
        "LISTEN_PORT": str(ports.web),
        "PORTAL_URL": "https://portal.operator.test",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(ports.mail),
        # The sink of the webhooks is on this machine, where webhooks usually may not go.
        "HTTP_ALLOWED_NETWORKS": "127.0.0.1/32",
        "HTTP_ALLOWED_PORTS": str(ports.webhooks),
    }


def _database_with(cluster: PrivatePostgres, entries: int) -> str:
    """Make a database of its own for so many entries, and return its address."""
    name = f"entries{entries}"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        known = connection.info.dbname
    return cluster.url.replace(f"/{known}?", f"/{name}?")


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "liaison", *words]


def _postmaster(place: Path) -> int:
    return int((place / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def _watch(cluster: PrivatePostgres) -> None:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    cluster.stop()
    cluster.start()
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        # Known only now that the library is loaded: unprepared statements cost more to plan than to run.
        connection.execute("ALTER SYSTEM SET pg_stat_statements.track_planning = on")
        connection.execute("SELECT pg_reload_conf()")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    if process.poll() is None:
        process.kill()
        process.wait()
