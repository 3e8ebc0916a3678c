"""Calls that never happened: what a platform would report of a partner's integration, line by line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from liaison.demo.client import Answer, Browser

SIGNALS: Final = "/api/v1/signals"
_MERCHANTS: Final = 12
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Stretch:
    """Some minutes of calls of the same kind: `calls` of each action a minute, of which a share fails."""

    start: datetime
    minutes: int
    actions: tuple[str, ...]
    calls: int = 20
    failing: float = 0.0
    latency_ms: int = 320

    @property
    def end(self) -> datetime:
        return self.start + self.minutes * _MINUTE


def lines_of(stretch: Stretch) -> Iterator[dict[str, object]]:
    """Return what is reported: one line for what went well in a minute, one for each merchant for whom it failed."""
    for number in range(stretch.minutes):
        at = stretch.start + number * _MINUTE
        failed = round(stretch.calls * stretch.failing)
        for action in stretch.actions:
            told: dict[str, object] = {"action": action, "at": at.isoformat()}
            good = stretch.calls - failed
            if good:
                # Calls are a little slower at some minutes than at others, as they are everywhere.
                yield {**told, "outcome": "ok", "count": good, "latency_ms": stretch.latency_ms + number * 37 % 90}
            for call in range(failed):
                merchant = f"merchant-{(number * 5 + call) % _MERCHANTS + 1:02}"
                yield {
                    **told,
                    "outcome": "error",
                    "merchant": merchant,
                    "code": "HTTP 500",
                    "reference": f"{at:%H%M}-{action}-{call}",
                    "detail": "upstream kitchen service: connection reset",
                }


def report(browser: Browser, key: str, stretches: Sequence[Stretch], batch: str) -> Answer:
    """Send a batch as a platform would: JSON lines, compressed, under a name that makes it count once."""
    lines = (line for stretch in stretches for line in lines_of(stretch))
    body = "\n".join(json.dumps(line) for line in lines).encode()
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
        "Batch-Id": batch,
    }
    return browser.send("POST", SIGNALS, gzip.compress(body), headers)
