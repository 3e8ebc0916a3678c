"""An SMTP server with PIPELINING and a ledger: `python -m faults.sinks.smtp <ledger>`.

Its points, in the order of a conversation: connect, mail, rcpt, data (the command), body (its first line came), dot
(the final dot came, nothing is decided), accepted (it is decided, the 250 is not sent), answered (the 250 is sent).
"""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

from faults.ledger import TOKEN
from faults.sinks.rules import HangUpError, LedgerFile, Rules, obey, report

_END = b"\r\n.\r\n"
_LONGEST = 64 * 1024 * 1024
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>\r\n]+>)")
_TOKEN_BYTES = re.compile(TOKEN.pattern.encode())
_GREETING = "250-sink.test\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250 8BITMIME\r\n"
_TAKEN = "250 2.0.0 taken"


@dataclass
class Talk:
    """One connection: whose mail is being taken."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    port: int
    recipients: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        self.writer.write(words.encode() + b"\r\n")

    @property
    def to(self) -> str:
        return ", ".join(self.recipients)


class SmtpSink:
    def __init__(self, ledger: Path) -> None:
        self.rules = Rules()
        self.port = 0
        self._ledger = LedgerFile(ledger)
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.StreamWriter] = set()
        self._sabotage: list[str] = []

    async def listen(self) -> None:
        """Open the port, the same as before when it was closed in between."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, limit=_LONGEST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def obey(self, command: dict[str, Any]) -> None:
        """Carry out what the harness says: rule, clear, open, close, sabotage."""
        match command.pop("do_this"):
            case "rule":
                self.rules.add(command)
            case "clear":
                self.rules.clear()
            case "close":
                self._close()
            case "open":
                await self.listen()
            case "sabotage":
                self._sabotage = ["drop", "thrice"]

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._talks:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader, writer, writer.get_extra_info("peername")[1])
        self._talks.add(writer)
        try:
            await self._converse(talk)
        except (HangUpError, OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            self._talks.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _converse(self, talk: Talk) -> None:
        said = await self.rules.meet("connect", "", talk.port)
        talk.say(said or "220 sink.test")
        if said:
            return
        while line := await talk.reader.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words[:4].upper()
            if verb == "QUIT":
                talk.say("221 bye")
                return
            await self._answer(talk, verb, words)

    async def _answer(self, talk: Talk, verb: str, words: str) -> None:
        match verb:
            case "EHLO" | "HELO":
                talk.writer.write(_GREETING.encode())
            case "MAIL":
                talk.recipients.clear()
                talk.say(await self.rules.meet("mail", "", talk.port) or "250 ok")
            case "RCPT":
                await self._recipient(talk, words)
            case "DATA":
                await self._data(talk)
            case _:
                talk.recipients.clear()
                talk.say("250 ok")

    async def _recipient(self, talk: Talk, words: str) -> None:
        address = words[words.find("<") + 1 : words.find(">")].lower()
        said = await self.rules.meet("rcpt", address, talk.port)
        if not said:
            talk.recipients.append(address)
        talk.say(said or "250 ok")

    async def _data(self, talk: Talk) -> None:
        if not talk.recipients:
            talk.say("503 no recipient")
            return
        said = await self.rules.meet("data", talk.to, talk.port)
        talk.say(said or "354 go on")
        if said:
            return
        first = await talk.reader.readuntil(b"\r\n")
        await self.rules.meet("body", talk.to, talk.port)
        await self._end(talk, first + await talk.reader.readuntil(_END))

    async def _end(self, talk: Talk, data: bytes) -> None:
        try:
            said = await self.rules.meet("dot", talk.to, talk.port)
        except HangUpError:
            self._write(talk, data, accepted=False, answer="")
            raise
        if said:
            self._write(talk, data, accepted=False, answer=said[:3])
            talk.say(said)
            return
        await self._accept(talk, data)

    async def _accept(self, talk: Talk, data: bytes) -> None:
        try:
            await self.rules.meet("accepted", talk.to, talk.port)
        except HangUpError:
            self._write(talk, data, accepted=True, answer="")
            raise
        self._write(talk, data, accepted=True, answer="250")
        talk.say(_TAKEN)
        await self.rules.meet("answered", talk.to, talk.port)

    def _write(self, talk: Talk, data: bytes, *, accepted: bool, answer: str) -> None:
        found = _MESSAGE_ID.search(data)
        message_id = found[1].decode() if found else ""
        token = token_of(data)
        times = self._times(token) if accepted else 1
        for address in talk.recipients * times:
            self._ledger.write(to=address, token=token, message_id=message_id, accepted=accepted, answer=answer)

    def _times(self, token: str) -> int:
        """Return how often to write an accepted message: once, except where the harness tests its own judge."""
        if not self._sabotage or not token:
            return 1
        what = self._sabotage.pop(0)
        report(event="sabotaged", what=what, token=token)
        return 0 if what == "drop" else 3


def token_of(data: bytes) -> str:
    """Return the alert's word in a mail, also where the body is encoded; empty when there is none."""
    found = _TOKEN_BYTES.search(data)
    if found:
        return found[0].decode()
    for part in message_from_bytes(data).walk():
        payload = part.get_payload(decode=True)  # None for a part that only holds others
        found = _TOKEN_BYTES.search(payload) if isinstance(payload, bytes) else None
        if found:
            return found[0].decode()
    return ""


def main() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    sink = SmtpSink(Path(sys.argv[1]))
    loop.run_until_complete(sink.listen())
    obey(loop, sink.obey)
    report(event="ready", port=sink.port)
    loop.run_forever()


if __name__ == "__main__":
    main()
