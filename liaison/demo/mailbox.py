"""The mailbox of the demo: a real SMTP server on this machine, and what it received, one file for each mail."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from liaison.demo.returns import LEFT_DOMAIN, return_later

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

_SUFFIX = ".eml"
_NAME = re.compile(r"[0-9]{20}-[0-9]{6}")
_ACCEPTED = "250 Message accepted for delivery"
_REFUSED = "550 5.7.1 This mailbox takes no mail from outside"
REFUSED_DOMAIN = "gone.test"
"""Its server refuses every mail at once, so that there is something that cannot be delivered."""


@dataclass(frozen=True)
class Received:
    """One mail as it arrived. `recipients` are the envelope's, which may differ from the header To.

    `data` are the bytes between the SMTP command DATA and its final dot.
    """

    key: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    data: bytes

    @property
    def subject(self) -> str:
        return self._header("Subject")

    @property
    def message_id(self) -> str:
        return self._header("Message-ID")

    @property
    def language(self) -> str:
        return self._header("Content-Language")

    @property
    def sent_at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(self._header("Date"))
        except ValueError:
            return None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, str(value)) for name, value in self.message.items())

    def body(self, kind: str) -> str:
        """Return the `plain` or the `html` body, empty when the mail has none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    def _header(self, name: str) -> str:
        return str(self.message.get(name, ""))


class Mailbox:
    """The folder of received mails. The server writes it, the demo's pages and its story read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count()

    def empty(self) -> None:
        """Make the folder, and remove what is left of an earlier demo."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in self._folder.glob(f"*{_SUFFIX}*"):
            file.unlink()

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep one mail, whole or not at all: it is written aside and then renamed."""
        now = datetime.now(UTC)
        key = f"{now:%Y%m%d%H%M%S%f}-{next(self._number):06}"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode()
        aside = self._folder / f"{key}{_SUFFIX}.new"
        aside.write_bytes(envelope + content)
        aside.rename(self._folder / f"{key}{_SUFFIX}")

    def mails(self) -> tuple[Received, ...]:
        """Return every mail, the newest first."""
        return tuple(_read(file) for file in sorted(self._folder.glob(f"*{_SUFFIX}"), reverse=True))

    def mail(self, key: str) -> Received | None:
        file = self._folder / f"{key}{_SUFFIX}"
        return _read(file) if _NAME.fullmatch(key) and file.is_file() else None

    def to(self, address: str) -> Iterator[Received]:
        """Return the mails for one address, the newest first."""
        return (mail for mail in self.mails() if address in mail.recipients)


class MailServer(Controller):
    """An SMTP server on a free port of this machine that keeps everything it is given, but for one domain.

    What it takes for another domain comes back, to the place (host:port) where Liaison takes mail in.
    """

    def __init__(self, mailbox: Mailbox, returns_to: str = "") -> None:
        super().__init__(_Keeper(mailbox, returns_to), hostname="127.0.0.1", port=0, ready_timeout=10)

    def _trigger_server(self) -> None:
        # The controller would now connect to the port it was given; the one it got is known only from here on.
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it untyped


class _Keeper:
    def __init__(self, mailbox: Mailbox, returns_to: str) -> None:
        self._mailbox = mailbox
        self._returns_to = returns_to

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.lower().endswith(f"@{REFUSED_DOMAIN}"):
            return _REFUSED
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self._mailbox.keep(envelope.mail_from, envelope.rcpt_tos, envelope.content)
        for address in envelope.rcpt_tos:
            if self._returns_to and address.lower().endswith(f"@{LEFT_DOMAIN}"):
                return_later(self._returns_to, envelope.mail_from, address)
        return _ACCEPTED


def _read(file: Path) -> Received:
    envelope_from, envelope_to, data = file.read_bytes().split(b"\r\n", 2)
    message: EmailMessage = message_from_bytes(data, policy=policy.default)
    sender, recipients = (line.decode().partition(": ")[2] for line in (envelope_from, envelope_to))
    moment = datetime.strptime(file.name[:20], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return Received(file.name.removesuffix(_SUFFIX), moment, sender, tuple(recipients.split(", ")), message, data)
