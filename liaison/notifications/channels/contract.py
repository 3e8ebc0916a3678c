"""What a channel is to the worker. A channel never decides whether somebody is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from liaison.notifications.facts import Because
from liaison.notifications.registry import Content, Recipient


class Outcome(StrEnum):
    """How one try ended."""

    ACCEPTED = "accepted"  # the other side took it over
    REFUSED = "refused"  # the other side said no, for good
    TEMPORARY = "temporary"  # no, or no answer, before the message was handed over: it is tried again
    UNKNOWN = "unknown"  # handed over, and the answer was lost
    STOPPED = "stopped"  # not handed over, because this worker no longer holds the message


@dataclass(frozen=True)
class Answer:
    """What the other side said. `code` is its number, `detail` its own words.

    `is_unavailable` says that it is the other side as a whole that cannot be reached: the next messages would
    fare no better.
    """

    outcome: Outcome
    code: int | None = None
    detail: str = ""
    is_unavailable: bool = False


@dataclass(frozen=True)
class Letter:
    """Everything a message is made of. `message_id` carries its angle brackets, `at` dates the message."""

    message_id: str
    at: datetime
    recipient: Recipient
    content: Content
    because: tuple[Because, ...]


@dataclass(frozen=True)
class Rendered:
    """A message in its final form: these bytes are sent, however often it takes."""

    subject_line: str
    data: bytes


class UndeliverableError(Exception):
    """A message that can never be made, for example for an address that no mail header can hold."""


# Called when everything but the end of the message has been said. It records that the end is about to be said
# and returns whether this worker still may say it.
BeforeTheEnd = Callable[[], bool]


class ChannelAdapter(Protocol):
    def render(self, letter: Letter) -> Rendered:
        """Put the letter into its final form, in the recipient's language. Raises UndeliverableError."""

    def send(self, address: str, data: bytes, before_the_end: BeforeTheEnd) -> Answer:
        """Send one message to one address; never raises for what the other side does."""

    def close(self) -> None:
        """Let go of the connection."""
