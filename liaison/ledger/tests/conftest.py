from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from liaison.accounts.testing import Cast, make_cast
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_launched
from liaison.lib.testing import built_once
from liaison.notifications.testing import MailServer


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


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.let_go()
    server.stop()
