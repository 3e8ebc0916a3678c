"""Keeping processes alive: each restarts on any exit, and all stop in order. Works without Django."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from liaison.config.forking import SUPERVISED_BY, Forked, fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_ROUND = 0.1
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_HEALTHY_AFTER = 30.0


@dataclass
class Child:
    """One process to keep alive: a command line, or a function that is run in a fork of this process.

    `grace` is how many seconds it has to finish its work when it is stopped. Neighbours of the same `turn` are asked
    to stop together, each of the others only when the one before it has ended.
    """

    name: str
    work: Sequence[str] | Callable[[], object]
    grace: float = 30.0
    turn: str = ""
    process: subprocess.Popen[bytes] | Forked | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = _FIRST_PAUSE


@dataclass(frozen=True)
class Care:
    """Something to look after beside the children, every `every` seconds: the private database."""

    name: str
    every: float
    look: Callable[[], None]


class Supervisor:
    """Runs children in the given order and stops them in that order too: the web first, then the worker.

    `let_go` runs in each forked child and closes there what belongs to this process alone.
    """

    def __init__(
        self,
        children: Sequence[Child],
        cares: Sequence[Care] = (),
        *,
        let_go: Callable[[], object] | None = None,
    ) -> None:
        self._children = children
        self._cares = cares
        self._let_go = let_go
        self._next_look = {care.name: 0.0 for care in cares}

    def run(self, stop: threading.Event) -> None:
        """Keep everything running until `stop` is set; then stop all children, and return."""
        try:
            while not stop.is_set():
                self.look(time.monotonic())
                stop.wait(_ROUND)
        finally:
            self.stop()

    def look(self, now: float) -> None:
        """Go round once. `now` is monotonic seconds."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                _note_exit(child, now)
            if child.process is None and now >= child.start_again_at:
                self._start(child, now)
        for care in self._cares:
            if now >= self._next_look[care.name]:
                self._next_look[care.name] = now + care.every
                _look_after(care)

    def stop(self) -> None:
        for _turn, together in groupby(self._children, key=lambda child: child.turn or child.name):
            running = [child for child in together if child.process is not None]
            for child in running:
                if child.process is not None:
                    child.process.terminate()
            for child in running:
                if child.process is not None:
                    end(child.process, child.grace)
                    child.process = None

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children if child.process is not None}

    def _start(self, child: Child, now: float) -> None:
        work = child.work
        child.process = fork(f"liaison {child.name}", work, self._let_go) if callable(work) else _execute(work)
        child.started_at = now


def liaison(*words: str) -> list[str]:
    """Return the command line that runs another `liaison` command with this Python."""
    return [sys.executable, "-m", "liaison", *words]


def end(process: subprocess.Popen[bytes] | Forked, grace: float) -> None:
    """Ask a process to stop, and after `grace` seconds kill it together with what it started."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        say(f"process {process.pid} did not stop in {grace:.0f} s and is killed")
        process.kill()
    # Also after a good end: a process of its group that stayed behind would hold the port or a lease.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set; a second signal does nothing more."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(line: str) -> None:
    """Tell the operator something, on standard error."""
    sys.stderr.write(f"liaison: {line}\n")
    sys.stderr.flush()


def _execute(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops things in order.
    return subprocess.Popen(  # noqa: S603  # the command is one of ours
        list(command),
        env={**os.environ, SUPERVISED_BY: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _note_exit(child: Child, now: float) -> None:
    if child.process is None:
        return
    code = child.process.returncode
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    if now - child.started_at >= _HEALTHY_AFTER:
        child.pause = _FIRST_PAUSE
    say(f"{child.name} ended with {code}; it starts again in {child.pause:g} s")
    child.process = None
    child.start_again_at = now + child.pause
    child.pause = min(child.pause * 2, _LONGEST_PAUSE)


def _look_after(care: Care) -> None:
    try:
        care.look()
    except Exception as problem:  # noqa: BLE001  # the supervisor outlives whatever it looks after
        say(f"{care.name}: {problem}")
