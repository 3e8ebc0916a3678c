"""Escalations while others act on them: two tickers, two who take it, and a process that dies in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from liaison.accounts.models import Identity
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.models import Incident, IncidentState
from liaison.health.tests.house import House, critical, receive, resolved
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import AcknowledgedVia, Announcement, Delivery, Escalation, EscalationState

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)

DIES_BEFORE_ITS_COMMIT = """
import os, sys
import django
django.setup()
from datetime import datetime
from django.db import connection, transaction
from liaison.notifications.escalation.climbing import advance_escalation
with transaction.atomic():
    advance_escalation(int(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2]))
    print("taken", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def now() -> datetime:
    return utc_now()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_many_tickers_one_takes_the_step(house: House, now: datetime) -> None:
    receive(house.key, critical(), now=now)
    moved = at_once(*[lambda: climb_due(now + 5 * MINUTE)] * 6)
    escalation = Escalation.objects.get()
    assert sum(moved) == 1
    assert escalation.steps.count() == 2
    assert Delivery.objects.filter(step__gt=0, message__isnull=False).count() == 2


def test_of_many_who_take_it_one_has_it_and_all_learn_who(house: House, now: datetime) -> None:
    incident = receive(house.key, critical(), now=now)[0].incident
    people: list[Identity] = [house.cast.owner, house.cast.colleague, house.cast.engineer, house.cast.manager]
    outcomes = at_once(
        *[
            lambda who=who: acknowledge_incident(actor=who, incident=incident, via=AcknowledgedVia.PORTAL, now=now)
            for who in people
        ]
    )
    assert [outcome.is_new for outcome in outcomes].count(True) == 1
    assert len({outcome.escalation.acknowledged_by_id for outcome in outcomes}) == 1
    assert Announcement.objects.filter(facts__event="acknowledged").count() == 1


def test_taking_it_while_it_is_resolved_and_climbed_leaves_one_end_and_no_deadlock(house: House, now: datetime) -> None:
    """The subject is locked before its escalation, everywhere."""
    over = resolved(labels={"alertname": "BookingDown", "severity": "critical"})
    for number in range(5):
        fingerprint = f"ab{number}"
        incident = receive(house.key, critical(fingerprint=fingerprint), now=now)[0].incident
        at_once(
            lambda incident=incident: _take(house.cast.owner, incident, now),  # type: ignore[misc]  # bound early
            lambda fingerprint=fingerprint: receive(  # type: ignore[misc]
                house.key, over | {"fingerprint": fingerprint}, now=now + MINUTE
            ),
            lambda: climb_due(now + 5 * MINUTE),
        )
        incident.refresh_from_db()
        escalation = Escalation.objects.get(subject_id=str(incident.pk))
        assert incident.state == IncidentState.RESOLVED
        assert escalation.state in {EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED}
        assert escalation.next_at is None


def _take(who: Identity, incident: Incident, now: datetime) -> None:
    try:
        acknowledge_incident(actor=who, incident=incident, via=AcknowledgedVia.PORTAL, now=now)
    except Exception as refusal:  # noqa: BLE001  # it may be over already
        assert "escalation_over" in str(refusal)  # noqa: PT017


def test_a_ticker_that_is_killed_in_the_middle_of_a_step_leaves_nothing_of_it(house: House, now: datetime) -> None:
    """kill -9 between the writes of a step and their commit: the next ticker takes it, once."""
    receive(house.key, critical(), now=now)
    escalation, due = Escalation.objects.get(), now + 5 * MINUTE
    child = subprocess.Popen(  # our own arguments
        [sys.executable, "-c", DIES_BEFORE_ITS_COMMIT, str(escalation.pk), due.isoformat()],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "liaison.config.settings", "DATABASE_URL": _database_url()},
        cwd=settings.BASE_DIR.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "taken"
        assert climb_due(due) == 0, "the row is locked: another ticker leaves it alone"
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=10)
    assert escalation.steps.count() == 1
    end = time.monotonic() + 10
    while not climb_due(due + MINUTE) and time.monotonic() < end:
        time.sleep(0.05)  # until the server has noticed that the process is gone
    assert [step.because for step in escalation.steps.order_by("number")] == ["began", "nobody_answered"]
    assert Delivery.objects.filter(step__gt=0, message__isnull=False).count() == 2


def _database_url() -> str:
    """Return the address of the database of the tests."""
    before, _, after = os.environ["DATABASE_URL"].partition("?")
    base = before.rpartition("/")[0]
    name = connection.settings_dict["NAME"]
    return f"{base}/{name}?{after}" if after else f"{base}/{name}"
