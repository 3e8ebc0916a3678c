"""The `liaison` command, run as a person runs it (issue 2, points 3 and 4)."""

from __future__ import annotations

import fcntl
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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from liaison.config import command
from liaison.config.postgres import PrivatePostgres
from liaison.config.postgres_home import settle
from liaison.config.running import TRY_AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIAISON = [sys.executable, "-m", "liaison"]
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))
START_WITHIN = 300  # on a machine that does much else
PARTS = {"liaison serve worker-1", "liaison serve worker-2", "liaison deliver 1", "liaison deliver 2", "liaison tick"}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LIAISON, *words], env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_words_it_lists_its_commands() -> None:
    answer = run()
    assert answer.returncode == 0
    for name in (*command.COMMANDS, "doctor", "plan", "check", "migrate"):
        assert f"\n  {name}" in answer.stdout


def test_it_refuses_a_setting_that_cannot_be_read_and_says_which() -> None:
    answer = run("check", WORKER_PROCESSES="none")
    assert answer.returncode == 1
    assert "WORKER_PROCESSES='none'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_it_does_not_share_a_port_with_another_program() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run("serve", LISTEN_PORT=str(port))
    assert answer.returncode == 1
    assert f"another program listens on 127.0.0.1:{port}" in answer.stderr


def test_a_database_that_is_not_there_yet_is_told_from_one_that_refuses() -> None:
    answer = run("prepare", DATABASE_URL="postgresql:///liaison?host=/nowhere")
    assert answer.returncode == TRY_AGAIN
    assert "the database does not answer" in answer.stderr


class Portal:
    """A whole installation in a folder of its own, run by `liaison up`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"LIAISON_VAR": str(folder), "LISTEN_PORT": str(self.port), "LIAISON_PLAIN_STATIC": "1"}
        self.log = (folder / "log").open("w+b")
        self.process = subprocess.Popen([*LIAISON, "up"], env=environment, stderr=self.log, stdout=self.log)

    def is_ready(self) -> bool:
        try:
            with LOCAL.open(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_for(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + START_WITHIN
        while not condition():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.1)

    def descendants(self) -> set[int]:
        """Return the processes below ours, as /proc tells."""
        parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def parts(self) -> dict[str, int]:
        """Return the processes that the parent has forked, by their titles."""
        ours = {pid: command_line(pid).rstrip(b"\0 ").decode() for pid in self.descendants()}
        return {title: pid for pid, title in ours.items() if title.startswith("liaison ")}

    def postmaster(self) -> int:
        return int((self.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    def database(self) -> str:
        return PrivatePostgres(self.folder / "postgres").url


def parent_of(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return -1


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with running_portal(tmp_path / "var") as running:
        yield running


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One installation for tests that leave it whole, and for the last of them, which kills it."""
    with running_portal(tmp_path_factory.mktemp("lasting") / "var") as running:
        yield running


