"""Who is bound to a customer, what it lets each do and since when, and how that came about, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import Privilege
from liaison.delegation.models import AccessRequest, Bond, Grant
from liaison.delegation.vocabulary import Asking, GrantLevel, Tie


@dataclass(frozen=True, slots=True)
class Relation:
    """An account that is bound to the customer now, and what the customer grants it: nothing without a grant."""

    bond: Bond
    grant: Grant | None
    asked: AccessRequest | None = None

    @property
    def account(self) -> Account:
        return self.bond.account

    @property
    def is_manager(self) -> bool:
        return self.bond.tie == Tie.MANAGES

    @property
    def level(self) -> str:
        return self.grant.level if self.grant else ""

    @property
    def is_widest(self) -> bool:
        return self.level == GrantLevel.MANAGE

    @property
    def since(self) -> datetime | None:
        """Since when its people see cases; None where they see none."""
        return max(self.grant.begun_at, self.bond.begun_at) if self.grant else None

    @property
    def set_by(self) -> str:
        return name_of(self.bond.begun_by, self.bond)

    @property
    def granted_by(self) -> str:
        grant = self.grant
        return "" if grant is None else grant.given_by_address or name_of(grant.given_by, grant)


@dataclass(frozen=True, slots=True)
class PastSpan:
    """One row of the history: a relation (without `level`) or a grant. `until` is None where it goes on."""

    account: Account
    domain: Domain | None
    tie: str
    level: str
    since: datetime
    until: datetime | None
    begun_by: str
    begun_why: str
    ended_by: str
    ended_why: str


def relations_now(customer: Account) -> tuple[Relation, ...]:
    """Return the manager of record first, then the support partners by name. Three queries."""
    grants = {one.account_id: one for one in _grants(customer).filter(ended_at=None)}
    asked = {one.account_id: one for one in requests_waiting(customer)}
    bonds = sorted(
        _bonds(customer).filter(ended_at=None), key=lambda one: (one.tie != Tie.MANAGES, one.account.name, one.pk)
    )
    return tuple(Relation(bond, grants.get(bond.account_id), asked.get(bond.account_id)) for bond in bonds)


def has_users(customer: Account) -> bool:
    """Say whether anybody of a customer reads its cases in the portal, and so can revoke what it granted (W5)."""
    people = Identity.objects.filter(domain__account=customer, is_active=True).annotate(held=roles_of_outer("pk"))
    return any(Privilege.VIEW_CASES in privileges_in(one.held) for one in people)


def relation_with(customer: Account, account: Account) -> Relation | None:
    """Return the relation with one account that is bound now; a manager who supports as well is the manager."""
    return next((one for one in relations_now(customer) if one.account.pk == account.pk), None)


def requests_waiting(customer: Account) -> QuerySet[AccessRequest]:
    rows = AccessRequest.objects.select_related("customer", "account", "asked_by__domain__account")
    return rows.filter(customer=customer, state=Asking.WAITS).order_by("asked_at", "pk")


def history_of(customer: Account) -> tuple[PastSpan, ...]:
    """Return every relation and every grant there ever was, the newest first. Two queries."""
    spans = [*map(_of_bond, _bonds(customer)), *map(_of_grant, _grants(customer))]
    return tuple(sorted(spans, key=lambda one: (one.since, bool(one.level)), reverse=True))


def name_of(person: Identity | None, row: Bond | Grant) -> str:
    """Return who did it: by name where they are of the customer or of the account, else the operator for its staff."""
    if person is None:
        return settings.OPERATOR_NAME if isinstance(row, Bond) else ""
    own = person.account.pk in (row.customer_id, row.account_id)
    return person.name if own else settings.OPERATOR_NAME


def accounts_of(spans: Iterable[PastSpan]) -> list[Account]:
    """Return the accounts of a history, each once, in the order in which they stand there."""
    return list({one.account.pk: one.account for one in spans}.values())


def _of_bond(bond: Bond) -> PastSpan:
    ended_by = "" if bond.ended_at is None else name_of(bond.ended_by, bond)
    return PastSpan(
        bond.account, bond.domain, bond.tie, "", bond.begun_at, bond.ended_at,
        name_of(bond.begun_by, bond), bond.begun_why, ended_by, bond.ended_why,
    )  # fmt: skip


def _of_grant(grant: Grant) -> PastSpan:
    ended_by = "" if grant.ended_at is None else grant.ended_by_address or name_of(grant.ended_by, grant)
    return PastSpan(
        grant.account, None, "", grant.level, grant.begun_at, grant.ended_at,
        grant.given_by_address or name_of(grant.given_by, grant), grant.given_why, ended_by, grant.ended_why,
    )  # fmt: skip


def _bonds(customer: Account) -> QuerySet[Bond]:
    people = ("begun_by__domain__account", "ended_by__domain__account")
    return Bond.objects.select_related("account", "domain", *people).filter(customer=customer).order_by("pk")


def _grants(customer: Account) -> QuerySet[Grant]:
    people = ("given_by__domain__account", "ended_by__domain__account")
    return Grant.objects.select_related("account", *people).filter(customer=customer).order_by("pk")
