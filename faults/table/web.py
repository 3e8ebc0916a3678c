"""The web dies around the commit, and what senders do: repeats, wrong order, poison, storms."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from faults.client import Alert, RejectedError, body_of, new_token
from faults.house import NOISY, THREE, TRICKLES
from faults.processes import send
from faults.scene import Scene
from faults.sinks.remote import wait_until
from faults.table.fault import Fault

_IN_ONE_POST = 50
_AT_ONCE = 50
_STORM = 10_000
_SENDERS = 4
_STORM_SECONDS = 10.0
_BOUND_OF_TRICKLES = 20.0
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def kill_before_commit(scene: Scene) -> None:
    """Freeze requests inside their transaction by a lock, then kill the web."""
    with scene.stack.connect() as connection, connection.transaction():
        connection.execute("LOCK TABLE health_incident IN ACCESS EXCLUSIVE MODE")
        scene.meanwhile(lambda: scene.alert(times=2))

        def somebody_waits() -> bool:
            row = connection.execute(_WAITING).fetchone()
            return bool(row and row[0])

        if not wait_until(somebody_waits, 10):
            scene.problems.append("no request came to the lock")
        send(scene.stack.web_workers(), signal.SIGKILL)


def kill_after_commit(scene: Scene) -> None:
    """Kill the web when it has answered, and throw the answer away: the sender must send again."""
    workers = scene.stack.web_workers()
    for _ in range(2):
        scene.client.send(THREE, [Alert(new_token())], lose_answer=lambda: send(workers, signal.SIGKILL))


def kill_during_upload(scene: Scene) -> None:
    """Kill the web when half of a request's body has come."""
    alert = Alert(new_token())
    body = body_of([alert])
    half = http.client.HTTPConnection("127.0.0.1", scene.stack.port, timeout=10)
    half.putrequest("POST", "/in/alertmanager")
    half.putheader("Authorization", f"Bearer {scene.stack.house.homes[THREE].key}")
    half.putheader("Content-Type", "application/json")
    half.putheader("Content-Length", str(len(body)))
    half.endheaders(body[: len(body) // 2])
    scene.sleep(0.2)
    send(scene.stack.web_workers(), signal.SIGKILL)
    with suppress(OSError, http.client.HTTPException):
        half.send(body[len(body) // 2 :])
        half.getresponse()
    half.close()
    scene.client.send(THREE, [alert])


def same_event_at_once(scene: Scene) -> None:
    alert = Alert(new_token())
    threads = [threading.Thread(target=scene.client.send, args=(THREE, [alert])) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def replayed(scene: Scene) -> None:
    alerts = [Alert(new_token()) for _ in range(3)]
    for _ in range(3):
        scene.client.send(THREE, alerts)
        scene.sleep(0.3)


def resolve_before_trigger(scene: Scene) -> None:
    """An end that overtakes its beginning tells nobody (docs/decisions/0008); one that comes after it tells all."""
    began = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    late, usual = new_token(), new_token()
    scene.client.send(THREE, [Alert(late, is_firing=False, starts_at=began, messages=0)])
    scene.client.send(THREE, [Alert(late, starts_at=began, messages=0)])
    scene.client.send(THREE, [Alert(usual, starts_at=began)])
    scene.client.send(THREE, [Alert(usual, is_firing=False, starts_at=began, messages=2)])


def poison(scene: Scene) -> None:
    """Hostile texts among ordinary ones: they may be refused with a 4xx, but cost the others nothing."""
    bidi, line, nul = "\u202e", "\u2028\u2029", "\0"
    hostile = (
        {"summary": f"NUL {nul} half \ud800 pair"},
        {"summary": f"a\r\nBcc: everybody@evil.test\r\n\r\n.\r\nQUIT{line}{bidi}"},
        {"labels": {"x" * 300: "y" * 700_000}},
        {"labels": {f"label{number}": "值" * 50 for number in range(500)}},
        {"summary": "{{ 7*7 }}{% raw %}<script>alert(1)</script>%(name)s {0} %s"},
        {"summary": "\r\n.\r\n" * 20, "labels": {nul: nul, "alertname": "\r\nSubject: x"}},
        {"summary": "😀" * 5000},
    )  # fmt: skip
    for more in hostile:
        try:
            scene.client.send(THREE, [Alert(new_token(), **more)])
        except RejectedError as problem:
            scene.problems.append(f"an alert with a hostile text was refused, so its sender gives up: {problem}")
        scene.alert()


def storm(scene: Scene) -> None:
    """One account sends thousands at once while others send now and then; theirs must not wait behind it."""
    posts = min(_STORM, int(scene.mails_per_second * scene.quick(60, 10))) // _IN_ONE_POST
    began = time.monotonic()
    scene.bounds[TRICKLES] = _BOUND_OF_TRICKLES

    def send_its_part() -> None:
        for _ in range(posts // _SENDERS):
            scene.client.send(NOISY, [Alert(new_token()) for _ in range(_IN_ONE_POST)])

    for _ in range(_SENDERS):
        scene.meanwhile(send_its_part)
    scene.join()
    scene.sleep(max(0.0, _STORM_SECONDS - (time.monotonic() - began)))


FAULTS = (
    Fault("web-before-commit", "kill -9 of the web while requests are before their commit", kill_before_commit),
    Fault("web-after-commit", "kill -9 of the web after the commit, the answer lost", kill_after_commit, in_quick=True),
    Fault("web-during-upload", "kill -9 of the web while a body comes in", kill_during_upload),
    Fault("same-event-50-times", "one event 50 times at once", same_event_at_once, in_quick=True),
    Fault("replayed", "the same requests three times", replayed),
    Fault("resolve-before-trigger", "the end before the beginning, and the usual way round", resolve_before_trigger),
    Fault("poison", "hostile and huge texts among ordinary alerts", poison, in_quick=True),
    Fault("storm", "one account's storm while others trickle", storm, rounds=1, recovers_in=180),
)  # fmt: skip
