"""Whoever looks around the demo finds integrations with a history, one of them in trouble (S6)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db.models import Sum

from liaison.demo import life, seed
from liaison.demo.cast import LANTERNA
from liaison.demo.client import Browser
from liaison.demo.receiver import NETWORK, Partner
from liaison.detection.passing import run_pass
from liaison.feeds.models import FeedRun
from liaison.health.models import Incident
from liaison.lib.clock import utc_now
from liaison.probes.models import HealthCheck
from liaison.signals.models import Minute

if TYPE_CHECKING:
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db(transaction=True)
def test_a_day_is_there_to_look_at_and_the_rules_find_what_is_wrong(
    settings: Settings, live_server: LiveServer
) -> None:
    settings.HTTP_ALLOWED_NETWORKS, settings.HTTP_ALLOWED_PORTS = (NETWORK,), ("1-65535",)
    stage = seed.fill(operator_name="Example Platform", now=utc_now())
    partner, stop = Partner(), threading.Event()
    stop.set()  # what goes on each minute is not waited for
    partner.start()
    try:
        life.begin(stage, Browser(live_server.url), partner, stop)
    finally:
        partner.stop()
    ordering, things_to_do = stage.integrations[LANTERNA.slug]
    calls = Minute.objects.filter(environment__integration=ordering).aggregate(calls=Sum("calls"), errors=Sum("errors"))
    assert calls == {"calls": 2 * 24 * 60 * 20, "errors": 2 * 60 * 2}
    assert FeedRun.objects.filter(feed__environment__integration=ordering).count() == 7
    assert HealthCheck.objects.get().environment.integration == ordering
    end = utc_now().replace(second=0, microsecond=0)
    for earlier in (3, 2, 1, 0):
        run_pass(end - life.MINUTE * earlier, now=utc_now())
    found = Incident.objects.get(source="rules")
    assert found.environment.integration == things_to_do
    assert {one["rule"] for one in found.facts["findings"]} >= {"booking_errors", "availability_errors"}
