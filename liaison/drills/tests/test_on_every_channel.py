"""A test and a drill go wherever the real message would: to rooms, phones and programs too (C7)."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.conf import LazySettings

from liaison.contacts.testing import make_endpoint
from liaison.drills import actions
from liaison.drills.testing import make_drill
from liaison.drills.tests.conftest import House
from liaison.notifications.endpoints import SEALED_CHANNELS, sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery, Message
from liaison.notifications.tests.test_ssrf import ADDRESSES
from liaison.notifications.worker import deliver_batch

FIRST = "first@bistro.test"
OTHERS = (Channel.WEBHOOK, Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT, Channel.SMS, Channel.VOICE)
REFUSALS = {"address not allowed", "host unusable", "the service cannot be used"}


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


@pytest.mark.parametrize("channel", [*OTHERS, Channel.APPRISE])
def test_the_test_button_calls_no_address_that_is_not_public(
    house: House, settings: LazySettings, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSRF: every class of address that the guard refuses, through the verb that the button calls."""
    settings.WEBHOOKS, settings.APPRISE_ALLOWED = "http", ("json", "jsons")
    settings.HTTP_ALLOWED_NETWORKS = settings.GATEWAY_ALLOWED_NETWORKS = ()
    settings.HTTP_ALLOWED_PORTS, settings.HTTP_TIMEOUT_SECONDS = ("1-65535",), 2
    tried: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, address: tried.append(address))
    for number, host in enumerate(ADDRESSES.values()):
        address = f"https://{host}/hook"
        if channel in {Channel.SMS, Channel.VOICE}:
            setattr(settings, f"{channel.name}_GATEWAY_URL", address)
        endpoint = _endpoint(house, channel, address)
        now = house.now + timedelta(minutes=20 * number)
        actions.send_test_message(
            actor=house.cast.owner, account=house.cast.partner, contact=FIRST, way=endpoint, now=now
        )
        deliver_batch(now + timedelta(seconds=1), channel=channel)
        delivery = Delivery.objects.get(address=endpoint)
        assert delivery.state in {"pending", "failed"}
        assert delivery.message is not None
        assert delivery.message.attempts.get().detail in REFUSALS
        Delivery.objects.all().delete()  # a gateway that is away would hold up the next one
        Message.objects.all().delete()
    assert tried == []


def _endpoint(house: House, channel: Channel, address: str = "https://hooks.partner.test/liaison") -> str:
    fields = {"url": address}
    if channel in {Channel.SMS, Channel.VOICE}:
        fields = {"url": "tel:+390612345678"}
    elif channel in SEALED_CHANNELS:
        scheme = "jsons" if channel is Channel.APPRISE else "https"
        fields = {"url": "", "secret": sealed(address.replace("https", scheme, 1))}
    return make_endpoint(house.cast.partner, f"address:{FIRST}", channel=channel, **fields).public_id


def _became(channel: Channel, house: House) -> str:
    deliver_batch(house.now + timedelta(seconds=1), channel=channel)
    return Delivery.objects.get(channel=channel, step__lte=1, message__isnull=False).state
