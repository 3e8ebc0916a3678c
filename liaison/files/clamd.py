"""The words of ClamAV's daemon: INSTREAM over TCP or a socket, with a time limit to everything.

The client on PyPI has not moved for years and reads its own version through `pkg_resources`; what is needed of the
protocol is a page long.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from liaison.files.vocabulary import ScanState

_CONNECTING: Final = 3.0
_LONGEST_ANSWER: Final = 4096
_FOUND: Final = re.compile(r"stream: (.+) FOUND")


class ScannerDown(Exception):  # noqa: N818  # a state of another program
    """The scanner gave no answer that says anything about the file."""


@dataclass(frozen=True)
class Answer:
    """Clean, infected with the name of what was `found`, or too large for the scanner."""

    state: ScanState
    found: str = ""


def ask_about(blocks: Iterable[bytes]) -> Answer:
    """Send a content to the scanner and return what it says. Raises ScannerDown.

    A scanner that has had enough of a stream says so or just closes it: that is too large, never clean.
    """
    with _connection() as (own, deadline):
        own.sendall(b"zINSTREAM\0")
        sent = 0
        try:
            for block in blocks:
                own.settimeout(_left(deadline))
                own.sendall(len(block).to_bytes(4, "big") + block)
                sent += len(block)
            own.sendall(b"\0\0\0\0")
        except (BrokenPipeError, ConnectionResetError) as problem:
            return _cut_off(own, deadline, sent, problem)
        return _understood(_answer(own, deadline))


def is_up() -> bool:
    """Say whether the scanner answers."""
    try:
        with _connection() as (own, deadline):
            own.sendall(b"zPING\0")
            return _answer(own, deadline) == "PONG"
    except (ScannerDown, OSError, ValueError):
        return False


def place_of(address: str) -> str | tuple[str, int]:
    """Return a socket's path, or host and port. Raises ValueError for anything else."""
    if address.startswith("/"):
        return address
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:  # noqa: PLR2004
        raise ValueError("it is neither host:port nor the path of a socket")
    return host.strip("[]"), int(port)


@contextmanager
def _connection() -> Iterator[tuple[socket.socket, float]]:
    """Connect; every failure of the network within is a scanner that is down."""
    deadline = time.monotonic() + settings.CLAMD_TIMEOUT_SECONDS
    try:
        own = _connected(place_of(settings.CLAMD_ADDRESS))
    except OSError as problem:
        raise ScannerDown(str(problem)) from problem
    with own:
        try:
            own.settimeout(_left(deadline))
            yield own, deadline
        except OSError as problem:
            raise ScannerDown(str(problem)) from problem


def _connected(place: str | tuple[str, int]) -> socket.socket:
    if not isinstance(place, str):
        return socket.create_connection(place, timeout=_CONNECTING)
    own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        own.settimeout(_CONNECTING)
        own.connect(place)
    except OSError:
        own.close()
        raise
    return own


def _cut_off(own: socket.socket, deadline: float, sent: int, problem: OSError) -> Answer:
    """Read why the scanner closed. Without a word, the first bytes speak of trouble and later ones of its limit."""
    try:
        return _understood(_answer(own, deadline))
    except (ScannerDown, OSError):
        if sent:
            return Answer(ScanState.TOO_LARGE)
        raise ScannerDown(str(problem)) from problem


def _answer(own: socket.socket, deadline: float) -> str:
    received = b""
    while b"\0" not in received:
        own.settimeout(_left(deadline))
        block = own.recv(_LONGEST_ANSWER)
        if not block or len(received) > _LONGEST_ANSWER:
            break
        received += block
    return received.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _understood(answer: str) -> Answer:
    if answer == "stream: OK":
        return Answer(ScanState.CLEAN)
    if found := _FOUND.fullmatch(answer):
        return Answer(ScanState.INFECTED, found[1][:200])
    if "size limit exceeded" in answer:
        return Answer(ScanState.TOO_LARGE)
    raise ScannerDown(answer[:200] or "it closed the connection")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ScannerDown("it took too long")
    return left
