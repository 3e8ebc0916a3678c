"""The sender of alerts, with its ledger: what got a 2xx. It tries again as Alertmanager does, with the same body."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Self

from faults.house import House
from faults.ledger import Promise

_PATH = "/in/alertmanager"
_TIMEOUT = 30.0
_LONGEST_PAUSE = 1.0
_GIVE_UP_AFTER = 300.0


class RejectedError(Exception):
    """The server answered a 4xx: Alertmanager gives up on those."""


@dataclass(frozen=True)
class Alert:
    """One alert to send. `messages` is how many it will owe to each recipient when this is accepted."""

    token: str
    is_firing: bool = True
    starts_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    summary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    messages: int = 1

    @property
    def payload(self) -> dict[str, Any]:
        ended = {} if self.is_firing else {"endsAt": datetime.now(UTC).isoformat()}
        return {
            "status": "firing" if self.is_firing else "resolved",
            "labels": {"alertname": "OvenIsCold", "severity": "warning", **self.labels},
            "annotations": {"summary": f"{self.token} {self.summary or 'The oven is cold'}"},
            "startsAt": self.starts_at,
            "fingerprint": self.token,
            **ended,
        }


class Client:
    """Sends alerts to one installation and keeps what it was promised. Used by several threads."""

    def __init__(self, port: int, house: House, ledger: Path) -> None:
        self._port, self._house = port, house
        self._file = ledger.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()
        self._promises: dict[str, Promise] = {}
        self.rejected: list[str] = []
        self.unanswered: list[str] = []

    def send(self, account: str, alerts: Sequence[Alert], *, lose_answer: Callable[[], None] | None = None) -> None:
        """Post alerts in one request until it gets a 2xx. Raises RejectedError, and TimeoutError after five minutes.

        With `lose_answer` the first 2xx is thrown away: that is called, and the same body goes out again.
        """
        body = body_of(alerts)
        end = time.monotonic() + _GIVE_UP_AFTER
        pause, tries = 0.1, 0
        while time.monotonic() < end:
            tries += 1
            status, answer = self.post(account, body)
            if 200 <= status < 300 and lose_answer is not None:  # noqa: PLR2004  # the class of the status
                lose_answer()
                lose_answer = None
                continue
            if 200 <= status < 300:  # noqa: PLR2004
                self._keep(account, alerts, answer, tries)
                return
            if 400 <= status < 500:  # noqa: PLR2004
                self.rejected += [alert.token for alert in alerts]
                raise RejectedError(f"{status} {answer[:300]!r}")
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        self.unanswered += [alert.token for alert in alerts]
        raise TimeoutError("no 2xx in five minutes")

    def post(self, account: str, body: bytes) -> tuple[int, bytes]:
        """Post once; return status and body, 0 where the connection failed."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._house.homes[account].key}"}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT)
        try:
            connection.request("POST", _PATH, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    @property
    def promises(self) -> list[Promise]:
        with self._lock:
            return list(self._promises.values())

    def _keep(self, account: str, alerts: Sequence[Alert], answer: bytes, tries: int) -> None:
        now = time.time()
        incidents = [one["id"] for one in json.loads(answer)["incidents"]]
        recipients = self._house.homes[account].recipients
        for alert, incident in zip(alerts, incidents, strict=True):
            self._promise(
                Promise(alert.token, account, now, recipients if alert.messages else (), alert.messages, incident),
                tries,
            )

    def _promise(self, made: Promise, tries: int) -> None:
        line = {**asdict(made), "tries": tries}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            known = self._promises.get(made.token)
            # The same alert again owes nothing more; its end owes one more to each.
            if known is None or made.messages > known.messages:
                first = known.accepted_at if known else made.accepted_at
                self._promises[made.token] = replace(made, accepted_at=first)


class Load:
    """Alerts at a steady rate from a few threads, to the given accounts, until the block ends."""

    def __init__(self, client: Client, accounts: Sequence[str], per_second: float, random: Random) -> None:
        self._client, self._accounts, self._random = client, accounts, random
        self._stop = threading.Event()
        threads = 3 if per_second else 0
        self._pause = threads / per_second if per_second else 0.0
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        self.problems: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._pause * self._random.uniform(0.5, 1.5)):
            try:
                self._client.send(self._random.choice(self._accounts), [Alert(new_token())])
            except (RejectedError, TimeoutError) as problem:
                self.problems.append(f"an ordinary alert was not taken: {problem}")


def new_token() -> str:
    return f"zq{secrets.token_hex(8)}qz"


def body_of(alerts: Sequence[Alert]) -> bytes:
    """Return what Alertmanager would post."""
    statuses = {"firing" if alert.is_firing else "resolved" for alert in alerts}
    return json.dumps({
        "version": "4", "groupKey": "{}:{}", "receiver": "liaison", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "http://alertmanager.partner.test", "truncatedAlerts": 0,
        "status": "firing" if "firing" in statuses else "resolved",
        "alerts": [alert.payload for alert in alerts],
    }).encode()  # fmt: skip
