"""A mail server with a ledger, and a topic whose people stand in the subject. For tests of all rooms."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.utils import translation

from liaison.catalog.vocabulary import Topic
from liaison.notifications import registry
from liaison.notifications.facts import Channel, Circle, Person, Reason, TopicFacts, Way, Withheld
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler


class Trick(StrEnum):
    """What the server does instead of answering."""

    DROP = "drop"  # it closes the connection
    HANG = "hang"  # it says nothing until it is let go


@dataclass(frozen=True)
class Received:
    """A message up to its final dot, whatever the server then answered. `sender` is that of the envelope."""

    to: str
    data: bytes
    answer: str
    sender: str = ""

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=default)

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    def body(self, kind: str) -> str:
        """Return the text of the part `plain` or `html`."""
        part = self.mail.get_body((kind,))
        return "" if part is None else str(part.get_content())


class MailServer:
    """A real SMTP server on a free port of 127.0.0.1, in a thread. Its ledger is `dots`.

    `at_rcpt[address]` and `at_dot[address]` are what it answers next there, one after the other; when they are
    used up, and for every other address, it accepts. `"*"` stands for any address. With a `password` it wants to
    know it first, with a `tls` context it offers STARTTLS, and `offers` are more words of its greeting.
    """

    def __init__(self) -> None:
        self.dots: list[Received] = []
        self.connections = 0
        self.at_rcpt: dict[str, deque[str]] = defaultdict(deque)
        self.at_dot: dict[str, deque[str]] = defaultdict(deque)
        self.dot_seen = threading.Event()
        self.rcpt_seen = threading.Event()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.password = ""
        self.tls: ssl.SSLContext | None = None
        self.offers: tuple[str, ...] = ("PIPELINING",)
        self.encrypted = 0
        self._let_go: asyncio.Event | None = None
        self._protocols: list[SMTP] = []
        self._thread = threading.Thread(target=self._serve, name="mail-server", daemon=True)

    @property
    def accepted(self) -> list[Received]:
        return [received for received in self.dots if received.answer.startswith("250")]

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the mail server did not start")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def close_connections(self) -> None:
        """Close every connection from this side, as servers do with idle ones."""
        for protocol in self._protocols:
            if protocol.transport is not None:
                self._loop.call_soon_threadsafe(protocol.transport.close)

    def let_go(self) -> None:
        """Answer whoever hangs; from then on nobody hangs."""
        if self._let_go is not None:
            self._loop.call_soon_threadsafe(self._let_go.set)

    async def handle_EHLO(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(f"250-{offer}" for offer in self.offers), responses[-1]]

    async def handle_MAIL(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.password and not session.authenticated:
            return "530 5.7.0 who are you"
        envelope.mail_from = address
        return "250 go on"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.rcpt_seen.set()
        answer = await self._answer(server, self.at_rcpt, address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        address = envelope.rcpt_tos[0]
        data = envelope.original_content or b""
        planned = self._next(self.at_dot, address)
        self.dots.append(Received(address, data, planned, envelope.mail_from or ""))
        self.encrypted += session.ssl is not None
        self.dot_seen.set()
        return await self._play(server, planned)

    async def _answer(self, server: SMTP, script: dict[str, deque[str]], address: str) -> str:
        return await self._play(server, self._next(script, address))

    def _next(self, script: dict[str, deque[str]], address: str) -> str:
        for key in (address, "*"):
            if script[key]:
                return script[key].popleft()
        return "250 taken"

    async def _play(self, server: SMTP, answer: str) -> str:
        if answer == Trick.DROP and server.transport is not None:
            server.transport.close()
        if answer == Trick.HANG and self._let_go is not None:
            await self._let_go.wait()
            return "250 at last"
        return answer

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _open(self) -> None:
        self._let_go = asyncio.Event()
        self._server = await self._loop.create_server(self._protocol, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=known, handled=False)

    def _protocol(self) -> SMTP:
        self.connections += 1
        protocol = SMTP(
            self,
            hostname="mail.test",
            loop=self._loop,
            auth_require_tls=False,
            authenticator=self._authenticate,
            tls_context=self.tls,
        )
        self._protocols.append(protocol)
        return protocol


class TopicOfTests(TopicHandler):
    """A handler whose people stand in the facts of the subject, so that any process can work with it.

    Facts: `everyone` (for every topic but the technical emergency, which has a `ladder`), `listeners`, `sandbox`,
    `paused`, `forbidden` (keys that may not receive), `irrelevant`, `confidential`, `broken`, `title`, `text`.
    """

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances(bool(subject.facts.get("sandbox")), bool(subject.facts.get("paused")))

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        climbs = self._topic is Topic.TECHNICAL_EMERGENCY
        everyone = () if climbs else (Circle(Reason.ALERT_CONTACT, _people(subject, "everyone")),)
        ladder = (Circle(Reason.EMERGENCY_CONTACT, _people(subject, "ladder")),) if climbs else ()
        return TopicFacts(self._topic, everyone, ladder, _people(subject, "listeners"))

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return recipient.key not in subject.facts.get("forbidden", ())

    def still_relevant(self, subject: Subject) -> bool:
        return not subject.facts.get("irrelevant")

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        if subject.facts.get("broken"):
            raise ValueError("this message cannot be made")
        return Content(
            subject=f"{subject.facts.get('title', 'Something happened')} [{translation.get_language()}]",
            template="notifications/plain_mail",
            context={"paragraphs": [subject.facts.get("text", "Look & see.")]},
            is_confidential=bool(subject.facts.get("confidential")),
        )


def person(address: str, *, key: str = "", name: str = "Anna", language: str = "en", **more: Any) -> dict[str, Any]:
    """Return a person as `TopicOfTests` reads them from the facts of a subject.

    `endpoints` are ids of webhooks, `ways` are other endpoints: channel, id, and whether only for emergencies.
    """
    fields = {"key": key or f"address:{address}", "name": name, "address": address, "language": language}
    return {"time_zone": "Europe/Rome", **fields, **more}


def about(**facts: Any) -> Subject:
    """Return a subject of the tests."""
    return Subject(kind="test", id="1", account_id=None, facts=facts)


@contextmanager
def handled_by(handlers: Mapping[Topic, TopicHandler]) -> Iterator[None]:
    """Let these handlers, and no others, answer for their topics meanwhile."""
    before = dict(registry._handlers)  # noqa: SLF001  # only tests replace a handler
    registry._handlers.update(handlers)  # noqa: SLF001
    try:
        yield
    finally:
        registry._handlers.clear()  # noqa: SLF001
        registry._handlers.update(before)  # noqa: SLF001


def _people(subject: Subject, where: str) -> tuple[Person, ...]:
    return tuple(_person(fields) for fields in subject.facts.get(where, ()))


def _person(fields: Mapping[str, Any]) -> Person:
    blocked = fields.get("blocked")
    endpoints = tuple(Way(Channel.WEBHOOK, address) for address in fields.get("endpoints", ()))
    others = tuple(Way(Channel(channel), *way) for channel, *way in fields.get("ways", ()))
    known = {name: value for name, value in fields.items() if name != "ways"}
    return Person(**{**known, "blocked": Withheld(blocked) if blocked else None, "endpoints": endpoints + others})
