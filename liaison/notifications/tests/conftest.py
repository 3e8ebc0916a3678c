from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from liaison.catalog.vocabulary import Topic
from liaison.notifications.testing import TopicOfTests, handled_by

TOPICS = (Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY, Topic.TECHNICAL_NOTICE, Topic.STAFF_ALARM)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _short_leases(settings: LazySettings) -> None:
    # Leases are not ended before the database itself is older than one; that of a test may be young.
    settings.DELIVERY_LEASE_SECONDS = 5


@pytest.fixture
def topics() -> Iterator[None]:
    """Four topics whose people stand in the facts of the subject; the staff alarm reaches one administrator."""
    with handled_by({topic: TopicOfTests(topic) for topic in TOPICS}):
        yield
