"""SMTP over a kept connection: one transaction for each message and recipient.

The body goes out first, then the caller records that the end is near, and only then the final dot. So a
worker that dies leaves no more than that dot in doubt, and one that lost its lease never sends it.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from typing import Final

from django.conf import settings

from liaison.notifications.channels.contract import Answer, BeforeTheEnd, Letter, Outcome, Rendered
from liaison.notifications.channels.email.render import envelope_sender, render_letter

# RFC 5321, 4.5.3.2.6: ten minutes, because a 250 that comes later than the client waits means two mails.
FINAL_DOT_SECONDS: Final = 600.0

_YES: Final = 2  # the first digit of an answer, RFC 5321, 4.2.1
_NOT_NOW: Final = 4
_NEVER: Final = 5
_START_OF_DATA: Final = 354
_SERVER_CLOSES: Final = 421
_NOT_ABOUT_THE_MESSAGE: Final = frozenset({_SERVER_CLOSES, 530, 535, 538})
_LONGEST_DETAIL: Final = 1000
_FINAL_DOT: Final = b".\r\n"


class SmtpMail:
    """The mail channel. Not for use by several threads at once."""

    def __init__(self, *, final_dot_seconds: float | None = None) -> None:
        self._final_dot_seconds = FINAL_DOT_SECONDS if final_dot_seconds is None else final_dot_seconds
        self._connection: smtplib.SMTP | None = None

    def render(self, letter: Letter) -> Rendered:
        return render_letter(letter)

    def send(self, address: str, data: bytes, before_the_end: BeforeTheEnd) -> Answer:
        try:
            connection = self._connected()
            answer = self._hand_over_all_but_the_end(connection, address, data)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return _unavailable(error)
        if answer is not None:
            return self._after_an_answer(answer)
        if not before_the_end():
            self.close()  # without the final dot the server throws the message away
            return Answer(Outcome.STOPPED)
        return self._after_an_answer(self._say_the_end(connection))

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that just answered: the kept one, reset, or a new one."""
        if self._connection is not None:
            try:
                if _is_yes(self._connection.rset()[0]):
                    return self._connection
            except (smtplib.SMTPException, OSError):
                pass  # servers close idle connections; nothing was handed over, so a new one is safe
            self.close()
        self._connection = _connect()
        return self._connection

    def _hand_over_all_but_the_end(self, connection: smtplib.SMTP, address: str, data: bytes) -> Answer | None:
        """Return the server's no, or None when only the final dot is missing."""
        code, words = connection.mail(envelope_sender())
        if not _is_yes(code):
            return _no(code, words)
        code, words = connection.rcpt(address)
        if not _is_yes(code):
            return _no(code, words)
        code, words = connection.docmd("DATA")
        if code != _START_OF_DATA:
            return _no(code, words)
        connection.send(_on_the_wire(data))
        return None

    def _say_the_end(self, connection: smtplib.SMTP) -> Answer:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._final_dot_seconds)
            connection.send(_FINAL_DOT)
            code, words = connection.getreply()
            if connection.sock is not None:
                connection.sock.settimeout(settings.EMAIL_TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Answer(Outcome.UNKNOWN, detail=_readable(str(error)))
        if _is_yes(code):
            return Answer(Outcome.ACCEPTED, code, _readable(words))
        if _is_no(code):
            return _no(code, words)
        self.close()
        return Answer(Outcome.UNKNOWN, detail=_readable(words))

    def _after_an_answer(self, answer: Answer) -> Answer:
        if answer.is_unavailable:
            self.close()
        return answer


def _connect() -> smtplib.SMTP:
    """Connect, greet, and sign in as the settings say. Raises SMTPException and OSError."""
    connection = smtplib.SMTP(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=settings.MESSAGE_ID_DOMAIN,
        timeout=settings.EMAIL_TIMEOUT,
    )
    try:
        if connection.sock is not None:
            # Body and final dot are two writes; without this the kernel holds the dot back for about 40 ms.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        connection.close()
        raise
    return connection


def _on_the_wire(data: bytes) -> bytes:
    """Return the body with CRLF ends and doubled leading dots, complete but for the final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    return re.sub(rb"(?m)^\.", b"..", lines) + (b"" if lines.endswith(b"\r\n") else b"\r\n")


def _is_yes(code: int) -> bool:
    return code // 100 == _YES


def _is_no(code: int) -> bool:
    return code // 100 in {_NOT_NOW, _NEVER}


def _no(code: int, words: bytes) -> Answer:
    if code in _NOT_ABOUT_THE_MESSAGE or not _is_no(code):
        # The server closes, wants another sign-in, or speaks no SMTP: that says nothing about this message.
        return Answer(Outcome.TEMPORARY, code if code > 0 else None, _readable(words), is_unavailable=True)
    outcome = Outcome.REFUSED if code // 100 == _NEVER else Outcome.TEMPORARY
    return Answer(outcome, code, _readable(words))


def _unavailable(error: Exception) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(Outcome.TEMPORARY, error.smtp_code, _readable(error.smtp_error), is_unavailable=True)
    detail = _readable(f"{type(error).__name__}: {error}")
    return Answer(Outcome.TEMPORARY, detail=detail, is_unavailable=True)


def _readable(words: bytes | str) -> str:
    """Return the server's words as text that PostgreSQL can keep."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return text.replace("\0", "").encode(errors="replace").decode()[:_LONGEST_DETAIL]
