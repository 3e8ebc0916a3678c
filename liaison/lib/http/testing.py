"""A real HTTP server with a ledger, on a free port of this machine. For tests of all rooms."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from liaison.lib.http.guard import Guard, PortRange, network_of

LOOPBACK: Final = Guard(exempt=(network_of("127.0.0.0/8"),), ports=(PortRange(1, 65_535),))
"""Lets tests reach their own servers, and nothing else that is private."""


@dataclass(frozen=True)
class Taken:
    """A request as it arrived, byte for byte. Names of headers are lower case."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")


Act = Callable[[socket.socket, threading.Event], bool]
"""What the server does after a request; it says whether the connection stays. The event is set when the test ends."""


def answer(status: str = "204 No Content", *headers: str, body: bytes = b"") -> Act:
    """Return an act: the usual answer."""
    lines = (f"HTTP/1.1 {status}", *headers, *([] if status.startswith("204") else [f"Content-Length: {len(body)}"]))
    return say("\r\n".join((*lines, "", "")).encode() + body)


def say(data: bytes, *, stays: bool = True) -> Act:
    """Return an act: exactly these bytes."""

    def act(connection: socket.socket, end: threading.Event) -> bool:
        connection.sendall(data)
        return stays

    return act


def drip(data: bytes, *, seconds: float) -> Act:
    """Return an act: these bytes, and then one more every so many seconds, for ever."""

    def act(connection: socket.socket, end: threading.Event) -> bool:
        connection.sendall(data)
        while not end.wait(seconds):
            connection.sendall(b"a")
        return False

    return act


def pour(data: bytes, *, megabytes: int) -> Act:
    """Return an act: these bytes, and then as much more as is taken."""

    def act(connection: socket.socket, end: threading.Event) -> bool:
        connection.sendall(data)
        for _ in range(megabytes):
            connection.sendall(b"a" * 1024 * 1024)
        return False

    return act


def hang(connection: socket.socket, end: threading.Event) -> bool:
    """Say nothing until the test ends."""
    end.wait()
    return False


def drop(connection: socket.socket, end: threading.Event) -> bool:
    """Close the connection without a word."""
    return False


class HttpServer:
    """Answers 204 to everything, unless `acts` holds something else to do next. Its ledger is `taken`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.taken: list[Taken] = []
        self.acts: deque[Act] = deque()
        self.connections = 0
        self._tls = tls
        self._end = threading.Event()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="http-server", daemon=True)]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.close_connections()
        for thread in self._threads:
            thread.join(5)

    def close_connections(self) -> None:
        """Close every connection from this side, as servers do with idle ones."""
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), name="http-talk", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.append(connection)
            with connection, connection.makefile("rb") as stream:
                while request := _read(stream.readline, stream.read):
                    self.taken.append(request)
                    act = self.acts.popleft() if self.acts else answer()
                    if not act(connection, self._end):
                        return


def _read(read_line: Callable[[], bytes], read: Callable[[int], bytes]) -> Taken | None:
    lines: list[str] = []
    while line := read_line().decode("latin-1").rstrip("\r\n"):
        lines.append(line)
    if not lines:
        return None
    pairs = (line.split(": ", 1) for line in lines[1:])
    headers = tuple((name.lower(), value) for name, value in pairs)
    length = int(dict(headers).get("content-length", "0"))
    return Taken(lines[0], headers, read(length))
