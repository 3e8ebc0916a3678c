"""What one sender tells must not keep anybody else from being judged (issue 5, invariant 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import make_partner
from liaison.detection.models import Standing
from liaison.detection.testing import judge_at
from liaison.detection.tests.scene import BAD, START
from liaison.health.models import Incident
from liaison.integrations.models import Environment
from liaison.integrations.testing import environment_of, make_launched
from liaison.signals.queries import minutes, totals
from liaison.signals.rollups import MOST, MOST_MILLISECONDS
from liaison.signals.testing import Calls, write_minutes

pytestmark = pytest.mark.django_db

FULL = Calls(1_000_000_000_000_000, latency_ms=3_600_000)


@pytest.fixture
def hostile() -> Environment:
    """Another partner's environment, whose every minute is as large as a minute can be."""
    environment = environment_of(make_launched(make_partner("hostile")))
    for action in ("CreateBooking", "CheckAvailability"):
        write_minutes(environment, action, START, [FULL] * 30)
    return environment


def test_numbers_as_large_as_can_be_keep_nobody_else_from_being_judged(
    hostile: Environment, production: Environment
) -> None:
    """A sum that no column holds breaks no statement that reads the calls of everybody."""
    end = write_minutes(production, "SubmitOrder", START, [BAD] * 30)
    done = judge_at(end)
    assert (done.finished_at is not None, done.failures) == (True, 0)
    assert Incident.objects.filter(environment=production).exists()
    standing = Standing.objects.get(environment=hostile)
    assert standing.calls == MOST
    assert Standing.objects.get(environment=production).calls == 600


def test_numbers_as_large_as_can_be_can_still_be_shown(hostile: Environment) -> None:
    end = START + timedelta(minutes=30)
    (bucket,) = minutes(hostile, ["CreateBooking"], START, end, bucket=timedelta(hours=1))
    assert bucket.sums.latency_ms > MOST_MILLISECONDS
    assert totals(hostile, None, START, end)["CreateBooking"] == bucket.sums
