from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast
from liaison.contacts.testing import address_row, complete_record, hours_row
from liaison.integrations.testing import make_launched
from liaison.lib.testing import built_once

SATURDAY = datetime(2026, 11, 7, 3, 0, tzinfo=UTC)  # noon in Seoul
MONDAY = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)  # nine o'clock in Seoul


@pytest.fixture
def cast(db: None) -> Cast:
    return _make_cast()


@built_once
def _make_cast() -> Cast:
    """`bistro` is launched with a kind that has a field for merchant issues; everybody reads English."""
    found = make_cast()
    make_launched(found.partner, "things_to_do")
    Identity.objects.update(language="en")
    complete_record(
        found.owner,
        technical_non_emergency_contacts=[address_row("tech@bistro.test", name="Tech", language="en")],
        merchant_issue_contacts=[address_row("merchants@bistro.test", name="Merchants", language="ko")],
        operator_contacts=[address_row("operations@bistro.test", name="Operations", language="en")],
        support_hours=[hours_row()],
    )
    return found
