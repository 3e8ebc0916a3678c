"""A client of LMTP over a plain socket: the library's reads one answer only, and each recipient gets its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from liaison.mail.lmtp import serve_forever


class LmtpClient:
    """One connection. Every method returns the answers as they came, without the line's end."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._lines = self._socket.makefile("rb")
        self.greeting = self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.close()
        self._socket.close()

    def say(self, command: str) -> str:
        self._socket.sendall(command.encode("utf-8") + b"\r\n")
        return self._answer()

    def begin(self, recipients: Sequence[str], sender: str = "") -> list[str]:
        """Greet, and name sender and recipients; return what was said to each recipient."""
        self.say("LHLO mail.operator.test")
        self.say(f"MAIL FROM:<{sender}>")
        return [self.say(f"RCPT TO:<{recipient}>") for recipient in recipients]

    def content(self, data: bytes, answers: int) -> list[str]:
        """Say the content and return as many answers as there are recipients."""
        assert self.say("DATA").startswith("354")
        stuffed = data.replace(b"\r\n.", b"\r\n..")
        self._socket.sendall(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return [self._answer() for _number in range(answers)]

    def _answer(self) -> str:
        while True:
            line = self._lines.readline().decode().rstrip("\r\n")
            if line[3:4] != "-":
                return line


@contextmanager
def lmtp_server() -> Iterator[int]:
    """Run the real server on a free port of this machine; give the port."""
    stop, known, ports = threading.Event(), threading.Event(), list[int]()

    def is_ready(port: int) -> None:
        ports.append(port)
        known.set()

    thread = threading.Thread(target=serve_forever, args=(stop, "127.0.0.1:0"), kwargs={"ready": is_ready})
    thread.start()
    try:
        if not known.wait(20):
            raise TimeoutError("the server did not start")
        yield ports[0]
    finally:
        stop.set()
        thread.join(30)
