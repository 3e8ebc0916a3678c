"""What the planner is given and what it answers: frozen values, no ORM, no clock, no settings (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liaison.catalog.vocabulary import Topic


class Channel(StrEnum):
    EMAIL = "email"


class Reason(StrEnum):
    """Why somebody is told: the place where they stand."""

    ALERT_CONTACT = "alert_contact"
    EMERGENCY_CONTACT = "emergency_contact"
    ADMINISTRATOR = "administrator"
    PARTNER_MANAGER = "partner_manager"
    OPERATOR_ADMINISTRATOR = "operator_administrator"
    ASKED_FOR_SANDBOX = "asked_for_sandbox"
    ADDRESSED = "addressed"


class Withheld(StrEnum):
    """Why somebody is not told."""

    SANDBOX = "sandbox"  # R2: nothing of the sandbox reaches the record
    PAUSED = "paused"  # R2: a paused integration raises no production alert
    SUSPENDED = "suspended"  # the identity was suspended
    NO_ADDRESS = "no_address"  # the identity has no mailbox
    DECLINED = "declined"  # the person declined to be a contact
    UNREACHABLE = "unreachable"  # the address bounced
    LATER_STEP = "later_step"  # told only when nobody before them can be reached
    NO_LONGER_ALLOWED = "no_longer_allowed"  # lost the right between planning and sending
    NO_LONGER_RELEVANT = "no_longer_relevant"  # it was over before it was sent


@dataclass(frozen=True)
class Person:
    """A person or alias who may be told. `key` names them: `identity:12`, `entry:7` or `address:a@b.test`."""

    key: str
    name: str
    address: str
    language: str
    time_zone: str
    identity_id: int | None = None
    blocked: Withheld | None = None
    channels: tuple[Channel, ...] = (Channel.EMAIL,)


@dataclass(frozen=True)
class Circle:
    """People who stand in one place of one topic, in order.

    In a ladder they are one step together, except emergency contacts: there each entry is a step of its own.
    """

    reason: Reason
    people: tuple[Person, ...]

    @property
    def one_by_one(self) -> bool:
        return self.reason is Reason.EMERGENCY_CONTACT


@dataclass(frozen=True)
class TopicFacts:
    """Who one topic is about.

    `everyone` are told at once, all of them. `ladder` is a chain of steps: the first step with somebody who
    can be reached is told, the later ones only in its place. `listeners` asked for mail about the sandbox.
    `of_record` says that the people come from an account's record, so R2 holds for the sandbox.
    """

    topic: Topic
    everyone: tuple[Circle, ...] = ()
    ladder: tuple[Circle, ...] = ()
    listeners: tuple[Person, ...] = ()
    of_record: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything one plan depends on. `now` is aware and in UTC."""

    topics: tuple[TopicFacts, ...]
    now: datetime
    is_sandbox: bool = False
    is_paused: bool = False


@dataclass(frozen=True)
class Because:
    """One reason of one recipient; `withheld` says why it did not count."""

    topic: Topic
    reason: Reason
    withheld: Withheld | None = None


@dataclass(frozen=True)
class Planned:
    """One recipient on one channel. `withheld` is None when it is told at `at`, else why it is not told.

    `step` is the step of the ladder, counted from 1, and 0 for those who are told at once. `sharing` are the
    other people who count and read the same address: one of them is told if `person` loses its right before
    the message goes out.
    """

    person: Person
    channel: Channel
    because: tuple[Because, ...]
    at: datetime
    step: int = 0
    withheld: Withheld | None = None
    sharing: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Who is told and who is not. `nobody` lists the topics for which nobody at all can be reached (R4)."""

    told: tuple[Planned, ...]
    not_told: tuple[Planned, ...]
    nobody: tuple[Topic, ...] = ()
