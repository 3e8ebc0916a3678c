from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.detection.tests.scene import people_of
from liaison.integrations.models import Environment, Integration
from liaison.integrations.testing import environment_of, make_launched


@pytest.fixture
def cast(db: None) -> Cast:
    """A partner with people on its record."""
    cast = make_cast()
    people_of(cast)
    return cast


@pytest.fixture
def integration(cast: Cast) -> Integration:
    return make_launched(cast.partner)


@pytest.fixture
def production(integration: Integration) -> Environment:
    return environment_of(integration)
