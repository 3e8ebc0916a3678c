"""One connection: opened to a checked address, used for one exchange after the other."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence
from functools import cache
from time import monotonic
from typing import Final

import h11

from liaison.lib.http.errors import CallError, Obstacle
from liaison.lib.http.guard import Address
from liaison.lib.http.targets import Target

_CHUNK: Final = 16 * 1024
_MOST_ADDRESSES: Final = 4
_IPV4: Final = 4


class Deadline:
    """The end of something, `seconds` from now, by a clock that only goes forward."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; never 0, which a socket takes for "do not wait". Raises TimeoutError."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def is_over(self) -> bool:
        return monotonic() >= self._end

    def or_within(self, seconds: float) -> Deadline:
        """Return the end that comes first: this one, or `seconds` from now."""
        return Deadline(min(seconds, self._end - monotonic()))


class Connection:
    """A socket and what HTTP/1.1 says about it. Reading and writing end with the deadline, drip by drip or not."""

    def __init__(self, sock: socket.socket, head_bytes: int) -> None:
        self._socket = sock
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=head_bytes)
        self._has_ended = False
        self._received = 0
        self._used_at = monotonic()

    def hand_over(self, events: Iterable[h11.Event], deadline: Deadline) -> None:
        """Send a whole request. Raises CallError: then the other side never had all of it."""
        data = memoryview(b"".join(self._http.send(event) or b"" for event in events))
        try:
            while data:
                self._socket.settimeout(deadline.left())
                data = data[self._socket.send(data[:_CHUNK]) :]
        except OSError as error:
            raise CallError(Obstacle.NOT_SENT) from error

    def head(self, for_now: Deadline, end: Deadline, most: int) -> h11.Response | None:
        """Return status and headers of the answer, past whatever is said before it. Raises CallError.

        None when there is nothing at the end of `for_now`; at `end` it is given up.
        """
        try:
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Response):
                    return event
                if event is h11.NEED_DATA:
                    self._received += self._receive(for_now)
                elif not isinstance(event, h11.InformationalResponse):
                    raise CallError(Obstacle.ANSWER_LOST, is_sent=True)
                if self._received > most:
                    raise CallError(Obstacle.ANSWER_UNUSABLE, is_sent=True)
        except TimeoutError as error:
            if end.is_over():
                raise CallError(Obstacle.ANSWER_LOST, is_sent=True) from error
            return None
        except OSError as error:
            raise CallError(Obstacle.ANSWER_LOST, is_sent=True) from error
        except h11.RemoteProtocolError as error:
            # An end in the middle is a lost answer. Anything else that is not HTTP is an answer of some kind.
            obstacle = Obstacle.ANSWER_LOST if self._has_ended else Obstacle.ANSWER_UNUSABLE
            raise CallError(obstacle, is_sent=True) from error

    def body(self, deadline: Deadline, most: int) -> tuple[bytes, bool]:
        """Return what there is of the body, at most `most` bytes, and whether that is all of it."""
        body = bytearray()
        try:
            while len(body) <= most:
                event = self._http.next_event()
                if isinstance(event, h11.Data):
                    body += event.data
                elif event is h11.NEED_DATA:
                    self._receive(deadline)
                else:
                    return bytes(body[:most]), len(body) <= most and isinstance(event, h11.EndOfMessage)
        except (OSError, h11.RemoteProtocolError):
            pass  # the status is known; who says more, and says it badly, only loses the connection
        return bytes(body[:most]), False

    def is_fresh(self, idle_seconds: float) -> bool:
        """Say whether the kept connection can be trusted with a request: not idle for long, and nothing was said.

        Reading is the one way to know that also takes in what TLS says to itself (session tickets).
        """
        if monotonic() - self._used_at > idle_seconds:
            return False
        self._socket.setblocking(False)
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False  # it was closed, or something came that nobody asked for

    def may_be_used_again(self) -> bool:
        """Say whether both sides are ready for the next request, and make ready."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        if self._http.trailing_data[0]:
            return False
        self._http.start_next_cycle()
        self._received = 0
        self._used_at = monotonic()
        return True

    def close(self) -> None:
        self._socket.close()

    def _receive(self, deadline: Deadline) -> int:
        self._socket.settimeout(deadline.left())
        data = self._socket.recv(_CHUNK)
        self._has_ended = not data
        self._http.receive_data(data)
        return len(data)


def open_connection(
    target: Target, addresses: Sequence[Address], deadline: Deadline, tls: ssl.SSLContext | None, head_bytes: int
) -> Connection:
    """Connect to the first of the addresses that answers. Raises CallError."""
    try:
        sock = _connected(addresses[:_MOST_ADDRESSES], target.port, deadline)
        if target.is_encrypted:
            sock = _encrypted(sock, target.host, deadline, tls or _usual_tls())
    except ssl.SSLCertVerificationError as error:
        raise CallError(Obstacle.CERTIFICATE_REFUSED) from error
    except OSError as error:
        raise CallError(Obstacle.NO_CONNECTION) from error
    return Connection(sock, head_bytes)


def _connected(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """Return a socket to one of the addresses. The time is shared out: a dead one leaves some for the next."""
    failure: OSError | None = None
    for tried, address in enumerate(addresses):
        try:
            return _connected_to(address, port, deadline.left() / (len(addresses) - tried))
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def _connected_to(address: Address, port: int, seconds: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET if address.version == _IPV4 else socket.AF_INET6)
    try:
        sock.settimeout(seconds)
        sock.connect((str(address), port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _encrypted(sock: socket.socket, host: str, deadline: Deadline, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """Return the socket with TLS: the certificate must be valid for the host that was asked for."""
    try:
        sock.settimeout(deadline.left())
        return tls.wrap_socket(sock, server_hostname=host)
    except OSError:
        sock.close()
        raise


@cache
def _usual_tls() -> ssl.SSLContext:
    """Return what the system trusts; read once, because that takes a while and some memory."""
    return ssl.create_default_context()
