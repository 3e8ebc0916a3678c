"""Keeping processes alive: each restarts on any exit, and all stop in order. Works without Django."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SUPERVISED_BY = "LIAISON_SUPERVISED_BY"
_ROUND = 0.1
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_HEALTHY_AFTER = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process to keep alive. `grace` is how many seconds it has to finish its work when it is stopped."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: float = 30.0
    process: subprocess.Popen[bytes] | None = None
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

    With `at_once` all are asked to stop together, where none waits for another.
    """

    def __init__(self, children: Sequence[Child], cares: Sequence[Care] = (), *, at_once: bool = False) -> None:
        self._children = children
        self._cares = cares
        self._at_once = at_once
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
                _start(child, now)
        for care in self._cares:
            if now >= self._next_look[care.name]:
                self._next_look[care.name] = now + care.every
                _look_after(care)

    def stop(self) -> None:
        if self._at_once:
            for child in self._children:
                if child.process is not None:
                    child.process.terminate()
        for child in self._children:
            if child.process is not None:
                end(child.process, child.grace)
                child.process = None

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children if child.process is not None}


def liaison(*words: str) -> list[str]:
    """Return the command line that runs another `liaison` command with this Python."""
    return [sys.executable, "-m", "liaison", *words]


def end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Ask a process to stop, and after `grace` seconds kill it together with what it started."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        say(f"process {process.pid} did not stop in {grace:.0f} s and is killed")
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


def follow_supervisor() -> None:
    """End this process when the one that supervises it dies without stopping it (kill -9). Linux only."""
    supervisor = os.environ.pop(SUPERVISED_BY, "")
    if not supervisor or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):  # it died before the line above
        os.kill(os.getpid(), signal.SIGTERM)


def say(line: str) -> None:
    """Tell the operator something, on standard error."""
    sys.stderr.write(f"liaison: {line}\n")
    sys.stderr.flush()


def _start(child: Child, now: float) -> None:
    environment = {**os.environ, **child.environment, SUPERVISED_BY: str(os.getpid())}
    # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops things in order.
    child.process = subprocess.Popen(  # noqa: S603  # the command is one of ours
        list(child.command), env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    child.started_at = now


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
