"""The dead man hears from us only while all is well (issue 3, point 2). A real HTTP server listens."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection, transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.auditing.dead_man import beat, has_beaten_lately
from liaison.notifications.models import DeliveryAudit
from liaison.notifications.testing import about, person

SECOND = timedelta(seconds=1)


class DeadMan(BaseHTTPRequestHandler):
    """Counts who comes, and answers with what it is told to."""

    heard: ClassVar[list[str]] = []
    status: ClassVar[int] = 200

    def do_GET(self) -> None:  # the name that http.server looks for
        self.heard.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def heard(settings: LazySettings) -> Iterator[list[str]]:
    server = HTTPServer(("127.0.0.1", 0), DeadMan)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    DeadMan.heard.clear()
    DeadMan.status = 200
    settings.DEAD_MAN_URL = f"http://127.0.0.1:{server.server_port}/ping/secret"
    yield DeadMan.heard
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_it_is_told_after_an_audit_that_passed_and_at_most_every_thirty_seconds(
    heard: list[str], now: datetime
) -> None:
    Auditor().look(now)
    assert beat(now + SECOND)
    assert heard == ["/ping/secret"]
    Auditor().look(now + 10 * SECOND)
    assert not beat(now + 11 * SECOND)
    Auditor().look(now + 30 * SECOND)
    assert beat(now + 31 * SECOND)
    assert heard == ["/ping/secret"] * 2
    assert has_beaten_lately(now + 60 * SECOND)
    assert not has_beaten_lately(now + 180 * SECOND)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("topics")
def test_it_is_not_told_when_a_message_is_late(heard: list[str], now: datetime) -> None:
    with transaction.atomic():
        announce((Topic.PRODUCTION_ALERT,), about(everyone=[person("anna@a.test")]), now=now - 61 * SECOND)
    Auditor().look(now)
    assert not beat(now)
    assert heard == []


@pytest.mark.django_db
def test_it_is_not_told_when_nobody_audits_any_more(heard: list[str], now: datetime) -> None:
    """A ticker that hangs, or is gone, has no young audit."""
    assert not beat(now)
    Auditor().look(now - 31 * SECOND)
    assert not beat(now)
    assert heard == []


@pytest.mark.django_db
def test_what_it_did_not_hear_does_not_count(heard: list[str], now: datetime, settings: LazySettings) -> None:
    Auditor().look(now)
    DeadMan.status = 500
    assert not beat(now)
    settings.DEAD_MAN_URL = "http://127.0.0.1:9/"
    assert not beat(now)
    assert DeliveryAudit.objects.get().beat_at is None


@pytest.mark.django_db
def test_without_an_address_nobody_is_told(now: datetime) -> None:
    Auditor().look(now)
    assert not beat(now)


@pytest.mark.django_db
def test_it_is_not_told_while_the_database_is_away(heard: list[str], now: datetime) -> None:
    Auditor().look(now)

    def away(*arguments: object) -> object:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        beat(now)
    assert heard == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_is_not_told_any_more_when_the_ticker_is_killed(heard: list[str], settings: LazySettings) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(
            urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        ),
        "DEAD_MAN_URL": settings.DEAD_MAN_URL,
        "DEAD_MAN_SECONDS": "5",
    }
    ticker = subprocess.Popen([sys.executable, "-m", "liaison", "tick"], env=environment)
    try:
        wait_until_heard(heard, 2)
    finally:
        ticker.kill()
        ticker.wait()
    told = len(heard)
    time.sleep(7)
    assert len(heard) == told


def wait_until_heard(heard: list[str], times: int) -> None:
    end = time.monotonic() + 60
    while len(heard) < times:
        assert time.monotonic() < end, "the dead man hears nothing"
        time.sleep(0.1)
