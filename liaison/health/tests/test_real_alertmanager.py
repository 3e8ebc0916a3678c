"""The real program posts to a real server: what was captured is still what it sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from liaison.health.models import Incident, IncidentState
from liaison.health.testing import alert, is_installed, running_alertmanager
from liaison.health.tests.house import House, announcements
from liaison.notifications.models import Delivery

SECONDS = 30


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_alertmanager_opens_and_ends_an_incident(house: House, live_server: LiveServer, tmp_path: Path) -> None:
    assert is_installed(), "packages.txt names prometheus-alertmanager"
    url = f"{live_server.url}/in/alertmanager?environment=production"
    down = alert(
        "BookingServerErrors", severity="page", summary="오류율 상승", starts_at=datetime.now(UTC), job="booking"
    )
    with running_alertmanager(tmp_path, webhook_url=url, key=house.key) as manager:
        manager.post([down])
        _wait_for(Incident.objects.exists)
        incident = Incident.objects.get()
        assert (incident.title, incident.severity, incident.state) == ("오류율 상승", "critical", "firing")
        assert incident.labels["job"] == "booking"
        assert Delivery.objects.filter(state="pending").count() == 3
        manager.post([down | {"endsAt": datetime.now(UTC).isoformat()}])
        _wait_for(lambda: Incident.objects.filter(state=IncidentState.RESOLVED).exists())
    assert announcements(incident) == ["opened", "resolved"]
    assert Incident.objects.count() == 1
