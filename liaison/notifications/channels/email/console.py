"""The twin of the SMTP channel for development: it prints instead of sending."""

from __future__ import annotations

import sys
from typing import TextIO

from liaison.notifications.channels.contract import Answer, BeforeTheEnd, Letter, Outcome, Rendered
from liaison.notifications.channels.email.render import render_letter


class ConsoleMail:
    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def render(self, letter: Letter) -> Rendered:
        return render_letter(letter)

    def send(self, address: str, data: bytes, before_the_end: BeforeTheEnd) -> Answer:
        if not before_the_end():
            return Answer(Outcome.STOPPED)
        self._stream.write(f"To {address}:\n{data.decode(errors='replace')}\n")
        self._stream.flush()
        return Answer(Outcome.ACCEPTED, detail="printed")

    def close(self) -> None:
        """There is no connection."""
