"""Captures what a real Alertmanager posts: `python -m liaison.health.tests.capture` writes `captured/*.json`."""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from liaison.health.testing import Alertmanager, alert, running_alertmanager

FOLDER = Path(__file__).parent / "captured"


class Recorder(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), RecordingHandler)
        self.bodies: list[bytes] = []
        self.headers_seen: list[dict[str, str]] = []

    def next_body(self) -> bytes:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.bodies:
                return self.bodies.pop(0)
            time.sleep(0.05)
        raise RuntimeError("nothing was posted")


class RecordingHandler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:  # the name that the base class asks for
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.headers_seen.append(dict(self.headers))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's own name
        """Keep quiet."""


def play(manager: Alertmanager, recorder: Recorder) -> None:
    started = datetime.now(UTC).replace(microsecond=123000)
    latency = alert(
        "BookingServerErrors",
        severity="critical",
        summary="예약 서버의 오류율이 12%를 넘었습니다",
        starts_at=started,
        instance="booking-1.partner.test:443",
        job="booking-server",
    )
    manager.post([latency])
    keep("firing-critical.json", recorder)
    manager.post([latency | {"endsAt": datetime.now(UTC).isoformat()}])
    keep("resolved-critical.json", recorder)
    feeds = [
        alert(
            "FeedLate",
            severity=severity,
            summary=f"The feed {feed} is {hours} hours late",
            starts_at=started - timedelta(hours=hours),
            feed=feed,
            job="feeds",
        )
        for feed, severity, hours in (("availability", "warning", 3), ("services", "error", 7))
    ]
    manager.post([*feeds, alert("FeedLate", severity="page", summary="Żaden plik nie dotarł", starts_at=started)])
    keep("firing-group-of-three.json", recorder)
    manager.post([feeds[0] | {"endsAt": datetime.now(UTC).isoformat()}])
    keep("group-with-one-resolved.json", recorder)
    manager.post([alert("Watchdog", severity="none", summary="", starts_at=started) | {"annotations": {}}])
    keep("firing-unknown-severity.json", recorder)


def keep(name: str, recorder: Recorder) -> None:
    (FOLDER / name).write_bytes(recorder.next_body())


def main() -> None:
    recorder = Recorder()
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{recorder.server_port}/in/alertmanager"
    with (
        tempfile.TemporaryDirectory() as folder,
        running_alertmanager(Path(folder), webhook_url=url, key="a-key-of-the-capture") as manager,
    ):
        play(manager, recorder)
    recorder.shutdown()
    print(recorder.headers_seen[0])  # noqa: T201  # for the README


if __name__ == "__main__":
    main()
