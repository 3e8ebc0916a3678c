from __future__ import annotations

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.testing import TESTS, make_cast
from liaison.api.tests.house import House
from liaison.contacts.testing import complete_record
from liaison.delegation import actions
from liaison.delegation.testing import make_customer, make_delegate
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.testing import built_once


@pytest.fixture
def house(db: None) -> House:
    return _make_house()


@pytest.fixture
def resold(db: None) -> tuple[Account, Identity]:
    """Return a customer that a reseller manages, and Rita who works there. Nothing is granted."""
    customer, rita = make_customer(), make_delegate()
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="Sold", now=utc_now())
    return customer, rita


@pytest.fixture
def customer(resold: tuple[Account, Identity]) -> Account:
    return resold[0]


@pytest.fixture
def rita(resold: tuple[Account, Identity]) -> Identity:
    return resold[1]


@built_once
def _make_house() -> House:
    cast = make_cast()
    integration = make_launched(cast.partner)
    complete_record(cast.owner)
    return House(cast, integration, make_integration(cast.elsewhere))
