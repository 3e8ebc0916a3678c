"""An HTTP server that takes webhooks, with a ledger: `python -m faults.sinks.http <ledger>`.

A hook's name is the last part of its path. Its points: request (the headers came), dot (the whole body came, nothing
is decided), accepted (written to the ledger, nothing answered). The words of a rule with `do` answer are a status,
and after it headers, such as `429 Retry-After: 2`; `200 big` answers with two gigabytes.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from faults.ledger import TOKEN
from faults.sinks.rules import HangUpError, LedgerFile, Rules, obey, report

_BIG = 2 * 1024**3
_CHUNK = b"x" * 65536


class HttpSink:
    def __init__(self, ledger: Path) -> None:
        self.rules = Rules()
        self.port = 0
        self._ledger = LedgerFile(ledger)

    async def listen(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def obey(self, command: dict[str, Any]) -> None:
        """Carry out what the harness says: rule, clear."""
        match command.pop("do_this"):
            case "rule":
                self.rules.add(command)
            case "clear":
                self.rules.clear()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (HangUpError, OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one request; say whether the connection stays open."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        hook = "hook:" + first.split(" ")[1].partition("?")[0].rsplit("/", 1)[-1]
        port = writer.get_extra_info("peername")[1]
        await self.rules.meet("request", hook, port)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        found = TOKEN.search(body.decode("utf-8", "replace"))
        seen = {"to": hook, "token": found[0] if found else "", "message_id": headers.get("webhook-id", "")}
        try:
            said = await self.rules.meet("dot", hook, port)
        except HangUpError:
            self._ledger.write(**seen, accepted=False, answer="")
            raise
        if said:
            await self._answer_otherwise(writer, said, seen)
            return False
        try:
            await self.rules.meet("accepted", hook, port)
        except HangUpError:
            self._ledger.write(**seen, accepted=True, answer="")
            raise
        self._ledger.write(**seen, accepted=True, answer="204")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        return True

    async def _answer_otherwise(self, writer: asyncio.StreamWriter, said: str, seen: dict[str, str]) -> None:
        status, _, rest = said.partition(" ")
        is_big = rest == "big"
        self._ledger.write(**seen, accepted=status.startswith("2"), answer=status)
        length = _BIG if is_big else 0
        more = "" if is_big or not rest else f"{rest}\r\n"
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n"
        writer.write(head.encode())
        for _ in range(length // len(_CHUNK)):
            writer.write(_CHUNK)
            await writer.drain()
        await writer.drain()


def main() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    sink = HttpSink(Path(sys.argv[1]))
    loop.run_until_complete(sink.listen())
    obey(loop, sink.obey)
    report(event="ready", port=sink.port)
    loop.run_forever()


if __name__ == "__main__":
    main()
