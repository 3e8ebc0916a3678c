"""Letting resellers, a support partner and customers act in their order, by the verbs that everybody else uses."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction

from liaison.accounts import actions as accounts
from liaison.accounts.models import Domain
from liaison.cases import actions as cases
from liaison.cases.requests import NewCase, Sending
from liaison.catalog.vocabulary import CaseSeverity
from liaison.delegation import actions
from liaison.delegation.actions.records import RecordValues
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.contactlinks import token_of
from liaison.demo.relations import AIUTO, CUSTOMERS, DELEGATES
from liaison.demo.seed import DEMO, add_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from liaison.accounts.models import Account
    from liaison.demo.relations import Customer, Delegate, Filed, Granted, Managed
    from liaison.demo.seed import Stage

_OPENED: Final = 340  # days ago, before anything happens between them
_ANSWERED: Final = timedelta(hours=3)
_ASKED: Final = timedelta(hours=4)


@transaction.atomic
def fill_delegates(stage: Stage, now: datetime) -> None:
    """Make the accounts, then let everything happen in the order of time; two customers are asked for access today."""
    opened = now - timedelta(days=_OPENED)
    for delegate in DELEGATES:
        _open_delegate(stage, delegate, opened)
    for customer in CUSTOMERS:
        _open_customer(stage, customer, opened)
    happened = (one for customer in CUSTOMERS for one in _events(stage, customer))
    for days, act in sorted(happened, key=lambda one: -one[0]):
        act(now - timedelta(days=days))
    for slug in ("kawiarnia-pod-lipa", "guangzhou-chalou"):
        actions.ask_access(actor=stage.people["freja-south"], customer=stage.accounts[slug], now=now - _ASKED)


def _open_delegate(stage: Stage, delegate: Delegate, now: datetime) -> None:
    account = accounts.create_account(
        actor=DEMO, kind=delegate.kind, name=delegate.name, slug=delegate.slug,
        language=delegate.language, time_zone=delegate.time_zone, now=now,
    )  # fmt: skip
    for domain in delegate.domains:
        actions.add_domain(actor=stage.people["administrator"], account=account, name=domain, now=now)
    _people(stage, account, delegate, now)


def _open_customer(stage: Stage, customer: Customer, now: datetime) -> None:
    name, address = customer.contact
    account = actions.create_customer(
        actor=stage.people["administrator"], name=customer.name, slug=customer.slug,
        language=customer.language, time_zone=customer.time_zone,
        values=RecordValues(customer.name, customer.address, name, address), now=now,
    )  # fmt: skip
    _people(stage, account, customer, now)


def _people(stage: Stage, account: Account, one: Customer | Delegate, now: datetime) -> None:
    stage.accounts[one.slug] = account
    for person in one.people:
        stage.people[person.key] = add_person(account, person, now)


def _events(stage: Stage, customer: Customer) -> Iterator[tuple[int, Callable[[datetime], None]]]:
    """Yield what happens about a customer, with how many days ago."""
    account = stage.accounts[customer.slug]
    for managed in customer.managed:
        yield managed.days, partial(_manage, stage, account, managed)
    if customer.supported is not None:
        yield customer.supported, partial(_begin_support, stage, customer)
    for granted in customer.granted:
        yield granted.days, partial(_grant, stage, customer, granted)
    for filed in customer.cases:
        yield filed.days, partial(_file, stage, account, filed)


def _manage(stage: Stage, customer: Account, managed: Managed, now: datetime) -> None:
    actions.set_manager(
        actor=stage.people["administrator"], customer=customer,
        domain=Domain.objects.select_related("account").get(name=managed.domain), why=managed.why, now=now,
    )  # fmt: skip


def _begin_support(stage: Stage, customer: Customer, now: datetime) -> None:
    actions.begin_support(
        actor=stage.people[customer.people[0].key], customer=stage.accounts[customer.slug],
        partner=stage.accounts[AIUTO.slug], why="", now=now,
    )  # fmt: skip


def _grant(stage: Stage, customer: Customer, granted: Granted, now: datetime) -> None:
    """Grant or revoke as the customer's first person; without people by the link that its contact gets."""
    account, other = stage.accounts[customer.slug], stage.accounts[granted.account]
    if not customer.people:
        link = actions.send_contact_link(
            actor=stage.people["administrator"], customer=account, account=other, now=now
        )  # fmt: skip
        actions.use_contact_link(token=token_of(link), level=granted.level, why=granted.why, now=now)
        return
    doer = signed_in(stage.people[customer.people[0].key])
    if granted.level is None:
        actions.revoke_access(actor=doer, customer=account, account=other, why=granted.why, now=now)
    else:
        actions.grant_access(
            actor=doer, customer=account, account=other, level=granted.level, why=granted.why, now=now
        )  # fmt: skip


def _file(stage: Stage, customer: Account, filed: Filed, now: datetime) -> None:
    """File a case, and let the others say their word every few hours."""
    new = NewCase(
        account=customer, product="other", title=filed.title, description=filed.description, category="question",
        answers={}, severity=CaseSeverity.MEDIUM, language=customer.language, time_zone=customer.time_zone,
    )  # fmt: skip
    case = cases.file_case(actor=stage.people[filed.filer], new=new, now=now)
    for number, (who, text) in enumerate(filed.said, start=1):
        cases.send_update(
            actor=stage.people[who], case=case, sending=Sending(text=text), now=now + _ANSWERED * number
        )  # fmt: skip
