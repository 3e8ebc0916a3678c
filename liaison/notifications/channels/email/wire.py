"""One open SMTP connection: commands out, answers in. Greeting, STARTTLS and sign-in are the library's."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from django.conf import settings

SERVER_CLOSES: Final = 421

_YES: Final = 2  # the first digit of an answer, RFC 5321, 4.2.1
_LONGEST_ANSWER: Final = 64 * 1024
_DIGITS: Final = 3


@dataclass(frozen=True)
class Reply:
    """What the server said: its number, -1 when there was none, and its words without the numbers."""

    code: int
    words: bytes

    @property
    def is_yes(self) -> bool:
        return self.code // 100 == _YES


class CutOffError(OSError):
    """The connection broke while something was said; the server can have got no more than `handed` bytes of it."""

    def __init__(self, handed: int, reason: OSError) -> None:
        super().__init__(f"{type(reason).__name__}: {reason}")
        self.handed = handed


class Wire:
    """A connection past greeting and sign-in. Whoever holds it, holds it alone.

    `is_used` says that it carried a message before: it may have been closed since by a server that ends
    connections after a while. `must_reset` says that a message was begun and refused.
    """

    def __init__(self, connection: smtplib.SMTP) -> None:
        if connection.sock is None:
            raise smtplib.SMTPServerDisconnected("The connection was closed at once.")
        self._connection = connection
        self._socket: socket.socket = connection.sock
        self._heard = bytearray()
        self._last_heard = monotonic()
        self.pipelines = connection.has_extn("pipelining")
        self.takes_eight_bits = connection.has_extn("8bitmime")
        self.takes_sizes = connection.has_extn("size")
        self.is_used = False
        self.must_reset = False

    @property
    def idle_seconds(self) -> float:
        return monotonic() - self._last_heard

    def say(self, data: bytes) -> None:
        """Write everything. Raises CutOffError, which knows how much of it can have left."""
        self._socket.settimeout(settings.EMAIL_TIMEOUT)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._socket.send(rest) :]
        except OSError as error:
            raise CutOffError(len(data) - len(rest), error) from error

    def reply(self, seconds: float) -> Reply:
        """Return the next answer. Raises TimeoutError when it is not complete in time: it can be asked for again.

        Raises OSError when the connection ended, and SMTPException for endless answers.
        """
        end = monotonic() + seconds
        while True:
            found = self._next_reply()
            if found is not None:
                self._last_heard = monotonic()
                return found
            if len(self._heard) > _LONGEST_ANSWER:
                raise smtplib.SMTPResponseException(500, "The answer has no end.")
            left = end - monotonic()
            if left <= 0:
                raise TimeoutError("The server did not answer in time.")
            self._socket.settimeout(left)
            heard = self._socket.recv(_LONGEST_ANSWER)
            if not heard:
                raise ConnectionResetError("The server closed the connection.")
            self._heard += heard

    def ask(self, commands: Sequence[bytes], seconds: float) -> list[Reply]:
        """Say commands and return the answers: all at once where the server takes that, else up to the first no."""
        if self.pipelines:
            self.say(b"".join(commands))
        replies: list[Reply] = []
        for command in commands:
            if not self.pipelines:
                self.say(command)
            reply = self.reply(seconds)
            replies.append(reply)
            if reply.code == SERVER_CLOSES or not (reply.is_yes or self.pipelines):
                break
        return replies

    def close(self, *, politely: bool = False) -> None:
        """Let go. `politely` takes leave first, which only makes sense between two messages."""
        if politely:
            with contextlib.suppress(OSError):
                self._socket.settimeout(1.0)
                self._socket.send(b"QUIT\r\n")
        self._connection.close()

    def _next_reply(self) -> Reply | None:
        """Take one whole answer, of one line or several, from what was heard."""
        words: list[bytes] = []
        start = 0
        while (end := self._heard.find(b"\n", start)) >= 0:
            line = bytes(self._heard[start:end]).strip()
            start = end + 1
            words.append(line[_DIGITS + 1 :].strip())
            if line[_DIGITS : _DIGITS + 1] != b"-":
                del self._heard[:start]
                number = line[:_DIGITS]
                return Reply(int(number) if number.isdigit() else -1, b"\n".join(words))
        return None


def connect() -> Wire:
    """Connect, greet, encrypt and sign in as the settings say. Raises SMTPException and OSError."""
    connection = smtplib.SMTP(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=settings.MESSAGE_ID_DOMAIN,
        timeout=settings.EMAIL_TIMEOUT,
    )
    try:
        if connection.sock is not None:
            # Small writes follow each other; without this the kernel holds the second back for about 40 ms.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return Wire(connection)
    except BaseException:
        connection.close()
        raise
