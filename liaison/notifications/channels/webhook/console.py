"""The twin of the webhook channel for development: it prints instead of sending."""

from __future__ import annotations

import sys
from typing import TextIO

from liaison.notifications.channels.contract import Answer, Letter, Outcome, Outgoing, Rendered
from liaison.notifications.channels.webhook.render import render_event
from liaison.notifications.channels.webhook.signing import webhook_id


class ConsoleWebhooks:
    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def ready(self, address: str) -> Answer | None:
        return None

    def place_of(self, address: str) -> str:
        return address

    def render(self, letter: Letter) -> Rendered:
        return render_event(letter)

    def send(self, message: Outgoing) -> Answer:
        self._stream.write(
            f"To endpoint {message.address}, {webhook_id(message.message_id)}:\n{message.data.decode()}\n"
        )
        self._stream.flush()
        return Answer(Outcome.ACCEPTED, detail="printed")

    def close(self) -> None:
        """There is no connection."""
