"""A storm of alerts in the mailbox of an alert contact: one at once, then one mail that names them all (C7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from liaison.health.models import Incident
from liaison.health.tests.house import START, House, an_alert, critical, receive, resolved
from liaison.notifications.models import Delivery, MessageState
from liaison.notifications.testing import MailServer, Received
from liaison.notifications.worker import deliver_batch

NOW = START + timedelta(minutes=1)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(mail_server: MailServer, settings: LazySettings) -> MailServer:
    settings.BUNDLE_SECONDS = 10
    return mail_server


def alerts(*numbers: int) -> list[dict[str, object]]:
    return [
        an_alert(fingerprint=f"{number:016x}", annotations={"summary": f"Booking <{number}> fails"})
        for number in numbers
    ]


def to(house: House, mail_server: MailServer, moment: datetime) -> list[Received]:
    for _ in range(3):
        deliver_batch(moment)
    address = house.cast.colleague.mailbox
    return [received for received in mail_server.accepted if received.to == address]


def test_a_storm_is_one_mail_at_once_and_one_that_names_and_links_the_rest(
    house: House, mail_server: MailServer
) -> None:
    receive(house.key, *alerts(1), now=NOW)
    receive(house.key, *alerts(*range(2, 32)), now=NOW + SECOND)
    first, bundle = to(house, mail_server, NOW + 10 * SECOND)
    assert "Booking <1> fails" in str(first.mail["Subject"])
    assert str(bundle.mail["Subject"]).startswith("30 production alerts: ")
    text, page = bundle.body("plain"), bundle.body("html")
    assert text.count("Booking <") == 20
    assert "and 10 more messages" in text
    third = Incident.objects.get(dedup_key=f"{3:016x}")
    assert f"/incidents/{third.public_id}/" in text
    assert "/incidents/?as=" in text
    assert "/incidents/?as=" in page


def test_what_began_and_is_over_is_one_line_that_says_it_is_over(house: House, mail_server: MailServer) -> None:
    receive(house.key, *alerts(1), now=NOW)
    receive(house.key, *alerts(2, 3), now=NOW + SECOND)
    receive(house.key, resolved(fingerprint=f"{2:016x}"), now=NOW + 3 * SECOND)
    _first, bundle = to(house, mail_server, NOW + 10 * SECOND)
    text = bundle.body("plain")
    assert str(bundle.mail["Subject"]).startswith("3 production alerts: ")
    assert text.count("Booking <2> fails") == 1
    assert "2 messages, from " in text
    assert "Resolved" in text


def test_whoever_is_called_for_an_emergency_is_called_in_any_storm(house: House, mail_server: MailServer) -> None:
    """Nothing urgent is ever held; those who only hear of the alert go with the window."""
    receive(house.key, *alerts(1, 2), now=NOW)
    receive(house.key, critical(fingerprint="f" * 16), now=NOW + SECOND)
    called = Delivery.objects.filter(announcement__topics__contains=["technical_emergency"])
    assert called.get(address="pager@bistro.test").due_at == NOW + SECOND
    assert called.get(identity_id=house.cast.colleague.pk).message_id is not None
    assert called.get(identity_id=house.cast.colleague.pk).due_at == NOW + 10 * SECOND
    assert not called.filter(address="pager@bistro.test", message__state=MessageState.GATHERING).exists()
