"""Whoever looks around the demo finds an emergency that nobody has yet."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from liaison.demo import seed
from liaison.demo.client import Browser
from liaison.demo.opening import CALLED, open_emergency
from liaison.demo.receiver import NETWORK, Receiver
from liaison.health.models import Incident
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery, Endpoint, Escalation, EscalationState

if TYPE_CHECKING:
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db(transaction=True)
def test_an_emergency_runs_and_its_first_contact_is_called(settings: Settings, live_server: LiveServer) -> None:
    """Issue 3: the demo shows an escalation with acknowledge."""
    settings.HTTP_ALLOWED_NETWORKS, settings.HTTP_ALLOWED_PORTS = (NETWORK,), ("1-65535",)
    stage = seed.fill(operator_name="Example Platform", now=utc_now())
    receiver = Receiver()
    receiver.start()
    try:
        answer = open_emergency(stage, Browser(live_server.url), receiver)
    finally:
        receiver.stop()
    assert answer.status == HTTPStatus.OK
    assert utc_now() - Incident.objects.get().started_at < timedelta(minutes=1)
    escalation = Escalation.objects.get()
    assert escalation.state == EscalationState.RUNNING
    called = Delivery.objects.get(announcement=escalation.announcement_id, step=1)
    assert called.identity == stage.people[CALLED]
    endpoint = Endpoint.objects.get()
    owed = Delivery.objects.filter(announcement=escalation.announcement_id, channel=Channel.WEBHOOK)
    assert [one.address for one in owed] == [endpoint.public_id]
