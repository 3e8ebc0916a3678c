"""Children that are forked, not started anew: they share the memory of what their parent has loaded. No Django."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from setproctitle import setproctitle

if TYPE_CHECKING:
    from collections.abc import Callable

SUPERVISED_BY = "LIAISON_SUPERVISED_BY"
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 0.02


class Forked:
    """A forked child, with the part of `subprocess.Popen` that the supervisor uses."""

    def __init__(self, title: str, pid: int) -> None:
        self.title, self.pid = title, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, minus the number of the signal that ended it, or None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when it has ended; after `timeout` seconds raise subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(self.title, timeout or 0)
            time.sleep(_LOOK_EVERY)
        return code

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def fork(title: str, run: Callable[[], object], let_go: Callable[[], object] | None = None) -> Forked:
    """Run `run` in a child of its own session that is called `title`, and ends with its integer result or 0.

    Only for a process with a single thread and no connection. `let_go` closes, in the child, what is the parent's.
    """
    # What is still in a buffer would be written twice; a signal between the fork and the child's own handlers would
    # reach a copy of the parent's, and be lost.
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            _live(title, parent, mask, run, let_go)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return Forked(title, pid)


def follow(parent: int) -> None:
    """End this process when `parent`, which started it, dies without stopping it (kill -9). Linux only."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the line above
        os.kill(os.getpid(), signal.SIGTERM)


def follow_supervisor() -> None:
    """Follow the supervisor that started this process as a program of its own, if one did."""
    supervisor = os.environ.pop(SUPERVISED_BY, "")
    if supervisor:
        follow(int(supervisor))


def _live(
    title: str,
    parent: int,
    mask: set[int | signal.Signals],
    run: Callable[[], object],
    let_go: Callable[[], object] | None,
) -> NoReturn:
    """Be the child. Never returns into the parent's frames, and runs none of its `finally` or `atexit`."""
    code = 1
    try:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops things in order.
        os.setsid()
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        follow(parent)
        setproctitle(title)
        _close_input()
        if let_go is not None:
            let_go()
        result = run()
        code = result if isinstance(result, int) else 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # nothing may leave this frame
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _close_input() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
