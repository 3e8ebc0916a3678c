"""Each constraint on relations, grants, hand-overs and shares refuses what it is for; without it nothing else does.

The constraint is taken away by the operation of a migration, within the test's transaction: so each is a seeded fault
that the row beside it notices, and no other constraint stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
from django.db import IntegrityError, connection, models, transaction

from liaison.accounts.models import Account, Group, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, make_account
from liaison.cases.models import Case, HandOver, Share
from liaison.cases.testing import make_case
from liaison.delegation.models import AccessRequest, Bond, Grant, ReachRow
from liaison.delegation.testing import make_customer, make_delegate
from liaison.delegation.vocabulary import GrantLevel, Tie

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE: Final = NOW - timedelta(days=9)
LATER: Final = NOW + timedelta(days=9)
MODELS: Final[tuple[type[models.Model], ...]] = (Bond, Grant, ReachRow, AccessRequest, HandOver, Share)


class Place(NamedTuple):
    customer: Account
    rita: Identity
    partner: Account

    def manages(self, begun: datetime = BEFORE, ended: datetime | None = None, **others: Any) -> Bond:
        values = {"tie": Tie.MANAGES, "account": self.rita.account, "domain": self.rita.domain} | others
        return Bond.objects.create(customer=self.customer, begun_at=begun, ended_at=ended, **values)

    def supports(self, begun: datetime = BEFORE, ended: datetime | None = None, **others: Any) -> Bond:
        values = {"tie": Tie.SUPPORTS, "account": self.partner} | others
        return Bond.objects.create(customer=self.customer, begun_at=begun, ended_at=ended, **values)

    def grants(self, begun: datetime = BEFORE, ended: datetime | None = None) -> Grant:
        return Grant.objects.create(
            customer=self.customer, account=self.rita.account, level=GrantLevel.VIEW, begun_at=begun, ended_at=ended
        )

    def reaches(self, bond: Bond, grant: Grant) -> ReachRow:
        return ReachRow.objects.create(
            customer=self.customer, account=self.rita.account, bond=bond, grant=grant, level=GrantLevel.VIEW, filed=[]
        )

    def asks(self) -> AccessRequest:
        return AccessRequest.objects.create(
            customer=self.customer, account=self.rita.account, level=GrantLevel.VIEW, asked_at=NOW
        )

    def case(self) -> Case:
        return make_case(TESTS, account=self.customer, now=NOW)  # type: ignore[arg-type]  # the system files as well

    def hands_over(self, case: Case, ended: datetime | None = None) -> HandOver:
        return HandOver.objects.create(case=case, account=self.rita.account, given_at=NOW, ended_at=ended)

    def shares(self, case: Case, address: str, **others: Any) -> Share:
        return Share.objects.create(case=case, address=address, right="view", created_at=NOW, **others)


def two_managers(place: Place) -> Iterator[None]:
    """Make all that is allowed, then yield, then what is refused."""
    other = make_delegate("other", now=BEFORE)
    place.manages(BEFORE, NOW)
    place.manages(LATER)
    yield
    place.manages(NOW - timedelta(seconds=1), NOW, account=other.account, domain=other.domain)


def a_partner_twice(place: Place) -> Iterator[None]:
    place.supports(BEFORE, NOW)
    place.supports(NOW)
    place.supports(NOW, account=make_account("second", AccountKind.SUPPORT_PARTNER))
    yield
    place.supports(LATER)


def a_manager_without_a_domain(place: Place) -> Iterator[None]:
    place.manages()
    yield
    place.manages(BEFORE - timedelta(days=1), BEFORE, domain=None)


def a_bond_that_ends_before(place: Place) -> Iterator[None]:
    place.manages(NOW, NOW)
    yield
    place.supports(NOW, BEFORE)


def two_grants(place: Place) -> Iterator[None]:
    place.grants(BEFORE, NOW)
    place.grants(NOW)
    yield
    place.grants(LATER)


def a_grant_that_ends_before(place: Place) -> Iterator[None]:
    place.grants(NOW, NOW)
    yield
    place.grants(NOW, BEFORE)


def reached_twice(place: Place) -> Iterator[None]:
    grant = place.grants()
    place.reaches(place.manages(), grant)
    yield
    place.reaches(place.supports(), grant)


def asked_twice(place: Place) -> Iterator[None]:
    AccessRequest.objects.filter(pk=place.asks().pk).update(state="declined")
    place.asks()
    yield
    place.asks()


def handed_over_twice(place: Place) -> Iterator[None]:
    case = place.case()
    place.hands_over(case, ended=NOW)
    place.hands_over(case)
    yield
    place.hands_over(case)


def a_hand_over_that_ends_before(place: Place) -> Iterator[None]:
    case = place.case()
    place.hands_over(case, ended=LATER)
    yield
    place.hands_over(case, ended=BEFORE)


def shared_with_both(place: Place) -> Iterator[None]:
    case = place.case()
    group = {"group": _group_of(place.rita)}
    place.shares(case, "one@guests.test", identity=place.rita)
    place.shares(case, "two@guests.test", **group)
    yield
    place.shares(case, "three@guests.test", identity=place.rita, **group)


def shared_twice(place: Place) -> Iterator[None]:
    case = place.case()
    place.shares(case, "one@guests.test", revoked_at=NOW)
    place.shares(case, "one@guests.test")
    yield
    place.shares(case, "ONE@guests.test")


VIOLATIONS: Final[dict[str, Callable[[Place], Iterator[None]]]] = {
    "a_customer_has_one_manager_at_a_time": two_managers,
    "a_partner_supports_a_customer_once_at_a_time": a_partner_twice,
    "a_manager_is_a_domain_a_partner_an_account": a_manager_without_a_domain,
    "a_bond_ends_after_it_began": a_bond_that_ends_before,
    "a_customer_grants_an_account_one_thing_at_a_time": two_grants,
    "a_grant_ends_after_it_began": a_grant_that_ends_before,
    "an_account_reaches_a_customer_once": reached_twice,
    "access_is_asked_for_once": asked_twice,
    "a_case_is_handed_over_once": handed_over_twice,
    "a_hand_over_ends_after_it_began": a_hand_over_that_ends_before,
    "a_share_is_a_person_s_or_a_group_s": shared_with_both,
    "a_case_is_shared_once_with_an_address": shared_twice,
}
DOUBLE: Final = {"a_bond_ends_after_it_began", "a_grant_ends_after_it_began"}
BY_NAME: Final = {one.name: (model, one) for model in MODELS for one in model._meta.constraints}


@pytest.fixture
def place(db: None) -> Place:
    customer = make_customer(now=BEFORE)
    partner = make_account("helper", AccountKind.SUPPORT_PARTNER, now=BEFORE)
    return Place(customer, make_delegate(now=BEFORE), partner)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses_what_a_constraint_is_for(place: Place, name: str) -> None:
    steps = VIOLATIONS[name](place)
    next(steps)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        next(steps, None)


@pytest.mark.parametrize(
    "name", sorted(set(VIOLATIONS) - {"a_bond_ends_after_it_began", "a_grant_ends_after_it_began"})
)
def test_without_the_constraint_nothing_refuses_it(place: Place, name: str) -> None:
    """Those on the ends of spans are not among them: `tstzrange` refuses a span in the wrong order by itself."""
    model, constraint = BY_NAME[name]
    steps = VIOLATIONS[name](place)
    next(steps)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    next(steps, None)


def test_every_constraint_is_tried() -> None:
    assert set(VIOLATIONS) == set(BY_NAME)


def _group_of(rita: Identity) -> Group:
    return Group.objects.create(account=rita.account, address="circle@resold.test", name="Circle", created_at=NOW)
