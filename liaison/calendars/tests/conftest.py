from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Of the staff `agent`, `engineer` and `administrator` can be on call; the partner manager cannot."""
    return make_cast()
