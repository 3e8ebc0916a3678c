"""The client: one request to a checked address over a kept connection, with an end to time and size.

The bytes are h11's business, the socket ours: so it is known when the last byte of a request was handed over, which
decides whether a lost answer may mean a request that arrived.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import h11

from liaison.lib.http.connections import Connection, Deadline, open_connection
from liaison.lib.http.errors import CallError, Obstacle
from liaison.lib.http.guard import Guard, LookUp, system_look_up
from liaison.lib.http.targets import Target, target_of

USER_AGENT: Final = "Liaison"
_MOST_KEPT: Final = 32


@dataclass(frozen=True)
class Limits:
    """When a call ends. `answer` seconds run from the first byte of the request to the end of the answer's headers.

    `body` is how many bytes and for how many seconds the answer's body is read; what is more is left unread.
    `idle` seconds after its last use a connection is not used again: the other side may just be closing it.
    """

    connect_seconds: float = 5.0
    answer_seconds: float = 15.0
    head_bytes: int = 32 * 1024
    body_bytes: int = 64 * 1024
    body_seconds: float = 2.0
    idle_seconds: float = 4.0


@dataclass(frozen=True)
class Request:
    """What is sent. Names and values of headers are ASCII; Host, length and our name are added."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """What came back. Names of headers are lower case; `is_complete` is False where the body was cut off."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_complete: bool = True

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known == name), None)


class HttpClient:
    """A client for one thread. It follows no redirect, uses no proxy, keeps no cookie, unpacks nothing."""

    def __init__(
        self,
        guard: Guard,
        *,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        look_up: LookUp = system_look_up,
    ) -> None:
        self._guard = guard
        self._limits = limits or Limits()
        self._tls = tls
        self._look_up = look_up
        self._kept: dict[str, Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check(self, url: str) -> None:
        """Look the address up and say nothing if it may be reached. Raises CallError. Connects to nothing."""
        self._guard.addresses_of(target_of(url), self._look_up, self._limits.connect_seconds)

    def connect(self, url: str) -> None:
        """Make sure that there is a connection for the next request to this address. Raises CallError."""
        self._connection(target_of(url))

    def send(self, request: Request) -> Response:
        """Send the request and return the answer, whatever its status. Raises CallError."""
        pending = self.begin(request)
        try:
            response = pending.answer()
            self.keep(pending)
        finally:
            pending.close()
        return response

    def begin(self, request: Request) -> Pending:
        """Hand the request over and return what waits for its answer. Raises CallError: then it did not arrive.

        The connection goes with it, so that another thread may wait. Whoever got it closes it.
        """
        target = target_of(request.url)
        connection = self._connection(target)
        del self._kept[target.origin]
        pending = Pending(target.origin, connection, self._limits)
        try:
            connection.hand_over(_events(target, request), pending.deadline)
        except BaseException:
            pending.close()
            raise
        return pending

    def keep(self, pending: Pending) -> None:
        """Take the connection of an answered request back, if it is good for another one."""
        connection = pending.released()
        if connection is not None:
            self._make_room()
            self._kept[pending.origin] = connection

    def close(self) -> None:
        """Let go of every connection."""
        while self._kept:
            self._kept.popitem()[1].close()

    def _connection(self, target: Target) -> Connection:
        kept = self._kept.get(target.origin)
        if kept is not None:
            if kept.is_fresh(self._limits.idle_seconds):
                return kept
            self._kept.pop(target.origin).close()
        deadline = Deadline(self._limits.connect_seconds)
        addresses = self._guard.addresses_of(target, self._look_up, deadline.left())
        connection = open_connection(target, addresses, deadline, self._tls, self._limits.head_bytes)
        self._make_room()
        self._kept[target.origin] = connection
        return connection

    def _make_room(self) -> None:
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept))).close()


class Pending:
    """A request that was handed over. Its answer can be waited for in pieces, in one thread at a time."""

    def __init__(self, origin: str, connection: Connection, limits: Limits) -> None:
        self.origin = origin
        self.deadline = Deadline(limits.answer_seconds)
        self._connection: Connection | None = connection
        self._limits = limits
        self._is_reusable = False

    def answer_within(self, seconds: float) -> Response | None:
        """Return the answer, or None when it is not there after so many seconds: then ask again. Raises CallError."""
        connection = self._open()
        head = connection.head(self.deadline.or_within(seconds), self.deadline, self._limits.head_bytes)
        if head is None:
            return None
        body, is_complete = connection.body(self.deadline.or_within(self._limits.body_seconds), self._limits.body_bytes)
        self._is_reusable = is_complete
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        return Response(head.status_code, headers, body, is_complete)

    def answer(self) -> Response:
        """Return the answer. Raises CallError, at the latest at the end of its time."""
        while True:
            found = self.answer_within(self._limits.answer_seconds)
            if found is not None:
                return found

    def released(self) -> Connection | None:
        """Return the connection when it is good for another request; from then on it is not ours."""
        connection = self._connection
        if connection is None or not (self._is_reusable and connection.may_be_used_again()):
            return None
        self._connection = None
        return connection

    def close(self) -> None:
        """Let go of the connection, if it is still ours."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> Connection:
        if self._connection is None:
            raise CallError(Obstacle.ANSWER_LOST, is_sent=True)
        return self._connection


def _events(target: Target, request: Request) -> Iterable[h11.Event]:
    headers = [
        ("Host", target.authority),
        ("User-Agent", USER_AGENT),
        ("Accept-Encoding", "identity"),
        *request.headers,
    ]
    if request.body or request.method not in {"GET", "HEAD"}:
        headers.append(("Content-Length", str(len(request.body))))
    try:
        yield h11.Request(method=request.method, target=target.path, headers=headers)
    except h11.LocalProtocolError as error:
        raise CallError(Obstacle.URL_UNUSABLE) from error
    if request.body:
        yield h11.Data(data=request.body)
    yield h11.EndOfMessage()
