"""PagerDuty's own Python client, pointed at a server of ours over real HTTP: it finds what it expects."""

from __future__ import annotations

import pagerduty
import pytest
from pytest_django.live_server_helper import LiveServer

from liaison.health.models import Incident, Mark
from liaison.health.tests.house import House


def client_for(server: LiveServer, key: str) -> pagerduty.EventsApiV2Client:
    client = pagerduty.EventsApiV2Client(key)
    client._url = server.url  # it takes no address but https, which the server of a test has not
    return client


@pytest.mark.django_db(transaction=True)
def test_the_published_client_triggers_acknowledges_and_resolves(live_server: LiveServer, house: House) -> None:
    with client_for(live_server, house.key) as client:
        made = client.trigger("Bookings fail", "booking-1.partner.test", custom_details={"rate": "31%"})
        assert Incident.objects.get().state == "firing"
        assert client.trigger("Bookings fail", "booking-1.partner.test", dedup_key=made) == made
        assert client.acknowledge(made) == made
        assert Incident.objects.get().state == "acknowledged"
        assert client.resolve(made) == made
        assert Incident.objects.get().state == "resolved"
        client.submit(
            "Release 4.2",
            "ci",
            timestamp="2026-11-22T08:00:00Z",
            links=[{"href": "https://ci.partner.test/42", "text": "Build"}],
        )
        assert Mark.objects.get().title == "Release 4.2"


@pytest.mark.django_db(transaction=True)
def test_the_published_client_learns_that_its_key_is_unknown(live_server: LiveServer) -> None:
    with client_for(live_server, "lk_unknown") as client, pytest.raises(pagerduty.Error) as refused:
        client.trigger("Bookings fail", "booking-1.partner.test")
    assert refused.value.response is not None
    assert refused.value.response.status_code == 400
