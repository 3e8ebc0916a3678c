"""How each environment stands, for the overview (issue 5, 7)."""

from __future__ import annotations

import pytest

from liaison.detection.models import Standing
from liaison.detection.testing import MINUTE, Running, judge_at
from liaison.detection.tests.scene import BAD, START, WELL, only
from liaison.health.tests.house import critical, receive
from liaison.integrations.models import Environment, Integration
from liaison.integrations.testing import make_key
from liaison.signals.testing import Calls, write_minutes

pytestmark = pytest.mark.django_db


def test_it_counts_the_last_hour_of_all_actions(production: Environment) -> None:
    write_minutes(production, "CreateBooking", START, [Calls(10, errors=1, latency_ms=100)] * 90)
    write_minutes(production, "CheckAvailability", START, [Calls(30, latency_ms=200)] * 90)
    judge_at(START + 90 * MINUTE)
    standing = Standing.objects.get(environment=production)
    assert (standing.level, standing.calls, standing.errors) == (0, 2400, 60)
    assert standing.latency_ms == pytest.approx(175)
    assert standing.last_call == START + 89 * MINUTE


def test_its_level_changes_at_once_and_its_numbers_every_five_minutes(production: Environment) -> None:
    only("booking_errors")
    running = Running(production, START, CreateBooking=WELL)
    judged = set()
    for _ in range(20):
        running.run(1)
        judged.add(Standing.objects.get(environment=production).judged_at)
    assert len(judged) == 4
    running.calls["CreateBooking"] = BAD
    levels = []
    for _ in range(10):
        running.run(1)
        standing = Standing.objects.get(environment=production)
        levels.append(standing.level)
    assert sorted(levels) == levels
    assert set(levels) == {0, 2}
    assert standing.since == START + (20 + levels.index(2) + 1) * MINUTE


def test_alarms_from_elsewhere_count_too(production: Environment, integration: Integration) -> None:
    receive(make_key(integration).secret, critical(), now=START)
    judge_at(START + MINUTE)
    assert Standing.objects.get(environment=production).level == 3


def test_an_environment_of_which_nothing_was_heard_has_no_row(production: Environment) -> None:
    judge_at(START)
    assert not Standing.objects.exists()
