from __future__ import annotations

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, reading English, so that words can be compared."""
    made = make_cast()
    Identity.objects.update(language="en")
    return made
