"""A mail server that does exactly what a test tells it, also what no honest server does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Final, Self

_SECONDS: Final = 10.0


class Talk:
    """One connection, seen from the server. `lines` are all commands so far, `writes` how the client packed them."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._heard = b""
        self.lines: list[str] = []
        self.content = b""

    def say(self, *answers: str) -> None:
        self._connection.sendall("".join(f"{answer}\r\n" for answer in answers).encode())

    def hear(self) -> str:
        """Return the next command."""
        while b"\r\n" not in self._heard:
            self._more()
        line, _, self._heard = self._heard.partition(b"\r\n")
        self.lines.append(line.decode())
        return self.lines[-1]

    def hear_at_once(self, commands: int) -> list[str]:
        """Return as many commands, which must have been said before any answer."""
        return [self.hear() for _ in range(commands)]

    def hear_content(self) -> bytes:
        """Return what was said up to the final dot, as it came."""
        while not self._heard.endswith(b"\r\n.\r\n"):
            self._more()
        self.content, self._heard = self._heard, b""
        return self.content

    def hear_the_end(self) -> bytes:
        """Return all that the client said until it closed the connection."""
        while True:
            try:
                heard = self._connection.recv(65536)
            except ConnectionResetError:
                heard = b""
            if not heard:
                return self._heard
            self._heard += heard

    def hear_nothing_for(self, seconds: float) -> bool:
        self._connection.settimeout(seconds)
        try:
            self._heard += self._connection.recv(65536)
        except TimeoutError:
            return True
        finally:
            self._connection.settimeout(_SECONDS)
        return False

    def greet(self, *offers: str) -> None:
        self.say("220 mail.test ESMTP")
        self.hear()
        self.say(*[f"250-{offer}" for offer in ("mail.test", *offers)][:-1], f"250 {(('mail.test', *offers))[-1]}")

    def hang_up(self, *, hard: bool = False) -> None:
        if hard:
            linger_not = b"\x01\0\0\0\0\0\0\0"
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self._connection.close()

    def _more(self) -> None:
        heard = self._connection.recv(65536)
        if not heard:
            raise ConnectionResetError("the client closed the connection")
        self._heard += heard


class ScriptedServer:
    """Plays one script for each connection, in order, on a free port of 127.0.0.1. `with` waits for all of them."""

    def __init__(self, *scripts: Callable[[Talk], None]) -> None:
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        self.talks: list[Talk] = []
        self.problems: list[Exception] = []
        self._thread = threading.Thread(target=self._play, name="scripted-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._thread.join(_SECONDS)
        self._listener.close()
        if details[0] is None:
            assert self.problems == []
            assert len(self.talks) == len(self._scripts)

    def _play(self) -> None:
        for script in self._scripts:
            try:
                connection, _ = self._listener.accept()
                connection.settimeout(_SECONDS)
                self.talks.append(Talk(connection))
                with connection:
                    script(self.talks[-1])
            except Exception as problem:  # noqa: BLE001  # the test looks at it
                self.problems.append(problem)
