"""A customer, its people, and those who work for it, at moments that tests count in days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, make_identity
from liaison.cases.models import Case
from liaison.cases.testing import make_case
from liaison.delegation import actions as relations
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import Bond
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel

BEGINNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return BEGINNING + timedelta(days=number)


@dataclass(frozen=True)
class World:
    """The customer's administrator Ugo and reader Rosa; Rita of the reseller; Nina of the one that comes later."""

    customer: Account
    ugo: Identity
    rosa: Identity
    rita: Identity
    nina: Identity

    def manages(self, by: Identity, at: float) -> Bond:
        return relations.set_manager(actor=TESTS, customer=self.customer, domain=by.domain, why="", now=day(at))

    def grants(self, to: Identity, at: float, level: GrantLevel = GrantLevel.MANAGE) -> None:
        by = signed_in(self.ugo)
        relations.grant_access(
            actor=by, customer=self.customer, account=to.account, level=level, why="", now=day(at)
        )  # fmt: skip

    def revokes(self, to: Identity, at: float) -> None:
        by = signed_in(self.ugo)
        relations.revoke_access(actor=by, customer=self.customer, account=to.account, why="", now=day(at))

    def files(self, at: float, by: Identity | None = None, title: str = "Bookings stay open") -> Case:
        return make_case(by or self.ugo, account=self.customer, title=title, now=day(at))


def make_world() -> World:
    """Make everybody; Rita's domain manages from day 0 and may file and manage."""
    customer = make_customer(now=day(-1))
    world = World(
        customer=customer,
        ugo=person_of(customer),
        rosa=make_identity(customer, PredefinedRole.READER, "Rosa Reader", language="en", now=day(-1)),
        rita=make_delegate(now=day(-1)),
        nina=make_delegate("later", now=day(-1)),
    )
    world.manages(world.rita, 0)
    world.grants(world.rita, 0)
    return world
