"""Resellers with few and with many customers, by rows: who manages them since before the first case, by full grants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Final

from django.db import transaction

from case_parts.texts import LANGUAGES
from liaison.accounts import actions as accounts
from liaison.accounts.actors import System
from liaison.accounts.models import Account, Domain, Identity, OrgUnit
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.usernames import system_domain
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import Bond, Grant, ReachRow, SalesRecord
from liaison.delegation.reaching import disagreements
from liaison.delegation.vocabulary import GrantLevel, Tie

FEW: Final = 20
_BENCH: Final = System("bench")
_SINCE: Final = timedelta(days=4 * 365)
_NAMES: Final = ("Trattoria", "Gasthaus", "Bistro", "Osteria", "Karczma", "식당", "餐厅", "Inn", "Diner", "Tavern")


@dataclass(frozen=True)
class Delegate:
    """A reseller by the user name of who files for its customers, and these by key, the busiest first."""

    username: str
    person: int
    customers: tuple[tuple[int, str], ...]


def make_delegates(many: int, now: datetime) -> dict[str, Delegate]:
    """Make a reseller with FEW customers and one with `many`; each of them grants everything."""
    found = {name: _delegate(name, size, now) for name, size in (("few", FEW), ("many", many))}
    for delegate in found.values():
        wrong = disagreements([key for key, _language in delegate.customers[:FEW]], now)
        if wrong:
            raise RuntimeError(f"the rows of {wrong} say something else than the rule")
    return found


def interleaved(delegates: dict[str, Delegate]) -> Iterator[tuple[int, int, str]]:
    """Yield customer, filer and language of all, those of the few evenly among the busy ones of the many."""
    few, many = delegates["few"], delegates["many"]
    step, waiting = max(1, len(many.customers) // (10 * FEW)), iter(few.customers)
    for place, (customer, language) in zip(count(), many.customers, strict=False):
        if place % step == 0:
            yield from ((key, few.person, said) for key, said in islice(waiting, 1))
        yield customer, many.person, language
    yield from ((key, few.person, said) for key, said in waiting)


@transaction.atomic
def _delegate(name: str, size: int, now: datetime) -> Delegate:
    reseller = accounts.create_account(
        actor=_BENCH, kind=AccountKind.RESELLER, name=f"Reseller of {name}", slug=f"reseller-{name}", language="en",
        time_zone="Europe/Rome", now=now,
    )  # fmt: skip
    person = accounts.create_identity(
        actor=_BENCH, account=reseller, role=PredefinedRole.ADMINISTRATOR, name=f"Rita {name.title()}", username="rita",
        language="en", time_zone="Europe/Rome", mailbox=f"rita@{reseller.slug}.test", now=now,
    )  # fmt: skip
    customers = _customers(name, size, now)
    _bind(person, customers, now - _SINCE)
    return Delegate(person.username, person.pk, tuple((one.pk, one.language) for one in customers))


def _customers(name: str, size: int, now: datetime) -> list[Account]:
    customers = Account.objects.bulk_create(
        Account(
            slug=f"{name}-{number}", name=f"{_NAMES[number % len(_NAMES)]} {number}", kind=AccountKind.CUSTOMER,
            language=LANGUAGES[number % len(LANGUAGES)], time_zone="Europe/Rome", created_at=now,
        )
        for number in range(size)
    )  # fmt: skip
    OrgUnit.objects.bulk_create(OrgUnit(account=one) for one in customers)
    Domain.objects.bulk_create(
        Domain(account=one, name=system_domain(one.slug), is_system=True, is_primary=True, verified_at=now)
        for one in customers
    )
    SalesRecord.objects.bulk_create(
        SalesRecord(
            customer=one, company=one.name, address="Via Roma 1", contact_address=f"contact@{one.slug}.test",
            link_address=f"contact@{one.slug}.test", changed_at=now,
        )
        for one in customers
    )  # fmt: skip
    index_customers([one.pk for one in customers])
    return customers


def _bind(person: Identity, customers: Sequence[Account], since: datetime) -> None:
    account, domain = person.account, person.domain
    bonds = Bond.objects.bulk_create(
        Bond(customer=one, tie=Tie.MANAGES, account=account, domain=domain, begun_at=since) for one in customers
    )
    grants = Grant.objects.bulk_create(
        Grant(customer=one, account=account, level=GrantLevel.MANAGE, begun_at=since) for one in customers
    )
    ReachRow.objects.bulk_create(
        ReachRow(
            customer=one, account=account, domain=domain, bond=bond, grant=grant, level=GrantLevel.MANAGE,
            filed=[(since, None)],
        )
        for one, bond, grant in zip(customers, bonds, grants, strict=True)
    )  # fmt: skip
