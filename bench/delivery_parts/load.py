"""The senders of alerts: payloads made beforehand, a few clients that keep their connections."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from typing import Any

PER_POST = 50
CLIENTS = 4
_MOST_TRIES = 100
_KEYS_AT_A_TIME = 20
_numbers = count(1)


@dataclass
class Posted:
    """How the posting went. Moments are of the monotonic clock; `seconds` are those of each answered POST."""

    began: float = 0.0
    ended: float = 0.0
    seconds: list[float] = field(default_factory=list)
    put_off: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    path: str
    body: bytes
    headers: dict[str, str]


def for_liaison(alerts: int, keys: list[str]) -> list[Request]:
    """Return POSTs of Alertmanager's webhook with `alerts` distinct alerts, the keys in turns."""
    requests = []
    for number, size in enumerate(_sizes(alerts)):
        one_by_one = [_alert() for _ in range(size)]
        body = {
            "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "liaison",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alerts.partner.test",
            "alerts": [
                {
                    **alert,
                    "status": "firing",
                    "endsAt": "0001-01-01T00:00:00Z",
                    "fingerprint": f"{int(alert['labels']['order']):016x}",
                }
                for alert in one_by_one
            ],
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {keys[number % len(keys)]}"}
        requests.append(Request("/in/alertmanager", json.dumps(body).encode(), headers))
    return requests


def for_alertmanager(alerts: int) -> list[Request]:
    """Return POSTs to Alertmanager's own API, as Prometheus sends them, with the same alerts."""
    headers = {"Content-Type": "application/json"}
    return [
        Request("/api/v2/alerts", json.dumps([_alert() for _ in range(size)]).encode(), headers)
        for size in _sizes(alerts)
    ]


def storm_for_liaison(keys: list[str], alerts: int, *, posts: int = 2) -> list[Request]:
    """Return POSTs with so many alerts for each key, in `posts` of each, a few keys at a time."""
    return [
        request
        for start in range(0, len(keys), _KEYS_AT_A_TIME)
        for _ in range(posts)
        for key in keys[start : start + _KEYS_AT_A_TIME]
        for request in for_liaison(alerts // posts, [key])
    ]


def storm_for_alertmanager(entries: int, alerts: int, *, posts: int = 2) -> list[Request]:
    """Return the same alerts for Alertmanager, each with the label `entry`."""
    headers = {"Content-Type": "application/json"}
    requests = []
    for start in range(0, entries, _KEYS_AT_A_TIME):
        for _ in range(posts):
            for entry in range(start, min(entries, start + _KEYS_AT_A_TIME)):
                some = [_alert() for _ in range(alerts // posts)]
                for one in some:
                    one["labels"]["entry"] = str(entry)
                requests.append(Request("/api/v2/alerts", json.dumps(some).encode(), headers))
    return requests


def post_all(port: int, requests: list[Request]) -> Posted:
    """Post everything by a few clients at once, each over one connection, and return how that went."""
    posted = Posted()
    waiting = iter(requests)
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        barrier.wait()
        while True:
            with lock:
                request = next(waiting, None)
            if request is None:
                break
            seconds, put_off, problem = _post(connection, request)
            with lock:
                posted.seconds.append(seconds)
                posted.put_off += put_off
                posted.broken += [problem] if problem else []
        connection.close()

    clients = min(CLIENTS, len(requests))
    barrier = threading.Barrier(clients, action=lambda: setattr(posted, "began", time.monotonic()))
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    posted.ended = time.monotonic()
    return posted


def _post(connection: http.client.HTTPConnection, request: Request) -> tuple[float, int, str]:
    """Post until it is taken; return the seconds from the first try, the 503s on the way, and what went wrong."""
    began = time.monotonic()
    for tries in range(_MOST_TRIES):
        connection.request("POST", request.path, request.body, request.headers)
        answer = connection.getresponse()
        words = answer.read()
        if answer.status == HTTPStatus.OK:
            return time.monotonic() - began, tries, ""
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            return time.monotonic() - began, tries, f"{answer.status} {words[:300]!r}"
        time.sleep(0.05)
    return time.monotonic() - began, _MOST_TRIES, "503 for too long"


def _sizes(alerts: int) -> list[int]:
    full, rest = divmod(alerts, PER_POST)
    return [PER_POST] * full + ([rest] if rest else [])


def _alert() -> dict[str, Any]:
    """Return an alert that differs from every other by its label `order`."""
    number = next(_numbers)
    return {
        "labels": {
            "alertname": "OrdersFail", "severity": "warning", "job": "orders", "instance": f"orders-{number % 40}:9100",
            "cluster": "eu-1", "order": str(number),
        },
        "annotations": {
            "summary": f"Order {number} fails at the kitchen",
            "description": f"The kitchen has refused order {number} five times within ten minutes.",
            "runbook_url": "https://runbooks.partner.test/orders-fail",
        },
        "startsAt": datetime.now(tz=UTC).isoformat(),
        "generatorURL": "http://prometheus.partner.test/graph",
    }  # fmt: skip
