"""A small double of ClamAV's daemon: it knows INSTREAM and PING, one virus, and a limit to streams."""

from __future__ import annotations

import socketserver
import threading
from typing import Final

EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner calls a virus; put together here so that no scanner calls this file one."""


class Scanner:
    """Listens on a free port. `limit`: bytes of a stream after which it closes, with its words or, `rude`, without."""

    def __init__(self, *, limit: int = 1_000_000, rude: bool = False, silent: bool = False) -> None:
        self.limit = limit
        self.rude = rude
        self.silent = silent
        self.asked = 0
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.asked += 1
                outer.answer(self.request.makefile("rwb"))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def answer(self, stream) -> None:  # type: ignore[no-untyped-def]  # a socket's file
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if self.silent:
            return
        words = b"PONG" if command == b"zPING\0" else self._scanned(stream)
        if words:
            stream.write(words + b"\0")
            stream.flush()

    def _scanned(self, stream) -> bytes:  # type: ignore[no-untyped-def]  # as above
        content = b""
        while length := int.from_bytes(stream.read(4), "big"):
            content += stream.read(length)
            if len(content) > self.limit:
                return b"" if self.rude else b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Test FOUND" if EICAR in content else b"stream: OK"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
