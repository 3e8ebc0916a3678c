from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_launched
from liaison.lib.testing import built_once


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    return _make_cast()


@built_once
def _make_cast() -> Cast:
    """Both partners are launched, and their records complete: `owner` and `outsider` are the alert contacts."""
    found = make_cast()
    make_launched(found.partner)
    make_launched(found.elsewhere)
    complete_record(found.owner)
    complete_record(found.outsider)
    return found