@contextmanager
def running_portal(folder: Path) -> Iterator[Portal]:
    folder.mkdir()
    running = Portal(folder)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(60)
        running.log.close()
        home, _owner = settle(folder / "postgres")
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_everything_starts_survives_kill_9_and_stops_cleanly(portal: Portal) -> None:
    portal.wait_for(portal.is_ready)

    portal.wait_for(lambda: set(portal.parts()) == PARTS)
    for title in sorted(PARTS):
        before = portal.parts()
        os.kill(before[title], signal.SIGKILL)
        killed_at = time.monotonic()
        portal.wait_for(lambda: portal.parts().get(title, before[title]) != before[title])  # noqa: B023  # used at once
        assert time.monotonic() - killed_at < 2
        assert {name: pid for name, pid in portal.parts().items() if name != title}.items() <= before.items()
    portal.wait_for(portal.is_ready)

    first = portal.postmaster()
    os.kill(first, signal.SIGKILL)
    portal.wait_for(lambda: not portal.is_ready())
    portal.wait_for(portal.is_ready)

    second, children = portal.postmaster(), portal.descendants()
    assert second != first
    portal.process.terminate()
    assert portal.process.wait(60) == 0
    assert {pid for pid in children if is_running(pid)} == set()
    assert not is_running(second)
    assert not (portal.folder / "postgres" / "data" / "postmaster.pid").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_all_are_forks_of_one_parent_that_has_neither_threads_nor_connections(lasting: Portal) -> None:
    lasting.wait_for(lasting.is_ready)
    lasting.wait_for(lambda: set(lasting.parts()) == PARTS)
    parent = lasting.process.pid
    program = Path(f"/proc/{parent}/exe").readlink()
    parts = lasting.parts()
    for pid in parts.values():
        assert parent_of(Path(f"/proc/{pid}/stat")) == parent
        assert Path(f"/proc/{pid}/exe").readlink() == program
        # Pages of the parent's, which a program started anew would not have.
        assert shared_anonymous(pid) > 20 * 1024
    assert os.listdir(f"/proc/{parent}/task") == [str(parent)]  # noqa: PTH208  # names are all that is wanted
    assert not sockets_of(parent)
    held = [sockets_of(pid) for pid in parts.values()]
    assert all(held)
    assert not any(one & other for number, one in enumerate(held) for other in held[:number])
    with psycopg.connect(lasting.database()) as connection:
        clients = connection.execute("SELECT pid FROM pg_stat_activity WHERE client_port IS NOT NULL").fetchall()
    assert len(clients) > len(parts)  # each has at least one of its own, and this is ours


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs Debian's prometheus")
def test_prometheus_reads_what_all_processes_counted(lasting: Portal, tmp_path: Path) -> None:
    """Issue 5, point 9: web processes and ticker, also after one of them was killed."""
    lasting.wait_for(lasting.is_ready)
    lasting.wait_for(lambda: set(lasting.parts()) == PARTS)
    asked = 40
    for _ in range(asked):
        LOCAL.open(f"http://127.0.0.1:{lasting.port}/healthz", timeout=5).close()
    os.kill(lasting.parts()["liaison serve worker-1"], signal.SIGKILL)
    lasting.wait_for(lambda: set(lasting.parts()) == PARTS)
    (folder,) = (path for path in (lasting.folder / "metrics").iterdir() if path.is_dir())
    assert len({path.stem.rpartition("_")[2] for path in folder.glob("counter_*.db")}) > 1
    with prometheus(lasting.port, tmp_path) as ask:
        lasting.wait_for(lambda: ask('sum(liaison_requests_total{route="healthz"})') >= asked)
        escalations = 'time() - liaison_ticker_job_last_success_timestamp_seconds{job_name="escalations"}'
        lasting.wait_for(lambda: 0 <= ask(escalations) < 30)  # seconds
        assert ask("liaison_database_up") == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_none_stays_when_the_parent_is_killed(lasting: Portal) -> None:
    """It stands behind the other tests of this installation, which it ends."""
    lasting.wait_for(lasting.is_ready)
    lasting.wait_for(lambda: set(lasting.parts()) == PARTS)
    parts = lasting.parts().values()
    lasting.process.kill()
    lasting.process.wait()
    deadline = time.monotonic() + 15
    while any(is_running(pid) for pid in parts):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def prometheus(port: int, folder: Path) -> Iterator[Callable[[str], float]]:
    """Run a Prometheus that scrapes the port each second; yield what asks it for one number, -1 where there is none."""
    own = free_port()
    config = folder / "prometheus.yml"
    target = {"job_name": "liaison", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    config.write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": [target]}))
    words = [
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{own}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        running = subprocess.Popen(["prometheus", *words], stdout=log, stderr=log)
    try:
        yield lambda query: _number(f"http://127.0.0.1:{own}/api/v1/query?query={quote(query)}")
    finally:
        running.terminate()
        running.wait(30)


def _number(address: str) -> float:
    try:
        with LOCAL.open(address, timeout=5) as answer:
            found = json.load(answer)["data"]["result"]
    except (urllib.error.URLError, OSError):
        return -1.0
    return float(found[0]["value"][1]) if found else -1.0


def shared_anonymous(pid: int) -> int:
    """Return how many KiB of a process' own memory are other processes' as well."""
    rows = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    sizes = {row[0]: int(row[1]) for row in rows}
    return sizes["Anonymous:"] - sizes["Private_Dirty:"]


def sockets_of(pid: int) -> set[str]:
    links = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            links.add(str(handle.readlink()))
    return {link for link in links if link.startswith("socket:")}


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_running(pid: int) -> bool:
    return bool(command_line(pid))


def test_the_demo_does_not_play_against_somebody_elses_server(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        answer = run("demo", "--once", "--port", port, LIAISON_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert f"another program listens on port {port}" in answer.stderr


def test_a_second_demo_of_the_same_checkout_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "demo" / "liaison_demo_once"
    folder.mkdir(parents=True)
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = run("demo", "--once", LIAISON_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert "a demo is running already" in answer.stderr
