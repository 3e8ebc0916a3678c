"""Test messages: to any contact on any way, live, and "I got it" by a link that counts once (C7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.actions import mark_unreachable
from liaison.contacts.models import ContactEntry
from liaison.contacts.testing import make_endpoint
from liaison.drills import actions
from liaison.drills.models import TestArrival, TestMessage
from liaison.drills.tests.conftest import House
from liaison.drills.tests.test_pages import body, client_of
from liaison.drills.vocabulary import DrillCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.models import Delivery, Escalation
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

FIRST = "first@bistro.test"


def send(house: House, contact: str = FIRST, way: str = "", minutes: int = 0) -> TestMessage:
    return actions.send_test_message(
        actor=house.cast.owner,
        account=house.cast.partner,
        contact=contact,
        way=way,
        now=house.now + timedelta(minutes=minutes),
    )


def sent(test: TestMessage) -> list[Delivery]:
    return list(Delivery.objects.filter(announcement=test.announcement_id).order_by("pk"))


def test_it_goes_to_the_one_contact_on_all_ways_and_is_never_an_escalation(house: House) -> None:
    endpoint = make_endpoint(house.cast.partner, f"address:{FIRST}")
    assert [one.address for one in sent(send(house))] == [FIRST, endpoint.public_id]
    assert not Escalation.objects.exists()


def test_it_goes_one_way_when_one_is_chosen(house: House) -> None:
    endpoint = make_endpoint(house.cast.partner, f"address:{FIRST}")
    assert [one.address for one in sent(send(house, way="email"))] == [FIRST]
    assert [one.address for one in sent(send(house, way=endpoint.public_id))] == [endpoint.public_id]


@pytest.mark.parametrize("address", ["technical@bistro.test", "merchants@bistro.test", "help@bistro.test"])
def test_every_entry_of_the_record_can_be_tested(house: House, address: str) -> None:
    assert [one.address for one in sent(send(house, address))] == [address]


def test_whoever_left_gets_no_test_either(house: House) -> None:
    """C7: the page of "I no longer work there" says that nothing more is sent."""
    mark_unreachable(account_id=house.cast.partner.pk, address=FIRST, because="left", now=house.now)
    assert [one.state for one in sent(send(house))] == ["suppressed"]


def test_it_tries_a_mailbox_that_is_known_to_be_unreachable(house: House) -> None:
    """That is what a test is for."""
    mark_unreachable(account_id=house.cast.partner.pk, address=FIRST, because="bounced", now=house.now)
    test = send(house)
    assert [one.state for one in sent(test)] == ["pending"]
    actions.confirm_test_message(token=token_of(sent(test)[0].public_id), now=house.now)
    assert ContactEntry.objects.get(address=FIRST).verification == "verified"


def test_it_refuses_strangers_unknown_ways_and_whoever_may_not(house: House) -> None:
    with pytest.raises(Invalid):
        send(house, "stranger@bistro.test")
    with pytest.raises(Invalid):
        send(house, way="nothing0000000")
    other = make_endpoint(house.cast.elsewhere, f"address:{FIRST}")
    with pytest.raises(Invalid):
        send(house, way=other.public_id)
    for actor, error in ((house.cast.reader, Forbidden), (house.cast.outsider, Missing)):
        with pytest.raises(error):
            actions.send_test_message(actor=actor, account=house.cast.partner, contact=FIRST, now=house.now)


def test_a_contact_gets_at_most_five_tests_within_an_hour(house: House) -> None:
    for minute in range(5):
        send(house, minutes=minute)
    with pytest.raises(Conflict) as refused:
        send(house, minutes=59)
    assert (refused.value.code, refused.value.facts) == (DrillCode.TOO_MANY_TESTS, {"most": 5})
    send(house, "second@bistro.test", minutes=59)
    send(house, minutes=61)


def test_the_link_counts_once(house: House) -> None:
    test = send(house)
    token = token_of(sent(test)[0].public_id)
    for minute in (1, 2):
        actions.confirm_test_message(token=token, now=house.now + timedelta(minutes=minute))
    assert TestArrival.objects.get().at == house.now + timedelta(minutes=1)


def test_a_link_of_a_contact_who_left_the_record_is_missing(house: House) -> None:
    test = send(house)
    ContactEntry.objects.filter(address=FIRST).delete()
    with pytest.raises(Missing):
        actions.confirm_test_message(token=token_of(sent(test)[0].public_id), now=house.now)


def test_the_page_shows_the_test_from_planned_to_arrived(house: House, mail_server: MailServer) -> None:
    client = client_of(house.cast.owner)
    answer = client.post("/u/0/test-messages/", {"contact": FIRST, "way": "email"})
    test = TestMessage.objects.get()
    page = f"/u/0/test-messages/{test.public_id}/"
    assert answer.headers["Location"] == page
    assert "Pending" in body(client, page)
    while deliver_batch(utc_now()):
        pass
    shown = body(client, page)
    assert "Delivered" in shown
    assert "Taken by the receiving server" in shown
    assert "Nobody has said yet that it arrived." in shown
    (mail,) = mail_server.accepted
    assert mail.mail["Subject"] == "TEST: nothing is wrong (Bistro)"
    path = f"/test-arrivals/{token_of(sent(test)[0].public_id)}/"
    assert path in mail.body("plain")
    assert path in mail.body("html")
    reader = Client(headers={"accept-language": "en"})
    assert "I got it" in body(reader, path)
    assert not TestArrival.objects.exists()
    assert "it is noted that the test arrived" in reader.post(path).content.decode()
    assert "Arrived" in body(client, page)


def test_the_page_shows_the_words_of_a_server_that_refuses(house: House, mail_server: MailServer) -> None:
    mail_server.at_rcpt[FIRST].append("550 5.1.1 No such user here")
    test = send(house, way="email")
    while deliver_batch(utc_now()):
        pass
    shown = body(client_of(house.cast.owner), f"/u/0/test-messages/{test.public_id}/")
    assert "The receiving server refused the message." in shown
    assert "No such user here" in shown


def test_readers_see_the_tests_and_send_none(house: House) -> None:
    send(house)
    page = body(client_of(house.cast.reader), "/u/0/test-messages/")
    assert "Tests so far" in page
    assert "Send a test" not in page
    assert client_of(house.cast.reader).post("/u/0/test-messages/", {"contact": FIRST}).status_code == 403


def test_the_limit_is_said_on_the_page(house: House) -> None:
    client = client_of(house.cast.manager)
    for _ in range(5):
        assert client.post("/u/0/accounts/bistro/test-messages/", {"contact": FIRST}).status_code == 302
    answer = client.post("/u/0/accounts/bistro/test-messages/", {"contact": FIRST})
    assert answer.status_code == 409
    assert "A contact gets at most 5 tests within an hour." in answer.content.decode()


def test_a_declined_contact_is_not_tested(house: House) -> None:
    entry = ContactEntry.objects.get(address=FIRST, field=ContactField.EMERGENCY)
    entry.verification, entry.declined_at = "declined", house.now
    entry.save()
    with pytest.raises(Conflict):
        send(house)
