from __future__ import annotations

import pytest

from liaison.accounts.testing import make_cast
from liaison.api.tests.test_incidents import an_incident
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.testing import built_once
from tests.matrix.walk import Place, things_of


@pytest.fixture
def place(db: None) -> Place:
    """Both partners are through the gate."""
    return _make_place()


@built_once
def _make_place() -> Place:
    cast = make_cast()
    integration = make_launched(cast.partner)
    make_integration(cast.elsewhere)
    complete_record(cast.owner)
    complete_record(cast.outsider)
    return Place(cast, things_of(cast, integration, an_incident(integration, "first").public_id))


@pytest.fixture
def gated_place(db: None) -> Place:
    """`bistro` never completed its contact information."""
    cast = make_cast()
    return Place(cast, things_of(cast, make_integration(cast.partner), "anything"))
