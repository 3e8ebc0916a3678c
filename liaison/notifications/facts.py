"""What the planner is given and what it answers: frozen values, no ORM, no clock, no settings (R1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from liaison.catalog.vocabulary import Topic
from liaison.lib.hours import NO_HALF_DAYS, HoursRow


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"  # incoming webhooks of chat rooms, and what is compatible with them
    TEAMS = "teams"
    GOOGLE_CHAT = "google_chat"
    SMS = "sms"  # phones, through the operator's gateway
    VOICE = "voice"
    APPRISE = "apprise"  # the services that the operator allows


PERSONAL_CHANNELS = frozenset({Channel.EMAIL, Channel.SMS, Channel.VOICE})
"""Channels that reach one person, and that quiet hours keep silent. The others are rooms and programs."""


class Reason(StrEnum):
    """Why somebody is told: the place where they stand."""

    ALERT_CONTACT = "alert_contact"
    EMERGENCY_CONTACT = "emergency_contact"
    ADMINISTRATOR = "administrator"
    PARTNER_MANAGER = "partner_manager"
    OPERATOR_ADMINISTRATOR = "operator_administrator"
    ON_CALL = "on_call"
    NON_EMERGENCY_CONTACT = "non_emergency_contact"
    MERCHANT_CONTACT = "merchant_contact"
    OPERATOR_CONTACT = "operator_contact"
    ASKED_FOR_SANDBOX = "asked_for_sandbox"
    ADDRESSED = "addressed"
    FILED_THE_CASE = "filed_the_case"
    CASE_IS_SHARED = "case_is_shared"
    FOLLOWS_THE_CASE = "follows_the_case"
    WORKS_ON_THE_CASE = "works_on_the_case"
    TRIAGE = "triage"


OPERATOR_REASONS = frozenset({Reason.ON_CALL, Reason.OPERATOR_ADMINISTRATOR, Reason.TRIAGE, Reason.WORKS_ON_THE_CASE})
"""Places in which the operator's own people stand: their addresses are for its staff alone."""


class Withheld(StrEnum):
    """Why somebody is not told."""

    SANDBOX = "sandbox"  # R2: nothing of the sandbox reaches the record
    PAUSED = "paused"  # R2: a paused integration raises no production alert
    SUSPENDED = "suspended"  # the identity was suspended
    NO_ADDRESS = "no_address"  # the identity has no mailbox
    DECLINED = "declined"  # the person declined to be a contact
    UNREACHABLE = "unreachable"  # the address bounced
    ONLY_EMERGENCIES = "only_emergencies"  # the endpoint is kept for emergencies
    NOT_WANTED = "not_wanted"  # the person chose not to get this (R5)
    LATER_STEP = "later_step"  # told only when nobody before them can be reached
    NO_LONGER_ALLOWED = "no_longer_allowed"  # lost the right between planning and sending
    NO_LONGER_RELEVANT = "no_longer_relevant"  # it was over before it was sent


class HeldBecause(StrEnum):
    """Why a message waits although nothing is wrong with it. It is deferred, never dropped."""

    SUPPORT_HOURS = "support_hours"  # the account chose one digest in its support hours
    QUIET_HOURS = "quiet_hours"  # the reader wants no mail at this hour
    BUNDLED = "bundled"  # one went to the same place a moment ago: these go together
    RATE_LIMITED = "rate_limited"  # the place has had its share for now


@dataclass(frozen=True)
class Held:
    """One obstacle on the way, and the moment (aware, UTC) at which it ends."""

    because: HeldBecause
    until: datetime


@dataclass(frozen=True)
class Way:
    """One channel and the address on it: a mailbox for mail, the id of an endpoint for the others.

    `only_emergencies`: what may wait does not go this way.
    """

    channel: Channel
    address: str
    only_emergencies: bool = False


@dataclass(frozen=True)
class Person:
    """A person or alias who may be told. `key` names them: `identity:12` or `address:a@b.test`.

    `address` is their mailbox, empty without one; `endpoints` are the ways beside mail.
    """

    key: str
    name: str
    address: str
    language: str
    time_zone: str
    identity_id: int | None = None
    blocked: Withheld | None = None
    endpoints: tuple[Way, ...] = ()
    public_id: str = ""  # of the identity
    quiet_hours: tuple[HoursRow, ...] = ()  # in which only what cannot wait reaches their personal channels

    @property
    def ways(self) -> tuple[Way, ...]:
        mail = (Way(Channel.EMAIL, self.address),) if self.address else ()
        return mail + self.endpoints


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
class Pace:
    """How fast a ladder is climbed: the time for an answer at each step, and how often the whole is climbed."""

    interval: timedelta
    rounds: int = 1


@dataclass(frozen=True)
class OpenHours:
    """Weekly hours, and the days (in the zone of each row) on which they do not open: public holidays.

    On `half_days` they end at that minute of the day at the latest.
    """

    rows: tuple[HoursRow, ...]
    closed_on: frozenset[date] = frozenset()
    half_days: Mapping[date, int] = field(default_factory=lambda: NO_HALF_DAYS, hash=False)


@dataclass(frozen=True)
class TopicFacts:
    """Who one topic is about.

    `everyone` are told at once, all of them. `ladder` is a chain of steps: the first step with somebody who
    can be reached is told at once, the next when nobody acknowledged within the `pace`, and so on; without a
    pace the later ones only in its place. `listeners` asked for mail about the sandbox. `of_record` says that
    the people come from an account's record, so R2 holds for the sandbox. `waits_for` are the hours in which the
    account wants to hear of this, as one digest for each reader. What `is_urgent` waits for nothing.
    """

    topic: Topic
    everyone: tuple[Circle, ...] = ()
    ladder: tuple[Circle, ...] = ()
    listeners: tuple[Person, ...] = ()
    of_record: bool = True
    pace: Pace | None = None
    waits_for: OpenHours | None = None
    is_urgent: bool = False


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

    `address` is where on the channel. Whoever stands on a later step is told at `at` if nobody acknowledges
    before. `step` is the step of the ladder, counted from 1, and 0 for those who are told at once. `sharing` are the
    other people who count and read the same address: one of them is told if `person` loses its right before
    the message goes out. `held` are the obstacles, in the order in which they end, that make `at` later than now: what
    is held goes out together with everything else that is held for the same reader until then. What `is_urgent` is not
    held in a storm either.
    """

    person: Person
    channel: Channel
    address: str
    because: tuple[Because, ...]
    at: datetime
    step: int = 0
    withheld: Withheld | None = None
    sharing: tuple[Person, ...] = ()
    held: tuple[Held, ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True)
class Climb:
    """A ladder that somebody begins to climb: `step` is told at once, the later ones at the `pace`."""

    topic: Topic
    step: int
    pace: Pace


@dataclass(frozen=True)
class Plan:
    """Who is told and who is not. `nobody` lists the topics for which nobody at all can be reached (R4).

    `climbs` are the escalations that begin with it.
    """

    told: tuple[Planned, ...]
    not_told: tuple[Planned, ...]
    nobody: tuple[Topic, ...] = ()
    climbs: tuple[Climb, ...] = ()
