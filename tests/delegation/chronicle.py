"""Keeping the facts that the oracle judges by, as things happen. Plain data in, plain data kept; no Django."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.delegation.facts import (
    Case,
    Granted,
    HandedOver,
    Level,
    Managed,
    Person,
    Shared,
    Span,
    Supported,
    World,
)


@dataclass
class Chronicle:
    """What is written down of each thing that happens. Domains are named `<account>.<number>`."""

    world: World = field(default_factory=World)

    def manages(self, customer: str, domain: str, at: datetime) -> None:
        """A customer has one manager: who was it until now ends, and with another account what it was granted."""
        account = account_of(domain)
        before = self._end_managing(customer, at)
        if before and before != account:
            self._bond_ended(customer, before, at)
        self.world.managed.append(Managed(customer, account, domain, Span(at)))

    def manages_no_longer(self, customer: str, at: datetime) -> None:
        self._bond_ended(customer, self._end_managing(customer, at), at)

    def supports(self, customer: str, account: str, at: datetime) -> None:
        self.world.supported.append(Supported(customer, account, Span(at)))

    def supports_no_longer(self, customer: str, account: str, at: datetime) -> None:
        for number, one in enumerate(self.world.supported):
            if (one.customer, one.account) == (customer, account) and one.span.until is None:
                self.world.supported[number] = replace(one, span=ended(one.span, at))
        self._bond_ended(customer, account, at)

    def granted(self, customer: str, account: str, level: Level, at: datetime) -> None:
        self.revoked(customer, account, at)
        self.world.granted.append(Granted(customer, account, level, Span(at)))

    def revoked(self, customer: str, account: str, at: datetime) -> None:
        for number, one in enumerate(self.world.granted):
            if (one.customer, one.account) == (customer, account) and one.span.until is None:
                self.world.granted[number] = replace(one, span=ended(one.span, at))

    def handed_over(self, case: str, account: str, at: datetime) -> None:
        self.world.handed_over.append(HandedOver(case, account, Span(at)))

    def taken_back(self, case: str, account: str, at: datetime) -> None:
        for number, one in enumerate(self.world.handed_over):
            if (one.case, one.account) == (case, account) and one.span.until is None:
                self.world.handed_over[number] = replace(one, span=ended(one.span, at))

    def filed(self, case: str, customer: str, at: datetime, *, is_confirmed_urgent: bool = False) -> None:
        self.world.cases[case] = Case(case, customer, at, is_confirmed_urgent)

    def closed(self, case: str, at: datetime | None) -> None:
        """A case was closed, or reopened where `at` is None."""
        self.world.cases[case] = replace(self.world.cases[case], closed_at=at)

    def shared(self, case: str, by: str, to: str, span: Span, *, comment: bool) -> None:
        """Somebody shared a case with a person or a group; it takes the place of an earlier share with the same."""
        self.unshared(case, to, span.since)
        place = {"group": to} if to in self.world.groups else {"person": to}
        sharer = self.world.people[by].account
        self.world.shared.append(Shared(case, sharer, span, comment=comment, **place))

    def unshared(self, case: str, to: str, at: datetime) -> None:
        for number, one in enumerate(self.world.shared):
            if one.case == case and to in {one.person, one.group} and one.span.holds(at):
                self.world.shared[number] = replace(one, span=ended(one.span, at))

    def suspended(self, person: str, at: datetime) -> None:
        self._change(person, (*self.world.people[person].suspended, Span(at)))

    def restored(self, person: str, at: datetime) -> None:
        *earlier, last = self.world.people[person].suspended
        self._change(person, (*earlier, ended(last, at)))

    def _change(self, person: str, suspended: tuple[Span, ...]) -> None:
        who: Person = self.world.people[person]
        self.world.people[person] = replace(who, suspended=suspended)

    def _end_managing(self, customer: str, at: datetime) -> str:
        """End the management of a customer, and return whose it was."""
        found = ""
        for number, one in enumerate(self.world.managed):
            if one.customer == customer and one.span.until is None:
                self.world.managed[number] = replace(one, span=ended(one.span, at))
                found = one.account
        return found

    def _bond_ended(self, customer: str, account: str, at: datetime) -> None:
        """There is no grant at first (D3): what was granted ends with the relation, and so do hand-overs (W4)."""
        self.revoked(customer, account, at)
        for case in self.world.cases.values():
            if case.customer == customer:
                self.taken_back(case.name, account, at)


def ended(span: Span, at: datetime) -> Span:
    return replace(span, until=at)


def account_of(domain: str) -> str:
    return domain.partition(".")[0]
