"""The doors to customers, asked directly: what each condition of `delegation/access.py` is for."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, make_account
from liaison.delegation import access
from liaison.delegation import actions as relations
from liaison.delegation.models import Bond
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.lib.clock import utc_now


@pytest.fixture
def customer(db: None) -> Account:
    return make_customer()


@pytest.fixture
def helper(customer: Account) -> Identity:
    """Return somebody of a support partner of the customer."""
    helper = make_delegate("helper", AccountKind.SUPPORT_PARTNER)
    _support(customer, helper)
    return helper


def test_the_system_sees_every_customer_and_is_refused_nothing(customer: Account, helper: Identity) -> None:
    make_account("elsewhere")
    assert list(access.visible_customers(TESTS)) == [customer]
    assert access.customer_for(TESTS, customer.slug) == customer
    bond = access.support_bond_for(TESTS, customer, "helper")
    assert bond.account == helper.account
    access.require_reading_relations(TESTS, customer)
    access.require_sending_links(TESTS, customer)
    access.require_ending_support(TESTS, bond)
    access.require_granting(TESTS, customer)


def _support(customer: Account, helper: Identity) -> Bond:
    by = person_of(customer)
    return relations.begin_support(actor=by, customer=customer, partner=helper.account, why="", now=utc_now())
