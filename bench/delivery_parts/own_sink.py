"""A sink in a process of its own, as quick as a few lines of asyncio can be. Only the standard library.

`python own_sink.py smtp PORT [FILE]` takes mail, `python own_sink.py http PORT` takes POSTs and answers 204. Like
`smtp-sink -c` it writes `mesg=N` to its standard output as soon as message number N is complete, and before it
answers. With FILE it keeps the newest message there, as it came over the wire (dots doubled, without the final one).
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

_END = b"\r\n.\r\n"
_GREETING = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"


class Sink(asyncio.Protocol):
    """One connection; the count is that of all connections."""

    count = 0
    kept: Path | None = None

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a TCP connection is one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while answer := self._next_answer():
            if self._transport is not None:
                self._transport.write(answer)

    def _next_answer(self) -> bytes:
        raise NotImplementedError

    @staticmethod
    def noted() -> None:
        Sink.count += 1
        os.write(1, b"mesg=%d\r" % Sink.count)


class MailSink(Sink):
    def __init__(self) -> None:
        super().__init__()
        self._in_data = False
        self._seen = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._transport is not None:
            self._transport.write(b"220 sink ESMTP\r\n")

    def _next_answer(self) -> bytes:
        if self._in_data:
            return self._end_of_message()
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return b""
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 2]
        if verb == b"DATA":
            self._in_data, self._seen = True, 0
            return b"354 go on\r\n"
        return _GREETING if verb == b"EHLO" else b"250 2.0.0 ok\r\n"

    def _end_of_message(self) -> bytes:
        end = self._buffer.find(_END, max(0, self._seen - len(_END)))
        if end < 0:
            self._seen = len(self._buffer)
            return b""
        if Sink.kept is not None:
            Sink.kept.write_bytes(self._buffer[: end + 2])
        del self._buffer[: end + len(_END)]
        self._in_data = False
        self.noted()
        return b"250 2.0.0 taken\r\n"


class HttpSink(Sink):
    def _next_answer(self) -> bytes:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return b""
        head = bytes(self._buffer[:end]).lower()
        found = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0].strip()
        whole = end + 4 + int(found or b"0")
        if len(self._buffer) < whole:
            return b""
        if Sink.kept is not None:
            Sink.kept.write_bytes(self._buffer[:whole])
        del self._buffer[:whole]
        self.noted()
        return b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


async def listen(kind: type[Sink], port: int) -> None:
    server = await asyncio.get_running_loop().create_server(kind, "127.0.0.1", port, reuse_address=True, backlog=256)
    await server.serve_forever()


if __name__ == "__main__":
    Sink.kept = Path(sys.argv[3]) if len(sys.argv) > 3 else None  # noqa: PLR2004  # the third word
    asyncio.run(listen({"smtp": MailSink, "http": HttpSink}[sys.argv[1]], int(sys.argv[2])))
