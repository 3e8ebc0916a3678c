"""How well an account can be reached: a pure function of facts to 0 to 100 points, with its reasons (C7).

Every reason takes points away, and all of them together are worth 100. Mending one never lowers the score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.vocabulary import Verification

FULL: Final = 100
_MISSING: Final = 45
_NOBODY: Final = 24
_EACH_LOST: Final = 4
_MOST_LOST: Final = 16
_ALONE: Final = 8
_ONE_DOMAIN: Final = 4
_NOBODY_VERIFIED: Final = 8
_ONE_CHANNEL: Final = 8
_UNVERIFIED: Final = 8
_STALE: Final = 7
_LOST: Final = frozenset({Verification.DECLINED, Verification.UNREACHABLE})


class Weakness(StrEnum):
    """What makes an account harder to reach."""

    MISSING = "missing"  # a required field holds nobody who can be reached
    NOBODY = "nobody"  # nobody can be called in an emergency
    LOST = "lost"  # entries that declined or are unreachable
    ONE_PERSON = "one_person"  # all emergency contacts are one person
    ONE_MAILBOX = "one_mailbox"  # all emergency contacts are read in one mailbox
    ONE_DOMAIN = "one_domain"  # the mail of all emergency contacts goes one way
    NOBODY_VERIFIED = "nobody_verified"  # no emergency contact is verified
    ONE_CHANNEL = "one_channel"  # no emergency contact has anything beside e-mail
    UNVERIFIED = "unverified"  # entries that are not verified
    STALE = "stale"  # nobody confirmed for 180 days that everything still holds


@dataclass(frozen=True)
class Named:
    """One entry. `key` names the person as the planner does, `mailbox` is the folded address where it is read."""

    field: ContactField
    key: str
    mailbox: str
    verification: Verification
    is_alias: bool = False
    has_second_channel: bool = False

    @property
    def is_lost(self) -> bool:
        return self.verification in _LOST

    @property
    def domain(self) -> str:
        return self.mailbox.rpartition("@")[2]


@dataclass(frozen=True)
class ReachFacts:
    """Everything the score depends on. `required` are the fields that the account's integrations ask for."""

    required: tuple[ContactField, ...]
    missing: tuple[ContactField, ...]
    named: tuple[Named, ...]
    is_stale: bool = False


@dataclass(frozen=True)
class WeakSpot:
    """One reason: what, how many points it takes, and in numbers or fields how much of it there is."""

    what: Weakness
    points: int
    count: int = 0
    fields: tuple[ContactField, ...] = ()


@dataclass(frozen=True)
class Score:
    """0 (nobody can be reached) to 100, and what is missing to 100, the heaviest first."""

    points: int
    reasons: tuple[WeakSpot, ...]


def score_of(facts: ReachFacts) -> Score | None:
    """Return the score; None where nothing is asked and nobody is named, so that there is nothing to measure."""
    if not facts.required and not facts.named:
        return None
    emergency = tuple(one for one in facts.named if one.field is ContactField.EMERGENCY)
    found = [*_of_the_record(facts), *_of_the_emergency(emergency)]
    reasons = sorted(found, key=lambda reason: -reason.points)
    return Score(max(0, FULL - sum(reason.points for reason in reasons)), tuple(reasons))


def warnings_of(emergency: Iterable[Named]) -> tuple[Weakness, ...]:
    """Return what to warn of about the emergency contacts, whoever is lost left out. They never block anything."""
    reachable = [one for one in emergency if not one.is_lost]
    if not reachable:
        return ()
    found = []
    alone = _alone(reachable)
    if alone is not None:
        found.append(alone)
    if all(one.verification is not Verification.VERIFIED for one in reachable):
        found.append(Weakness.NOBODY_VERIFIED)
    if not any(one.has_second_channel for one in reachable):
        found.append(Weakness.ONE_CHANNEL)
    return tuple(found)


_POINTS: Final = {
    Weakness.ONE_PERSON: _ALONE,
    Weakness.ONE_MAILBOX: _ALONE,
    Weakness.ONE_DOMAIN: _ONE_DOMAIN,
    Weakness.NOBODY_VERIFIED: _NOBODY_VERIFIED,
    Weakness.ONE_CHANNEL: _ONE_CHANNEL,
}


def _alone(reachable: list[Named]) -> Weakness | None:
    if len({one.key for one in reachable}) == 1 and not any(one.is_alias for one in reachable):
        return Weakness.ONE_PERSON
    if len({one.mailbox for one in reachable}) == 1:
        return Weakness.ONE_MAILBOX
    return Weakness.ONE_DOMAIN if len({one.domain for one in reachable}) == 1 else None


def _of_the_emergency(emergency: tuple[Named, ...]) -> list[WeakSpot]:
    if all(one.is_lost for one in emergency):
        return [WeakSpot(Weakness.NOBODY, _NOBODY)]
    return [WeakSpot(what, _POINTS[what]) for what in warnings_of(emergency)]


def _of_the_record(facts: ReachFacts) -> list[WeakSpot]:
    # What is missing counts as one more that is not verified: else the first name would cost more than none.
    found = []
    missing = len(facts.missing)
    unverified = sum(one.verification is not Verification.VERIFIED for one in facts.named)
    unproved = _share(_UNVERIFIED, unverified + missing, len(facts.named) + missing) if unverified + missing else 0
    if missing:
        points = _share(_MISSING, missing, len(facts.required)) + (0 if unverified else unproved)
        found.append(WeakSpot(Weakness.MISSING, points, missing, facts.missing))
    lost = [one for one in facts.named if one.is_lost]
    if lost:
        found.append(WeakSpot(Weakness.LOST, min(_MOST_LOST, _EACH_LOST * len(lost)), len(lost)))
    if unverified:
        found.append(WeakSpot(Weakness.UNVERIFIED, unproved, unverified))
    if facts.is_stale:
        found.append(WeakSpot(Weakness.STALE, _STALE))
    return found


def _share(points: int, part: int, whole: int) -> int:
    """Return that part of the points, rounded up: what is not zero costs something."""
    return -(-points * part // max(whole, part))
