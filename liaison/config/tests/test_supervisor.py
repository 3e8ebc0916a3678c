"""Processes restart on any exit and stop in order (design: "Processes")."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from liaison.config.forking import SUPERVISED_BY
from liaison.config.supervisor import Care, Child, Supervisor, end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STAY = "import time\nwhile True: time.sleep(0.05)"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\n{STAY}"
NOTE_THE_END = """
import signal, sys, time
def leave(*_):
    open(sys.argv[1], "a").write(sys.argv[2] + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
open(sys.argv[1] + "." + sys.argv[2], "w").close()
while True: time.sleep(0.05)
"""


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    end_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end_at, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  # a zombie still has a number
        return file.read().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("code", ["raise SystemExit(0)", "raise SystemExit(3)", "import os; os.abort()"])
def test_a_child_starts_again_whatever_its_exit_code(code: str, tmp_path: Path) -> None:
    ledger = tmp_path / "starts"
    child = Child("child", python(f"open({str(ledger)!r}, 'a').write('x')\n{code}"))
    supervisor = Supervisor([child])
    try:
        for hour in (1, 2, 3):
            supervisor.look(hour * 3600)  # notes that it ended
            supervisor.look(hour * 3600 + 60)  # starts it again
            assert child.process is not None
            child.process.wait()
            assert ledger.read_text() == "x" * hour
    finally:
        supervisor.stop()


def test_the_pause_before_a_restart_grows_and_is_bounded(tmp_path: Path) -> None:
    child = Child("child", python("raise SystemExit(1)"))
    supervisor = Supervisor([child])
    pauses = []
    moment = 0.0
    for _ in range(9):
        supervisor.look(moment)
        assert child.process is not None
        child.process.wait()
        supervisor.look(moment)
        pauses.append(child.start_again_at - moment)
        supervisor.look(child.start_again_at - 0.01)
        assert child.process is None
        moment = child.start_again_at
    supervisor.stop()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_lived_long_starts_again_at_once() -> None:
    child = Child("child", python("raise SystemExit(1)"), pause=30)
    supervisor = Supervisor([child])
    supervisor.look(0)
    assert child.process is not None
    child.process.wait()
    supervisor.look(3600)
    assert child.start_again_at - 3600 == 0.5


def test_children_stop_in_order_each_before_the_next(tmp_path: Path, stop: threading.Event) -> None:
    ledger = tmp_path / "ends"
    children = [Child(name, python(NOTE_THE_END, str(ledger), name)) for name in ("web", "worker")]
    supervisor = Supervisor(children)
    thread = threading.Thread(target=supervisor.run, args=[stop])
    thread.start()
    wait_for(lambda: all((tmp_path / f"ends.{name}").exists() for name in ("web", "worker")))
    pids = supervisor.pids()
    stop.set()
    thread.join(10)
    assert ledger.read_text() == "web\nworker\n"
    assert not any(is_alive(pid) for pid in pids.values())


def test_those_of_one_turn_are_all_asked_before_any_is_waited_for(tmp_path: Path, stop: threading.Event) -> None:
    ledger = tmp_path / "ends"
    code = STUBBORN.replace("print('ready', flush=True)", f"open({str(ledger)!r} + '.slow', 'w')")
    slow = Child("slow", python(code), grace=3, turn="worker")
    quick = Child("quick", python(NOTE_THE_END, str(ledger), "quick"), turn="worker")
    supervisor = Supervisor([slow, quick])
    supervisor.look(0)
    wait_for(lambda: all((tmp_path / f"ends.{name}").exists() for name in ("slow", "quick")))
    stopping = threading.Thread(target=supervisor.stop)
    stopping.start()
    wait_for(ledger.exists, seconds=2.5)  # while the slow one still has its grace
    stopping.join(10)
    assert slow.process is None


def test_a_child_that_will_not_stop_is_killed_with_what_it_started() -> None:
    code = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {STAY!r}])\n{STUBBORN}"
    process = subprocess.Popen(python(code), start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    end(process, grace=0.2)
    assert process.returncode == -signal.SIGKILL
    # The grandchild held the pipe too: it closes only when both are gone.
    assert process.stdout.read() == b""
    process.stdout.close()


def test_a_failing_care_does_not_end_the_supervisor(capsys: pytest.CaptureFixture[str]) -> None:
    looks = []

    def look() -> None:
        looks.append(1)
        raise RuntimeError("no database")

    supervisor = Supervisor([], [Care("database", 2, look)])
    for moment in (0.0, 1.0, 2.0, 3.9, 4.0):
        supervisor.look(moment)
    assert len(looks) == 3
    assert "no database" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no parent-death signal")
def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    follow = "from liaison.config.forking import follow_supervisor\nfollow_supervisor()"
    child = f"{follow}\nprint('up', flush=True)\n{STAY}"
    parent = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {child!r}], env={{**os.environ, {SUPERVISED_BY!r}: str(os.getpid())}})
{STAY}
"""
    process = subprocess.Popen(python(parent), stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.kill()
    process.wait()
    assert process.stdout.read() == b""  # the pipe closes when the child is gone as well
    process.stdout.close()
