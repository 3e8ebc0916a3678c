"""The twin of every channel that posts, for development: it prints instead of sending."""

from __future__ import annotations

import sys
from typing import Final, Protocol, TextIO

from django.conf import settings

from liaison.notifications.channels.contract import Answer, ChannelAdapter, Letter, Outcome, Outgoing, Rendered

CONSOLE: Final = "console"


class Renders(Protocol):
    """What a twin takes of its channel: how a message looks."""

    def render(self, letter: Letter) -> Rendered:
        """Return what is said, in the language that is active. Raises UndeliverableError."""


class PrintingTwin:
    """Renders as its service does. It says on the console what would have gone to which endpoint."""

    def __init__(self, service: Renders, stream: TextIO | None = None) -> None:
        self._service = service
        self._stream = stream or sys.stdout

    def ready(self, address: str) -> Answer | None:
        return None

    def place_of(self, address: str) -> str:
        return address

    def render(self, letter: Letter) -> Rendered:
        return self._service.render(letter)

    def send(self, message: Outgoing) -> Answer:
        name = message.message_id.strip("<>").partition("@")[0]
        self._stream.write(f"To endpoint {message.address}, msg_{name}:\n{message.data.decode()}\n")
        self._stream.flush()
        return Answer(Outcome.ACCEPTED, detail="printed")

    def close(self) -> None:
        """There is no connection."""


def prints_only() -> bool:
    """Say whether this installation prints what it would post."""
    return bool(settings.WEBHOOKS == CONSOLE)


def twin_of(service: Renders) -> ChannelAdapter:
    return PrintingTwin(service)
