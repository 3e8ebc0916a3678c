from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from liaison.accounts.testing import Cast, make_cast
from liaison.catalog.vocabulary import Topic
from liaison.notifications.testing import TopicOfTests, handled_by

TOPICS = (Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY, Topic.STAFF_ALARM)


@pytest.fixture(autouse=True)
def takes_mail_in(settings: LazySettings) -> None:
    settings.MAIL_DOMAIN = "in.operator.test"
    settings.MAIL_AUTHSERV_ID = "mx.operator.test"
    settings.DELIVERY_LEASE_SECONDS = 5


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def topics() -> Iterator[None]:
    """Topics whose people stand in the facts of the subject."""
    with handled_by({topic: TopicOfTests(topic) for topic in TOPICS}):
        yield
