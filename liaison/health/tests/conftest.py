from __future__ import annotations

import pytest

from liaison.accounts.testing import make_cast
from liaison.health.tests.house import House, add_contacts
from liaison.integrations.models import EnvironmentName
from liaison.integrations.testing import make_key, make_launched
from liaison.lib.testing import built_once


@pytest.fixture
def house(db: None) -> House:
    return _make_house()


@built_once
def _make_house() -> House:
    """`owner` and `colleague` are alert contacts; the emergency contacts are an alias and then `owner`."""
    cast = make_cast()
    integration = make_launched(cast.partner)
    add_contacts(cast.partner, alert=(cast.owner, cast.colleague), emergency=("pager@bistro.test", cast.owner))
    return House(
        cast=cast,
        integration=integration,
        key=make_key(integration).secret,
        sandbox_key=make_key(integration, EnvironmentName.SANDBOX).secret,
    )
