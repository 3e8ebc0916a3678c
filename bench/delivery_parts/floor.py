"""The floor: what the same mails cost without any of Liaison, on the same database and to the same sink.

Two processes. Each keeps its alerts (one `INSERT … ON CONFLICT` of 50 rows and a commit), then sends prebuilt bytes
over one kept connection, pipelined: the end of one mail and the start of the next travel together. No HTTP, no
decision, no words. With `recorded`, every 20 mails are written down with their bytes before the first of them is sent,
and again when they are answered: the least that at-least-once with proof can do.

`python floor.py URL PORT MAIL FIRST COUNT RECORDED` is one of the processes: it says `ready`, waits for a line, works.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from delivery_parts.sinks import Sink

PROCESSES = 2
_BATCH = 50
_IN_FLIGHT = 20
_WAIT = 300.0
_TABLE = """
DROP TABLE IF EXISTS floor_alert;
CREATE TABLE floor_alert (
    key text PRIMARY KEY, body jsonb NOT NULL, state smallint NOT NULL DEFAULT 0, sent bytea, sha256 text
)
"""
_KEEP = (
    "INSERT INTO floor_alert (key, body) SELECT * FROM unnest(%s::text[], %s::jsonb[]) ON CONFLICT (key) DO NOTHING"
    " RETURNING key"
)
_HAND_OVER = "UPDATE floor_alert SET state = 1, sent = %s, sha256 = %s WHERE key = ANY(%s)"
_FINISH = "UPDATE floor_alert SET state = 2 WHERE key = ANY(%s)"
_BODY = json.dumps({"labels": {"alertname": "OrdersFail", "severity": "warning"}, "summary": "An order fails"})
_START = b"MAIL FROM:<bench@operator.test>\r\nRCPT TO:<sara@bench-en.test>\r\nDATA\r\n"


@dataclass(frozen=True)
class Floor:
    """Seconds from the start to the last mail, and until everything was kept."""

    seconds: float
    kept_after: float


def run(url: str, sink: Sink, mail: Path, count: int, *, recorded: bool) -> Floor:
    """Keep and send `count` alerts, and return how long that took."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE)
    each = [count // PROCESSES + (1 if number < count % PROCESSES else 0) for number in range(PROCESSES)]
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, url, str(sink.port), str(mail), str(sum(each[:number])), str(size),
             str(int(recorded))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number, size in enumerate(each) if size
    ]  # fmt: skip
    for process in processes:
        _line(process)
    sink.arrivals.forget()
    began = time.monotonic()
    for process in processes:
        if process.stdin is not None:
            process.stdin.write(b"go\n")
            process.stdin.flush()
    arrived = sink.arrivals.wait_for(count, _WAIT)
    kept = max(float(_line(process)) for process in processes)
    for process in processes:
        process.communicate(timeout=60)
    return Floor(arrived - began, kept)


def _line(process: subprocess.Popen[bytes]) -> bytes:
    if process.stdout is None:
        raise TypeError("a process of the floor speaks on a pipe")
    return process.stdout.readline()


class _Mail:
    """One kept SMTP connection, pipelined: 354 comes before the body, and nothing waits twice."""

    def __init__(self, port: int, data: bytes) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")
        self._expect(b"220")
        self._socket.sendall(b"EHLO bench\r\n")
        while self._answers.readline()[3:4] == b"-":
            pass
        self._end = data + b".\r\n"

    def send(self, count: int) -> None:
        self._socket.sendall(_START)
        for number in range(count):
            for code in (b"250", b"250", b"354"):
                self._expect(code)
            self._socket.sendall(self._end + (_START if number + 1 < count else b""))
            self._expect(b"250")

    def _expect(self, code: bytes) -> None:
        answer = self._answers.readline()
        if not answer.startswith(code):
            raise RuntimeError(f"{answer!r} instead of {code!r}")


def _work(url: str, port: int, data: bytes, keys: list[str], *, recorded: bool) -> None:
    mail, digest = _Mail(port, data), hashlib.sha256(data).hexdigest()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT 1")
        _say("ready")
        sys.stdin.readline()
        began = time.monotonic()
        fresh: list[str] = []
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            fresh += [row[0] for row in connection.execute(_KEEP, [batch, [_BODY] * len(batch)])]
        _say(str(time.monotonic() - began))
        if not recorded:
            mail.send(len(fresh))
            return
        for start in range(0, len(fresh), _IN_FLIGHT):
            _send_recorded(connection, mail, fresh[start : start + _IN_FLIGHT], data, digest)


def _send_recorded(connection: psycopg.Connection[Any], mail: _Mail, keys: list[str], data: bytes, digest: str) -> None:
    connection.execute(_HAND_OVER, [data, digest, keys], binary=True)
    mail.send(len(keys))
    connection.execute(_FINISH, [keys])


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _url, _port, _file, _first, _count, _recorded = sys.argv[1:]
    _work(
        _url,
        int(_port),
        Path(_file).read_bytes(),
        [f"alert-{number}" for number in range(int(_first), int(_first) + int(_count))],
        recorded=_recorded == "1",
    )
