"""What decides who may do what with cases and customers, as plain data: accounts, people, domains, cases by names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    OPERATOR = "operator"
    PARTNER = "partner"
    RESELLER = "reseller"
    CUSTOMER = "customer"
    SUPPORT_PARTNER = "support_partner"


class Action(StrEnum):
    """What is asked for. The first five are about a case, the others about a customer."""

    SEE = "see"
    COMMENT = "comment"
    CHANGE = "change"
    REOPEN = "reopen"
    READ_NOTES = "read notes"
    SEE_CUSTOMER = "see customer"
    FILE = "file"
    GRANT = "grant"
    REVOKE = "revoke"
    ASK = "ask for access"
    END_SUPPORT = "end support"
    HAND_OVER = "hand over"


class Level(StrEnum):
    VIEW = "view"
    MANAGE = "manage"


@dataclass(frozen=True)
class Span:
    """From `since` on, until before `until`; for ever where that is None."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Person:
    """An identity. `role` is one of W1 or W2, or empty; `privileges` are words of D12's tree from a custom role."""

    name: str
    account: str
    domain: str
    role: str = ""
    privileges: frozenset[str] = frozenset()
    suspended: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Managed:
    """A reseller's domain is a customer's manager of record."""

    customer: str
    account: str
    domain: str
    span: Span


@dataclass(frozen=True)
class Supported:
    customer: str
    account: str
    span: Span


@dataclass(frozen=True)
class Granted:
    customer: str
    account: str
    level: Level
    span: Span


@dataclass(frozen=True)
class HandedOver:
    case: str
    account: str
    span: Span


@dataclass(frozen=True)
class Shared:
    """A case is shared with `people`, or with the group of this name, by somebody of the account `by`."""

    case: str
    by: str
    span: Span
    person: str = ""
    group: str = ""
    comment: bool = False


@dataclass(frozen=True)
class Case:
    """`customer` is whose case it is, of whatever kind that account is."""

    name: str
    customer: str
    filed_at: datetime
    is_confirmed_urgent: bool = False
    closed_at: datetime | None = None


@dataclass
class World:
    """Everything that was ever recorded. `assigned` are the accounts of a partner manager."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    managed: list[Managed] = field(default_factory=list)
    supported: list[Supported] = field(default_factory=list)
    granted: list[Granted] = field(default_factory=list)
    handed_over: list[HandedOver] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
