"""What a channel is to the worker. A channel never decides whether somebody is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from liaison.notifications.facts import Because
from liaison.notifications.registry import Content, Recipient


class Outcome(StrEnum):
    """How one try ended."""

    ACCEPTED = "accepted"  # the other side took it over
    REFUSED = "refused"  # the other side said no, for good
    TEMPORARY = "temporary"  # no, or no answer, before the message was complete: it is tried again
    STOPPED = "stopped"  # not sent, because this worker no longer holds the message
    WAITING = "waiting"  # not tried, because the other side asked us to wait: `wait` says how much longer
    UNKNOWN = "unknown"  # complete, and the answer was lost


@dataclass(frozen=True)
class Answer:
    """What the other side said. `code` is its number, `detail` its own words, never more than 1,000 characters.

    `is_unavailable` says that it is the other side as a whole that cannot be reached: the next messages to the
    same place would fare no better. `wait` is how long the other side asked us to wait before the next try.
    """

    outcome: Outcome
    code: int | None = None
    detail: str = ""
    is_unavailable: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True)
class Later:
    """The message is complete and the answer takes its time: `wait` blocks until it is there or given up.

    The adapter has let go of the connection: it can send the next message meanwhile, and `wait` may be called in
    another thread.
    """

    wait: Callable[[], Answer]


@dataclass(frozen=True)
class Letter:
    """Everything a message is made of. `message_id` carries its angle brackets, `at` dates the message.

    `public_id` names the delivery, `address` is where it goes on its channel, `because` why.
    """

    message_id: str
    at: datetime
    recipient: Recipient
    content: Content
    because: tuple[Because, ...]
    address: str = ""
    public_id: str = ""


@dataclass(frozen=True)
class Rendered:
    """A message in its final form: these bytes are sent, however often it takes.

    `form` is what many messages share, where there is such: the bytes are then kept as their difference from it.
    """

    subject_line: str
    data: bytes
    form: bytes | None = None


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Outgoing:
    """One message on its way: `message_id` is the same at every try, `at` is the moment of this try.

    `may_be_sent` is asked at the last moment before the content goes out. It costs nothing while the lease runs.
    """

    address: str
    data: bytes
    message_id: str
    at: datetime
    may_be_sent: Callable[[], bool] = _always


class UndeliverableError(Exception):
    """A message that can never be made, for example for an address that no mail header can hold."""


class ChannelAdapter(Protocol):
    """One channel in one thread of one worker. It keeps its connection between messages."""

    def ready(self, address: str) -> Answer | None:
        """Make sure that the other side can be spoken to; return None, or why nothing can be sent now."""

    def place_of(self, address: str) -> str:
        """Name the other side: addresses with the same name share its fate when it is unavailable."""

    def render(self, letter: Letter) -> Rendered:
        """Put the letter into its final form, in the language and zone that are active. Raises UndeliverableError."""

    def send(self, message: Outgoing) -> Answer | Later:
        """Send one message to one address; never raises for what the other side does."""

    def close(self) -> None:
        """Let go of the connection."""
