"""The twin of the channel for development: it prints instead of sending, and loads no library."""

from __future__ import annotations

from liaison.notifications.channels.apprise.adapter import said_in
from liaison.notifications.channels.chat import rendered
from liaison.notifications.channels.contract import Letter, Rendered
from liaison.notifications.channels.twin import PrintingTwin


class _Words:
    def render(self, letter: Letter) -> Rendered:
        return rendered(*said_in(letter))


class PrintingApprise(PrintingTwin):
    def __init__(self) -> None:
        super().__init__(_Words())
