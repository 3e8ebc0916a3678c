from __future__ import annotations

import pytest
from django.core.cache import cache

from liaison.accounts.testing import Cast, make_cast


@pytest.fixture(autouse=True)
def _nobody_was_counted(db: None) -> None:
    """Rate limits live in the database cache."""
    cache.clear()


@pytest.fixture
def cast() -> Cast:
    return make_cast()
