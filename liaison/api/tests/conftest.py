from __future__ import annotations

import pytest

from liaison.accounts.testing import make_cast
from liaison.api.tests.house import House
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.testing import built_once


@pytest.fixture
def house(db: None) -> House:
    return _make_house()


@built_once
def _make_house() -> House:
    cast = make_cast()
    integration = make_launched(cast.partner)
    complete_record(cast.owner)
    return House(cast, integration, make_integration(cast.elsewhere))
