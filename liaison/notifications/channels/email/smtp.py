"""SMTP over a kept connection: one transaction for each message and recipient.

Envelope and DATA go out in one write where the server takes that, then the whole content with its final dot in one.
Whatever goes wrong before the last byte was handed to the kernel, the server has no complete message: it is tried
again. From that byte on it may have one.
"""

from __future__ import annotations

import re
import smtplib
from functools import partial
from time import monotonic
from typing import Final

from django.conf import settings

from liaison.notifications.channels.contract import Answer, Later, Letter, Outcome, Outgoing, Rendered
from liaison.notifications.channels.email.render import envelope_sender, render_letter
from liaison.notifications.channels.email.wire import SERVER_CLOSES, CutOffError, Reply, Wire, connect
from liaison.notifications.return_addresses import bounce_address

# RFC 5321, 4.5.3.2.6: ten minutes, because a 250 that comes later than the client waits means two mails.
FINAL_DOT_SECONDS: Final = 600.0
# How long one message may hold up the others.
PATIENCE: Final = 3.0
# A connection that was silent for longer is asked whether it is still there; servers close silent ones.
IDLE_SECONDS: Final = 5.0

_NOT_NOW: Final = 4  # the first digit of an answer, RFC 5321, 4.2.1
_NEVER: Final = 5
_START_OF_DATA: Final = 354
_NOT_ABOUT_THE_MESSAGE: Final = frozenset({SERVER_CLOSES, 530, 535, 538})
_LONGEST_DETAIL: Final = 1000
_FINAL_DOT: Final = b".\r\n"
_BRACKETS: Final = frozenset("<> ")


