"""A receiver of webhooks for the demo: a small HTTP server on this machine that verifies what it gets and keeps it.

It knows nothing of how Liaison signs: it does what Standard Webhooks 1.0.0 tells a receiver to do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = "127.0.0.1"
NETWORK: Final = "127.0.0.1/32"
OLDEST_SECONDS: Final = 300
_LARGEST: Final = 1_000_000


@dataclass(frozen=True)
class Call:
    """One request as it came. `headers` have names in lower case; `received_at` is in seconds since 1970."""

    headers: Mapping[str, str]
    body: bytes
    received_at: float

    @property
    def id(self) -> str:
        return self.headers.get("webhook-id", "")

    @property
    def timestamp(self) -> str:
        return self.headers.get("webhook-timestamp", "")

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Verify the signature over the bytes as they came, and that the timestamp is at most five minutes off."""
        if not self.timestamp.isdigit() or abs(self.received_at - int(self.timestamp)) > OLDEST_SECONDS:
            return False
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{self.id}.{self.timestamp}.".encode() + self.body, hashlib.sha256).digest()
        ours = f"v1,{base64.b64encode(digest).decode()}"
        given = self.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(ours.encode(), one.encode()) for one in given)


class Receiver:
    """Listens on a free port of this machine once it is started, and answers 204 to every webhook."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Return where webhooks go. Raises RuntimeError before the start."""
        if self._server is None:
            raise RuntimeError("the receiver was not started")
        return f"http://{LOOPBACK}:{self._server.server_address[1]}/webhooks"

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return what came, in the order in which it came."""
        return tuple(self._calls)

    def start(self) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler(self._calls))
        threading.Thread(target=self._server.serve_forever, name="receiver", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _handler(calls: list[Call]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _LARGEST:
                self.send_error(413)
                self.close_connection = True
                return
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            calls.append(Call(headers, body, utc_now().timestamp()))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Keep quiet: the story says what came."""

    return Handler


class Partner:
    """A partner's server that says it is well, as long as it runs; always on the same port of this machine."""

    def __init__(self) -> None:
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Return where it is asked how it is. Raises RuntimeError before the first start."""
        if not self._port:
            raise RuntimeError("the partner's server was never started")
        return f"http://{LOOPBACK}:{self._port}/health"

    def start(self) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, self._port), _Healthy)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, name="partner", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Healthy(BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Keep quiet: the story says what was answered."""
