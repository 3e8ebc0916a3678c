"""What was promised and what arrived: the client's ledger and the sinks' ledgers, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOKEN = re.compile(r"zq[0-9a-f]{16}qz")
"""The word by which an alert is known again in what arrives: it stands in the alert's summary."""


@dataclass(frozen=True)
class Promise:
    """An alert that got a 2xx: whom it owes a message, and how many (a beginning and an end are two).

    `accepted_at` is when the 2xx arrived, in seconds since 1970.
    """

    token: str
    account: str
    accepted_at: float
    recipients: tuple[str, ...]
    messages: int = 1
    incident: str = ""


@dataclass(frozen=True)
class Dot:
    """One message that came to a sink up to its end (the final dot; the last byte of a webhook's body).

    `answer` is the status code that was sent back, empty when the sink hung up instead. `message_id` is the
    Message-ID or the webhook-id.
    """

    at: float
    to: str
    token: str
    message_id: str
    is_accepted: bool
    answer: str

    @property
    def is_refused(self) -> bool:
        """Say whether the sink answered a definite no."""
        return not self.is_accepted and self.answer != ""

    @property
    def is_answer_lost(self) -> bool:
        return self.is_accepted and self.answer == ""


class Reader:
    """Reads what was appended to a sink's ledger since the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.dots: list[Dot] = []

    def refresh(self) -> list[Dot]:
        """Return every dot so far."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]  # the last line may be half written
            self._offset += len(whole)
            self.dots += [_dot(json.loads(line)) for line in whole.splitlines()]
        return self.dots


def _dot(line: dict[str, Any]) -> Dot:
    return Dot(
        at=line["at"],
        to=line["to"],
        token=line["token"],
        message_id=line["id"],
        is_accepted=line["accepted"],
        answer=line["answer"],
    )
