"""Who sees which case of a customer from outside, and by which rule (D5, W4, W5): pure, over facts.

Every surface asks here, by way of the rows that `reaches` makes: for one case `decided`, for lists the same as times of
filing. Moments are aware; a span holds from its beginning on and no longer at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from liaison.delegation.vocabulary import GrantLevel, Rule, Tie


class Span(NamedTuple):
    """`[since, until)`; without `until` it goes on."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Seat:
    """For whom somebody acts: an account, by one of its domains (D1). Keys."""

    account: int
    domain: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A customer's relation to an account: managed by its `domain`, or supported, by none. `key` is its row."""

    tie: Tie
    account: int
    span: Span
    domain: int | None = None
    key: int = 0

    def is_of(self, seat: Seat) -> bool:
        return self.account == seat.account and self.domain in (None, seat.domain)


@dataclass(frozen=True, slots=True)
class Granted:
    account: int
    level: GrantLevel
    span: Span
    key: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All relations and grants of one customer, the ended ones too."""

    bonds: tuple[Bound, ...] = ()
    grants: tuple[Granted, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a customer's cases a seat reaches at a moment: those filed within `filed`, and those handed over.

    `domain` is None where every domain of the account does.
    """

    account: int
    domain: int | None
    tie: Tie
    level: GrantLevel
    filed: tuple[Span, ...]
    bond: int
    grant: int


@dataclass(frozen=True, slots=True)
class Decision:
    """`level` is what may be done, None for nothing; `rule` says why, `bond` and `grant` by which rows (0: none)."""

    level: GrantLevel | None
    rule: Rule
    bond: int = 0
    grant: int = 0


def decided(facts: Facts, seat: Seat, filed_at: datetime, at: datetime, *, handed_over: bool = False) -> Decision:
    """Say what the seat may do at a moment with a case of the customer, and why. `handed_over` is to its account."""
    bond = bond_of(facts, seat, at)
    if bond is None:
        return Decision(None, Rule.NOT_BOUND)
    was_bound = any(span.holds(filed_at) for span in spans_seen(facts, bond, at))
    if not was_bound and not handed_over:
        return Decision(None, Rule.NOT_BOUND_WHEN_FILED, bond.key)
    grant = grant_to(facts, seat.account, at)
    if grant is None:
        return Decision(None, Rule.NOT_GRANTED, bond.key)
    return Decision(grant.level, Rule.BOUND_WHEN_FILED if was_bound else Rule.HANDED_OVER, bond.key, grant.key)


def reaches(facts: Facts, at: datetime) -> Iterator[Reach]:
    """Yield what every account reaches at a moment: `decided` for all cases at once."""
    for bond in facts.bonds:
        grant = grant_to(facts, bond.account, at)
        if bond.span.holds(at) and grant is not None:
            filed = tuple(spans_seen(facts, bond, at))
            yield Reach(bond.account, bond.domain, bond.tie, grant.level, filed, bond.key, grant.key)


def bond_of(facts: Facts, seat: Seat, at: datetime) -> Bound | None:
    """Return the relation that holds at a moment for a seat."""
    return next((bond for bond in facts.bonds if bond.is_of(seat) and bond.span.holds(at)), None)


def grant_to(facts: Facts, account: int, at: datetime) -> Granted | None:
    """Return what the customer grants an account at a moment. No relation needs it: a grant alone opens nothing."""
    return next((one for one in facts.grants if one.account == account and one.span.holds(at)), None)


def spans_seen(facts: Facts, bond: Bound, at: datetime) -> Iterator[Span]:
    """Yield when a case may have been filed for a relation that holds at `at` to open it.

    While the same domain managed, or the same partner supported, whatever lay between; and while another domain of
    the account managed, as long as the account did so without interruption until now (W4).
    """
    of_account = [one for one in facts.bonds if one.tie == bond.tie and one.account == bond.account]
    yield from (one.span for one in of_account if one.domain == bond.domain and one.span.since <= at)
    begun = bond.span.since
    for one in sorted(of_account, key=lambda one: one.span.since, reverse=True):
        if one.span.until == begun:
            if one.domain != bond.domain:
                yield one.span
            begun = one.span.since