class SmtpMail:
    """The mail channel. Not for use by several threads at once."""

    def __init__(self, *, final_dot_seconds: float = FINAL_DOT_SECONDS, patience: float = PATIENCE) -> None:
        self._final_dot_seconds = final_dot_seconds
        self._patience = patience
        self._wire: Wire | None = None

    def ready(self, address: str) -> Answer | None:
        wire = self._wire
        if wire is not None and wire.idle_seconds > IDLE_SECONDS:
            try:
                is_alive = wire.ask([b"NOOP\r\n"], settings.EMAIL_TIMEOUT)[0].is_yes
            except (smtplib.SMTPException, OSError):
                is_alive = False
            if not is_alive:
                self._drop()
        try:
            self._connected()
        except (smtplib.SMTPException, OSError) as error:
            return _unavailable(error)
        return None

    def place_of(self, address: str) -> str:
        """All mail goes through one server."""
        return "smtp"

    def render(self, letter: Letter) -> Rendered:
        """Return what the server of the open connection takes: 8bit only where it said so."""
        return render_letter(letter, eight_bits=self._wire is not None and self._wire.takes_eight_bits)

    def send(self, message: Outgoing) -> Answer | Later:
        if not _can_stand_in_a_command(message.address):
            return Answer(Outcome.REFUSED, detail="This address cannot stand in a command of SMTP.")
        may_be_closed = self._wire is not None and self._wire.is_used
        answer = self._begin(message)
        if may_be_closed and answer is not None and answer.is_unavailable:
            # A server may end a connection after so many messages or minutes. Nothing was handed over yet.
            answer = self._begin(message)
        if answer is not None:
            return answer
        may_be_sent = False
        try:
            may_be_sent = message.may_be_sent()
        finally:
            if not may_be_sent:
                self._drop()  # without content the server has no message
        return self._hand_over(on_the_wire(message.data)) if may_be_sent else Answer(Outcome.STOPPED)

    def close(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close(politely=True)

    def _connected(self) -> Wire:
        if self._wire is None:
            self._wire = connect()
        return self._wire

    def _drop(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    def _begin(self, message: Outgoing) -> Answer | None:
        """Say everything but the content; return the server's no, or None when it waits for the content."""
        try:
            wire = self._connected()
            if wire.must_reset:
                _reset(wire)
            replies = wire.ask(_envelope(wire, message), settings.EMAIL_TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return _unavailable(error)
        wire.is_used = True
        no = next((reply for reply in replies[:2] if not reply.is_yes), replies[-1])
        if no.code == _START_OF_DATA:
            return None
        wire.must_reset = True
        answer = _no(no)
        if answer.is_unavailable or replies[-1].code == _START_OF_DATA:
            # A server that waits for content in spite of its no would take whatever is said next for a message.
            self._drop()
        return answer

    def _hand_over(self, content: bytes) -> Answer | Later:
        wire = self._connected()
        try:
            wire.say(content)
        except CutOffError as error:
            self._drop()
            # What the kernel did not take never left. Without the last three bytes the server has no message.
            if error.handed <= len(content) - len(_FINAL_DOT):
                return _unavailable(error)
            return _unknown(error)
        said_at = monotonic()
        try:
            reply = wire.reply(min(self._patience, self._final_dot_seconds))
        except TimeoutError:
            self._wire = None
            return Later(partial(_late_answer, wire, said_at + self._final_dot_seconds))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return _unknown(error)
        answer = _final(reply)
        if answer.is_unavailable or answer.outcome is Outcome.UNKNOWN:
            self._drop()
        return answer


def on_the_wire(data: bytes) -> bytes:
    """Return a message as it is said after DATA: lines end with CRLF, leading dots doubled, the final one added.

    No message is made with another end of line. One that has it all the same must not be sent as it is: some servers
    take a dot between two bare line feeds for the end, and what follows for commands.
    """
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
        data = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    first = b"." if data.startswith(b".") else b""
    return first + stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + _FINAL_DOT


def _envelope(wire: Wire, message: Outgoing) -> list[bytes]:
    # Computed anew at each try, and the same each time: the bytes of the message do not hold it.
    sender = f"MAIL FROM:<{bounce_address(message.message_id) or envelope_sender()}>"
    if wire.takes_sizes:
        sender += f" SIZE={len(message.data)}"
    if wire.takes_eight_bits and not message.data.isascii():
        sender += " BODY=8BITMIME"
    return [f"{sender}\r\n".encode("ascii"), f"RCPT TO:<{message.address}>\r\n".encode("ascii"), b"DATA\r\n"]


def _reset(wire: Wire) -> None:
    (reply,) = wire.ask([b"RSET\r\n"], settings.EMAIL_TIMEOUT)
    if not reply.is_yes:
        raise smtplib.SMTPResponseException(reply.code, reply.words)
    wire.must_reset = False


def _late_answer(wire: Wire, until: float) -> Answer:
    """Wait for an answer that takes its time, then let go of the connection."""
    try:
        answer = _final(wire.reply(max(0.0, until - monotonic())))
    except (smtplib.SMTPException, OSError) as error:
        answer = _unknown(error)
    wire.close(politely=answer.outcome is not Outcome.UNKNOWN)
    return answer


def _can_stand_in_a_command(address: str) -> bool:
    return address.isascii() and address.isprintable() and _BRACKETS.isdisjoint(address)


def _final(reply: Reply) -> Answer:
    """Return what the answer to the final dot means."""
    if reply.is_yes:
        return Answer(Outcome.ACCEPTED, reply.code, _readable(reply.words))
    if _is_no(reply):
        return _no(reply)
    return Answer(Outcome.UNKNOWN, detail=_readable(reply.words))


def _is_no(reply: Reply) -> bool:
    return reply.code // 100 in {_NOT_NOW, _NEVER}


def _no(reply: Reply) -> Answer:
    detail = _readable(reply.words)
    if reply.code in _NOT_ABOUT_THE_MESSAGE or not _is_no(reply):
        # The server closes, wants another sign-in, or speaks no SMTP: that says nothing about this message.
        return Answer(Outcome.TEMPORARY, reply.code if reply.code > 0 else None, detail, is_unavailable=True)
    outcome = Outcome.REFUSED if reply.code // 100 == _NEVER else Outcome.TEMPORARY
    return Answer(outcome, reply.code, detail)


def _unavailable(error: Exception) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code if error.smtp_code > 0 else None
        return Answer(Outcome.TEMPORARY, code, _readable(error.smtp_error), is_unavailable=True)
    detail = _readable(f"{type(error).__name__}: {error}")
    return Answer(Outcome.TEMPORARY, detail=detail, is_unavailable=True)


def _unknown(error: Exception) -> Answer:
    return Answer(Outcome.UNKNOWN, detail=_readable(str(error)))


def _readable(words: bytes | str) -> str:
    """Return the server's words as text that PostgreSQL can keep."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return text.replace("\0", "").encode(errors="replace").decode()[:_LONGEST_DETAIL]
