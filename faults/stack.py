"""The stack under test: a private PostgreSQL with fsync, `liaison serve` and `liaison worker`, as they are in use."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from faults.house import House
from faults.places import ROOT
from faults.processes import descendants, send
from liaison.config.postgres import PrivatePostgres

LEASE_SECONDS = 5
_START_SECONDS = 60.0
_OURS = (
    "ALLOWED_", "BEHIND_", "DATABASE_", "DEAD_", "DELIVERY_", "DJANGO_", "HTTP_", "INTAKE_", "LIAISON_", "MAIL_",
    "MESSAGE_", "OPERATOR_", "PG", "PORTAL_", "SMTP_", "WEB", "WORKER_",
)  # fmt: skip
"""Settings that somebody may have set in this shell; none of them reaches the stack."""


class Stack:
    """One installation in `folder`. Mail goes to `smtp_port`, webhooks to `hook_port`, both on 127.0.0.1."""

    def __init__(self, folder: Path, *, smtp_port: int, hook_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.cluster = PrivatePostgres(folder / "postgres")
        self._smtp_port, self._hook_port = smtp_port, hook_port
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.house = House()

    def start(self) -> None:
        """Start everything from nothing, with people in it."""
        self.cluster.start()
        self._run("-m", "liaison", "prepare")
        self.house = House.of(json.loads(self._run("-m", "faults.house", str(self._hook_port))))
        self.start_web()
        self.start_worker()

    def stop(self) -> None:
        for name in list(self._processes):
            self.end(name)
        self.cluster.stop()
        shutil.rmtree(self.cluster.home, ignore_errors=True)

    def start_web(self) -> None:
        self._spawn("web", "serve")
        self._wait_until_ready()

    def start_worker(self) -> None:
        self._spawn("worker", "worker")
        end = time.monotonic() + _START_SECONDS
        while len(self.deliverers()) < 2 and time.monotonic() < end:  # noqa: PLR2004  # WORKER_PROCESSES below
            time.sleep(0.05)

    def end(self, name: str) -> None:
        """Stop `web` or `worker` with SIGTERM, as systemd does; with SIGKILL if it takes too long."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        send(descendants(process.pid), signal.SIGCONT)
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            send([*descendants(process.pid), process.pid], signal.SIGKILL)
            process.wait()

    def deliverers(self) -> list[int]:
        """Return the pids of the delivery processes."""
        return self._below("worker", "liaison deliver")

    def web_workers(self) -> list[int]:
        """Return the pids of the processes that answer requests."""
        return self._below("web", "liaison serve worker")

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect to the database, to break it or to wait; never to judge."""
        return psycopg.connect(self.cluster.url, autocommit=True, connect_timeout=5)

    def stop_database(self, number: signal.Signals) -> None:
        """Stop PostgreSQL: SIGINT ends sessions, SIGQUIT is as hard as a crash. Returns when it is gone."""
        pid_file = self.cluster.home / "data" / "postmaster.pid"
        postmaster = int(pid_file.read_text().split("\n", 1)[0])
        os.kill(postmaster, number)
        while Path(f"/proc/{postmaster}").exists():
            time.sleep(0.05)

    def unsettled(self) -> int:
        """Return how many deliveries have not reached a final state."""
        with self.connect() as connection:
            row = connection.execute("SELECT count(*) FROM notifications_delivery WHERE finished_at IS NULL").fetchone()
        return int(row[0]) if row else 0

    def doctor_says(self, problem: str) -> bool:
        """Say whether `liaison doctor` reports a problem that begins with these words."""
        done = subprocess.run(
            [sys.executable, "-m", "liaison", "doctor"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        lines = (line.split(maxsplit=1) for line in done.stdout.splitlines())
        return any(line[0] == "PROBLEM" and line[1].startswith(problem) for line in lines if len(line) > 1)

    def ask(self, path: str) -> Any:
        """Return what the API answers a member of staff."""
        request = urllib.request.Request(  # noqa: S310  # our own server
            f"{self.address}/api/v1{path}", headers={"Authorization": f"Bearer {self.house.staff_token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # as above
            return json.load(answer)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        binaries = {"PG_BINDIR": os.environ["PG_BINDIR"]} if "PG_BINDIR" in os.environ else {}
        return {
            **kept,
            **binaries,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "liaison.config.settings",
            "DATABASE_URL": self.cluster.url,
            "LIAISON_VAR": str(self.folder / "var"),
            "LIAISON_PLAIN_STATIC": "1",
            "LISTEN_PORT": str(self.port),
            "PORTAL_URL": self.address,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self._smtp_port),
            "SMTP_TIMEOUT_SECONDS": "3",
            "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
            "BUNDLE_SECONDS": "0",  # each event is to be found in a message of its own
            "HTTP_ALLOWED_NETWORKS": "127.0.0.1/32",
            "HTTP_ALLOWED_PORTS": "1-65535",
            "HTTP_TIMEOUT_SECONDS": "3",
            "WORKER_PROCESSES": "2",
            "WEB_PROCESSES": "2",
            "LOG_LEVEL": "WARNING",
        }

    def _below(self, name: str, words: str) -> list[int]:
        process = self._processes.get(name)
        found = descendants(process.pid) if process else {}
        return sorted(pid for pid, line in found.items() if words in line)

    def _spawn(self, name: str, word: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "liaison", word],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _run(self, *words: str) -> str:
        """Run one command to its end and return what it printed; raises CalledProcessError."""
        with (self.folder / "setup.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, *words], cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, check=True
            )
        return done.stdout.decode()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{self.address}/readyz", timeout=5).close()  # noqa: S310  # our own server
                return
            time.sleep(0.1)
        raise TimeoutError("the web server did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
