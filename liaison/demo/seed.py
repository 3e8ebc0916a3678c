"""Filling the demo's database by the verbs that everybody else uses, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from liaison.accounts import actions as accounts
from liaison.accounts.actors import System
from liaison.accounts.rights import AccountKind
from liaison.catalog.loader import union_requirements
from liaison.catalog.vocabulary import ContactField, Requirement
from liaison.contacts.actions import remind_of_onboarding, submit_contact_information
from liaison.demo.cast import COMPANIES, HANA, OPERATOR_PEOPLE
from liaison.demo.records import form_for
from liaison.integrations import actions as integrations

if TYPE_CHECKING:
    from datetime import datetime

    from liaison.accounts.models import Account, Identity
    from liaison.demo.cast import Company, Part
    from liaison.integrations.models import Integration

DEMO = System("demo")
_PAUSE = timedelta(days=2)
_LAUNCHED_BEFORE = timedelta(days=3)  # so that there is something to tell of the days since


@dataclass
class Stage:
    """What the seeding made: accounts by slug, people by key, the integrations of each account."""

    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Identity] = field(default_factory=dict)
    integrations: dict[str, tuple[Integration, ...]] = field(default_factory=dict)


def fill(*, operator_name: str, now: datetime) -> Stage:
    """Make the operator and the three partners in an empty database."""
    stage = Stage()
    operator = accounts.create_account(
        actor=DEMO, kind=AccountKind.OPERATOR, name=operator_name, slug="operator",
        language="en", time_zone="Europe/London", now=now,
    )  # fmt: skip
    for person in OPERATOR_PEOPLE:
        stage.people[person.key] = add_person(operator, person, now)
    for company in COMPANIES:
        _add_company(stage, company, now)
    stage.accounts[HANA.slug] = accounts.assign_partner_manager(
        actor=stage.people["administrator"],
        account=stage.accounts[HANA.slug],
        manager=stage.people["manager"],
        now=now,
    )
    remind_of_onboarding(now=now)  # the ticker would, within a quarter of an hour
    return stage


def asks_for_merchants(company: Company) -> bool:
    """Say whether the company's form has the field for merchant issues."""
    return union_requirements(company.kinds)[ContactField.MERCHANT] != Requirement.NOT_OFFERED


def add_person(account: Account, person: Part, now: datetime) -> Identity:
    """Add one of the cast to an account."""
    identity = accounts.create_identity(
        actor=DEMO, account=account, role=person.role, name=person.name, mailbox=person.mailbox,
        username=person.username, language=person.language, time_zone=person.time_zone, now=now,
    )  # fmt: skip
    if not person.wants_sandbox_mail:
        return identity
    return accounts.change_settings(
        actor=identity, name=identity.name, language=identity.language, time_zone=identity.time_zone,
        wants_sandbox_mail=True, now=now,
    )  # fmt: skip


def _add_company(stage: Stage, company: Company, now: datetime) -> None:
    account = accounts.create_account(
        actor=DEMO, kind=AccountKind.PARTNER, name=company.name, slug=company.slug,
        language=company.language, time_zone=company.time_zone, now=now,
    )  # fmt: skip
    stage.accounts[company.slug] = account
    for person in company.people:
        stage.people[person.key] = add_person(account, person, now)
    for slug, name in company.brands:
        integrations.create_brand(actor=DEMO, account=account, name=name, slug=slug, now=now)
    made = tuple(
        integrations.create_integration(actor=DEMO, account=account, kind=kind, now=now) for kind in company.kinds
    )
    stage.integrations[company.slug] = made
    if company.is_complete:
        _complete(stage, company, account, now)
    if company.is_paused:
        for integration in made:
            integrations.pause_integration(
                actor=stage.people[company.people[0].key], integration=integration, until=now + _PAUSE, now=now
            )


def _complete(stage: Stage, company: Company, account: Account, now: datetime) -> None:
    """Fill the record in as the account's administrator, and launch as the operator's."""
    public_ids = {person.key: stage.people[person.key].public_id for person in company.people}
    submit_contact_information(
        actor=stage.people[company.people[0].key],
        account=account,
        data=form_for(company, public_ids, asks_for_merchants=asks_for_merchants(company)),
        seen_version=0,
        now=now,
    )
    for integration in stage.integrations[company.slug]:
        integrations.launch_integration(
            actor=stage.people["administrator"], integration=integration, now=now - _LAUNCHED_BEFORE
        )
