"""The cast of this room's tests: a partner in Rome with a complete record, and its staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from liaison.accounts.testing import Cast, make_cast
from liaison.contacts.testing import address_row, complete_record, hours_row
from liaison.integrations.testing import make_launched
from liaison.lib.testing import built_once


@dataclass(frozen=True)
class House:
    """The cast, and a moment within the support hours of the partner: Monday to Friday, 9 to 18 in Rome."""

    cast: Cast
    now: datetime


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are compared in English, whatever language the last request of this process was in."""
    with translation.override("en"), timezone.override("UTC"):
        yield


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(db: None, now: datetime) -> House:
    return _make_house(now)


@built_once
def _make_house(now: datetime) -> House:
    cast = make_cast()
    make_launched(cast.partner)
    complete_record(
        cast.owner,
        now,
        technical_emergency_contacts=[
            address_row("first@bistro.test", name="Fabio First", language="en"),
            address_row("second@bistro.test", name="Sara Second", language="en"),
        ],
        support_hours=[hours_row(zone="Europe/Rome")],
    )
    return House(cast, now)
