from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast
from liaison.contacts.testing import address_row, complete_record, hours_row, user_row
from liaison.integrations.testing import make_launched
from liaison.lib.testing import built_once
from liaison.notices.actions import raise_notice
from liaison.notices.models import Notice

MONDAY = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)  # ten o'clock in Seoul


@pytest.fixture
def cast(db: None) -> Cast:
    return _make_cast()


@built_once
def _make_cast() -> Cast:
    """`bistro` is launched, with support hours in Seoul; everybody reads English."""
    found = make_cast()
    make_launched(found.partner, "things_to_do")
    Identity.objects.update(language="en")
    complete_record(
        found.owner,
        technical_non_emergency_contacts=[address_row("tech@bistro.test", name="Tech", language="en")],
        technical_emergency_contacts=[
            address_row("night@bistro.test", name="Night", language="en", pages_somebody=True)
        ],
        merchant_issue_contacts=[address_row("merchants@bistro.test", name="Merchants", language="en")],
        operator_contacts=[user_row(found.colleague)],
        support_hours=[hours_row()],
    )
    return found


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return notice_of(cast)


def notice_of(cast: Cast, topic: str = "technical_notice", **more: object) -> Notice:
    values = {"title": "Move to version 3", "text": "Version 2 ends.", "language": "en", "topic": topic, "now": MONDAY}
    return raise_notice(actor=cast.agent, account=cast.partner, **values | more)  # type: ignore[arg-type]
