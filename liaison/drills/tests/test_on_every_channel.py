"""A test and a drill go wherever the real message would: to rooms, phones and programs too (C7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from liaison.contacts.testing import make_endpoint
from liaison.drills import actions
from liaison.drills.testing import make_drill
from liaison.drills.tests.conftest import House
from liaison.notifications.endpoints import sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery
from liaison.notifications.worker import deliver_batch

FIRST = "first@bistro.test"
OTHERS = (Channel.WEBHOOK, Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT, Channel.SMS, Channel.VOICE)


@pytest.fixture(autouse=True)
def _printed(settings: LazySettings) -> None:
    settings.WEBHOOKS = "console"
    settings.SMS_GATEWAY_URL = settings.VOICE_GATEWAY_URL = "https://gateway.operator.test/"


@pytest.mark.parametrize("channel", OTHERS)
def test_a_drill_reaches_every_channel_with_its_mark(
    house: House, channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    _endpoint(house, channel)
    make_drill(house.cast.owner, house.cast.partner, house.now)
    assert _became(channel, house) == "accepted"
    printed = capsys.readouterr().out
    assert "DRILL: nothing is wrong" in printed
    assert channel is Channel.VOICE or "/drill-answers/" in printed


@pytest.mark.parametrize("channel", OTHERS)
def test_a_test_message_reaches_every_channel_with_its_mark(
    house: House, channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = _endpoint(house, channel)
    actions.send_test_message(
        actor=house.cast.owner, account=house.cast.partner, contact=FIRST, way=endpoint, now=house.now
    )
    assert _became(channel, house) == "accepted"
    printed = capsys.readouterr().out
    assert "TEST: nothing is wrong" in printed
    assert channel is Channel.VOICE or "/test-arrivals/" in printed


def _endpoint(house: House, channel: Channel) -> str:
    url = "https://hooks.partner.test/liaison"
    if channel in {Channel.SMS, Channel.VOICE}:
        url = "tel:+390612345678"
    elif channel is not Channel.WEBHOOK:
        url = sealed(url)
    return make_endpoint(house.cast.partner, f"address:{FIRST}", channel=channel, url=url).public_id


def _became(channel: Channel, house: House) -> str:
    deliver_batch(house.now + timedelta(seconds=1), channel=channel)
    return Delivery.objects.get(channel=channel, step__lte=1, message__isnull=False).state
