"""Asks a web server over a few connections that stay open, and says how long each answer took.

As a program it reads a `Load` from its input (pickled) and prints what it found as JSON. It is a process of its own
with one loop, so that no thread of it waits for another; `cpu` says how much of a core it took itself.
"""

from __future__ import annotations

import json
import pickle
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

_MOST: Final = 1 << 18
_LONGEST_SECONDS: Final = 60.0
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"


@dataclass(frozen=True)
class Ask:
    """A request as bytes, and what must be in its answer: the status, and `needle`, `times` times (None: at all)."""

    raw: bytes
    status: int
    needle: bytes
    times: int | None = None

    def problem(self, head: bytes, body: bytes) -> str:
        """Say what is wrong with the answer, in one line."""
        if head[9:12] != b"%d" % self.status:
            return f"{head[:12]!r} instead of {self.status}: {(head + body)[:600]!r}"
        found = (head + body).count(self.needle)
        if found == 0 if self.times is None else found != self.times:
            return f"{found} times {self.needle!r}, not {self.times or 'once'}: {self.raw[:200]!r}"
        return ""


@dataclass(frozen=True)
class Load:
    """`asks` are used in turns; with `once` each at most once, and it ends with them."""

    port: int
    clients: int
    seconds: float
    asks: list[Ask]
    once: bool = False


@dataclass
class Found:
    """Milliseconds of each answer, in how many seconds all came, what was wrong, and the load's own share of a core."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0
    broken: list[str] = field(default_factory=list)
    bytes_each: float = 0.0
    asked: int = 0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def run(load: Load) -> Found:
    """Run the program. Raises RuntimeError when an answer was not what it had to be: errors are quick."""
    done = subprocess.run([sys.executable, __file__], input=_packed(load), stdout=subprocess.PIPE, check=True)
    found = Found(**json.loads(done.stdout))
    if found.broken or not found.times:
        raise RuntimeError(f"{len(found.broken)} answers are wrong: {found.broken[:1]}")
    return found


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _LONGEST_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = bytearray()
        self._body, self._needed = 0, 0
        self.began = 0.0

    def send(self, ask: Ask) -> None:
        self.ask = ask
        self._got.clear()
        self._needed = 0
        self.began = time.perf_counter()
        self.socket.sendall(ask.raw)

    def has_all(self) -> bool:
        """Take what has come; say whether the answer is whole."""
        piece = self.socket.recv(_MOST)
        if not piece:
            raise ConnectionError("the server has closed the connection")
        self._got += piece
        if not self._needed:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._body = end + 4
            self._needed = self._body + _length(bytes(self._got[:end]))
        return self._got.endswith(_LAST_CHUNK) if self._needed < self._body else len(self._got) >= self._needed

    def answer(self) -> tuple[bytes, bytes]:
        return bytes(self._got[: self._body]), bytes(self._got[self._body :])


def _length(head: bytes) -> int:
    """Return the length that an answer names, less than none for one in chunks."""
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
        if name.lower() == b"transfer-encoding":
            return -1
    raise ValueError(f"an answer without a length: {head!r}")


def _measure(load: Load) -> Found:
    found, size = Found(), 0
    asks: Iterator[Ask] = iter(load.asks) if load.once else cycle(load.asks)
    with selectors.DefaultSelector() as selector:
        for _ in range(load.clients):
            client = _Client(load.port)
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send(next(asks))
        begun, cpu = time.perf_counter(), time.process_time()
        end, last, waiting = begun + load.seconds, begun, load.clients
        while waiting:
            for key, _events in selector.select(_LONGEST_SECONDS) or _give_up():
                client = key.data
                if not client.has_all():
                    continue
                now = time.perf_counter()
                found.asked += 1
                problem = client.ask.problem(*client.answer())
                if problem:
                    found.broken.append(problem)
                if now <= end:
                    found.times.append((now - client.began) * 1000)
                    size += sum(len(part) for part in client.answer())
                    last = now
                ask = next(asks, None) if now < end and len(found.broken) < load.clients else None
                if ask is None:
                    waiting -= 1
                else:
                    client.send(ask)
    # Requests that ran out before the time was over must not make the rate look small.
    found.seconds = max(last - begun, 1e-9) if load.once else load.seconds
    found.cpu = (time.process_time() - cpu) / (time.perf_counter() - begun)
    found.bytes_each = size / max(1, len(found.times))
    return found


def _give_up() -> Any:
    raise TimeoutError("no answer for a minute")


def _packed(load: Load) -> bytes:
    asks = [(ask.raw, ask.status, ask.needle, ask.times) for ask in load.asks]
    return pickle.dumps((load.port, load.clients, load.seconds, asks, load.once))


if __name__ == "__main__":
    port, clients, seconds, listed, is_once = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the bench itself
    print(json.dumps(vars(_measure(Load(port, clients, seconds, [Ask(*one) for one in listed], is_once)))))
