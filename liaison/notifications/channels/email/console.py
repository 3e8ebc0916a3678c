"""The twin of the SMTP channel for development: it prints instead of sending."""

from __future__ import annotations

import sys
from typing import TextIO

from liaison.notifications.channels.contract import Answer, Letter, Outcome, Outgoing, Rendered
from liaison.notifications.channels.email.render import render_letter


class ConsoleMail:
    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def ready(self, address: str) -> Answer | None:
        """There is no connection that could be missing."""
        return None

    def place_of(self, address: str) -> str:
        """All mail goes to one place."""
        return "console"

    def render(self, letter: Letter) -> Rendered:
        return render_letter(letter)

    def send(self, message: Outgoing) -> Answer:
        self._stream.write(f"To {message.address}:\n{message.data.decode(errors='replace')}\n")
        self._stream.flush()
        return Answer(Outcome.ACCEPTED, detail="printed")

    def close(self) -> None:
        """There is no connection."""
