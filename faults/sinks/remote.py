"""The harness' side of a sink: starts its process, gives it rules, hears what happened."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from faults.ledger import Dot, Reader
from faults.places import ROOT

_PATIENCE = 40.0


@dataclass(frozen=True)
class Reached:
    """Somebody came to the point of a rule. `port` is the other side's, which tells the process."""

    number: int
    to: str
    port: int


class Sink:
    """One sink, `smtp` or `http`, in a process of its own."""

    def __init__(self, kind: str, ledger: Path) -> None:
        self._reader = Reader(ledger)
        self._numbers = count(1)
        self._answers: dict[int, threading.Event] = {}
        self._reached: dict[int, queue.Queue[Reached]] = {}
        self._lock = threading.Lock()
        self.sabotaged: dict[str, str] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"faults.sinks.{kind}", str(ledger)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.port = int(self._next()["port"])
        self._ear = threading.Thread(target=self._hear, name=f"{kind} sink", daemon=True)
        self._ear.start()

    def rule(self, *, point: str, do: str, **more: Any) -> int:
        """Add a rule (`sinks.rules.Rule`) and return its number, once it is in force."""
        number = next(self._numbers)
        self._reached[number] = queue.Queue()
        self._ask("rule", number=number, point=point, do=do, **more)
        return number

    def wait(self, number: int, seconds: float = _PATIENCE) -> Reached:
        """Return the next who comes to the point of a rule; raises TimeoutError."""
        try:
            return self._reached[number].get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(f"nobody came to the point of rule {number} in {seconds:.0f} s") from None

    def clear(self) -> None:
        """Forget every rule and let go whoever is held."""
        self._ask("clear")

    def close_port(self) -> None:
        self._ask("close")

    def open_port(self) -> None:
        self._ask("open")

    def sabotage(self) -> None:
        """Let the sink drop one message that it accepts, and write the next one three times."""
        self._ask("sabotage")

    def dots(self) -> list[Dot]:
        return self._reader.refresh()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._ear.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, do_this: str, **more: Any) -> None:
        request = next(self._numbers)
        answered = self._answers[request] = threading.Event()
        with self._lock:
            if self._process.stdin is None:
                raise RuntimeError("the sink takes no commands")
            self._process.stdin.write(json.dumps({"request": request, "do_this": do_this, **more}) + "\n")
            self._process.stdin.flush()
        if not answered.wait(_PATIENCE):
            raise TimeoutError(f"the sink did not carry out {do_this}")

    def _next(self) -> dict[str, Any]:
        if self._process.stdout is None:
            raise RuntimeError("the sink says nothing")
        line = self._process.stdout.readline()
        if not line:
            raise EOFError
        said: dict[str, Any] = json.loads(line)
        return said

    def _hear(self) -> None:
        while True:
            try:
                said = self._next()
            except (EOFError, ValueError):
                return
            if said["event"] == "done":
                self._answers.pop(said["request"]).set()
            elif said["event"] == "sabotaged":
                self.sabotaged[said["what"]] = said["token"]
            elif said["event"] == "reached":
                self._reached[said["number"]].put(Reached(said["number"], said["to"], said["port"]))


def wait_until(holds: Any, seconds: float, *, every: float = 0.1) -> bool:
    """Say whether it held within so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
