"""Taking mail in by LMTP (RFC 2033) from the operator's own mail server: kept first, answered then, read later.

Each recipient gets an answer of its own. Nothing here reads what a mail says, and nothing here ever answers a mail.
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, AnyStr, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections

from liaison.lib.clock import utc_now
from liaison.mail.keeping import is_ours, keep_mail
from liaison.mail.places import Place, place_of
from liaison.mail.reading import read_mail

TAKEN: Final = "250 2.6.0 Kept."
NOT_NOW: Final = "451 4.3.0 It cannot be kept now. Try again later."
NOT_OURS: Final = "550 5.1.1 No such recipient here."
TOO_LARGE: Final = "552 5.3.4 The message is too large."
TOO_MANY: Final = "452 4.5.3 Too many recipients."

MOST_RECIPIENTS: Final = 100
_LONGEST_LINE: Final = 1024 * 1024
_SILENCE_SECONDS: Final = 300.0
_KEEPERS: Final = 4
_ROUND: Final = 0.2
_SOCKET_MODE: Final = 0o660

logger = logging.getLogger(__name__)


def serve_forever(stop: threading.Event, listen: str, *, ready: Callable[[int], object] | None = None) -> None:
    """Take mail in until `stop` is set. `ready` hears the port once somebody can connect."""
    asyncio.run(_serve(stop, place_of(listen), ready or (lambda _port: None)))


class Intake:
    """What the server does with recipients and mails. The database is never waited for in the loop's own thread."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._keepers = ThreadPoolExecutor(_KEEPERS, thread_name_prefix="keep-mail")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read-mail")

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for this name
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address):
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on."

    async def handle_DATA(  # noqa: N802
        self, server: LMTP, session: Session, envelope: Envelope
    ) -> str:
        loop = asyncio.get_running_loop()
        try:
            kept = await loop.run_in_executor(self._keepers, self._keep, envelope)
        except (DatabaseError, InterfaceError) as problem:
            logger.warning("A mail could not be kept: %s", type(problem).__name__)
            return NOT_NOW
        except Exception:
            logger.exception("A mail could not be kept.")
            return NOT_NOW
        if kept:
            # The reader is one thread: a mail that takes long keeps nobody from being taken in.
            self._reader.submit(self._read, kept)
        return TAKEN

    def close(self) -> None:
        """Let what is being kept come to its end; what is not read yet is left to the ticker."""
        self._keepers.shutdown()
        self._reader.shutdown(cancel_futures=True)

    def _keep(self, envelope: Envelope) -> tuple[int, ...]:
        close_old_connections()
        try:
            mails = keep_mail(
                raw=envelope.original_content or b"",
                envelope_from=envelope.mail_from or "",
                envelope_to=envelope.rcpt_tos,
                now=self._clock(),
            )
            return tuple(mail.pk for mail in mails)
        finally:
            close_old_connections()

    def _read(self, kept: tuple[int, ...]) -> None:
        close_old_connections()
        try:
            for key in kept:
                read_mail(key, now=self._clock())
        except Exception:
            logger.exception("A mail could not be read at once; the ticker reads it.")
        finally:
            close_old_connections()


class Server(LMTP):
    """The protocol, with one answer for each recipient once the content is said (RFC 2033, 4.2)."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, handler: Intake, **options: Any) -> None:
        super().__init__(handler, **options)
        self._content_follows = False
        self._answers = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd looks for this name
        # The library forgets the recipients before it answers for them.
        self._answers = len(self.envelope.rcpt_tos) if self.envelope else 0
        try:
            await super().smtp_DATA(arg)
        finally:
            self._content_follows = False

    async def push(self, status: AnyStr) -> None:
        given: str | bytes = status
        text = given if isinstance(given, str) else given.decode("ascii", "replace")
        if not self._content_follows:
            self._content_follows = text.startswith("354")
            await super().push(text)
            return
        self._content_follows = False
        answer = TOO_LARGE if text.startswith("552") else text
        await super().push("\r\n".join([answer] * self._answers))


def protocol(intake: Intake, loop: asyncio.AbstractEventLoop) -> Server:
    """Return what talks on one connection."""
    return Server(
        intake,
        hostname=settings.MAIL_DOMAIN or "localhost",
        ident="LMTP",
        loop=loop,
        data_size_limit=settings.LMTP_MAX_BYTES,
        timeout=_SILENCE_SECONDS,
        auth_require_tls=False,
    )


async def _serve(stop: threading.Event, place: Place, ready: Callable[[int], object]) -> None:
    loop, intake = asyncio.get_running_loop(), Intake()
    try:
        server = await _listening(place, lambda: protocol(intake, loop), loop)
        try:
            names = [one.getsockname() for one in server.sockets]
            ready(0 if place.path else int(names[0][1]))
            while not stop.is_set():  # noqa: ASYNC110  # the event belongs to a signal, not to the loop
                await asyncio.sleep(_ROUND)
        finally:
            server.close()
            if place.path:
                _remove_what_is_left(Path(place.path))
    finally:
        await loop.run_in_executor(None, intake.close)


async def _listening(
    place: Place, make: Callable[[], Server], loop: asyncio.AbstractEventLoop
) -> asyncio.base_events.Server:
    if not place.path:
        return await loop.create_server(make, place.host, place.port)
    _remove_what_is_left(Path(place.path))
    server = await loop.create_unix_server(make, place.path)
    os.chmod(place.path, _SOCKET_MODE)  # noqa: PTH101  # the mail server is of the same group
    return server


def _remove_what_is_left(path: Path) -> None:
    """Remove the socket of a process that did not end well, and nothing else."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
