"""What follows from a bounce: it counts for the one message that its token names, and for nothing else (C7, R3)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction

from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.catalog.vocabulary import Topic
from liaison.contacts.models import ContactEntry
from liaison.contacts.testing import complete_record
from liaison.contacts.vocabulary import Verification
from liaison.lib.ids import new_public_id
from liaison.mail.models import InboundMail
from liaison.mail.reading import read_waiting
from liaison.mail.testing import bounce_bytes, bounce_comes, comes
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.notifications.actions import announce
from liaison.notifications.models import Attempt, Delivery, DeliveryState, Message, MessageState
from liaison.notifications.notes import FIRST_NOTE, MOST_NOTES
from liaison.notifications.return_addresses import bounce_address
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]

ADDRESS = "emergency@bistro.test"
OUT_OF_OFFICE = (
    b"From: emergency@bistro.test\r\nSubject: =?utf-8?b?67aA7J6s7KSRIOyViOuCtA==?=\r\n\r\nI am away until Monday.\r\n"
)


def send(
    mail_server: MailServer, now: datetime, *addresses: str, account: int | None = None, title: str = "Bookings fail"
) -> Message:
    """Send one mail about something, and return the message."""
    people = [person(address) for address in addresses or (ADDRESS,)]
    subject = about(everyone=people[:1], title=title)
    with transaction.atomic():
        announce((Topic.PRODUCTION_ALERT,), subject, now=now)
    Message.objects.filter(account_id=None).update(account_id=account)
    deliver_batch(now)
    return Message.objects.filter(address=people[0]["address"]).latest("pk")


def verification() -> str:
    return ContactEntry.objects.get(address=ADDRESS).verification


@pytest.fixture
def record(cast: Cast, now: datetime) -> Cast:
    """The partner's record is complete; its emergency contact is the alias `emergency@bistro.test`."""
    complete_record(cast.owner, now)
    return cast


def test_every_message_goes_out_with_an_envelope_sender_of_its_own(
    db: None, mail_server: MailServer, now: datetime
) -> None:
    first, second = (send(mail_server, now, address) for address in ("a@p.test", "b@p.test"))
    senders = {received.to: received.sender for received in mail_server.accepted}
    assert senders == {"a@p.test": bounce_address(first.message_id), "b@p.test": bounce_address(second.message_id)}
    assert len(set(senders.values())) == 2
    assert mail_server.accepted[0].mail["From"] == "Example Platform <liaison@operator.test>"


def test_a_second_try_carries_the_same_bytes_and_the_same_envelope_sender(
    db: None, mail_server: MailServer, now: datetime
) -> None:
    mail_server.at_dot["a@p.test"].append("451 not now")
    send(mail_server, now, "a@p.test")
    deliver_batch(now + timedelta(hours=1))
    first, second = mail_server.dots
    assert (first.data, first.sender) == (second.data, second.sender)
    assert first.sender.startswith("b+")


def test_a_dead_address_marks_the_entry_unreachable_and_the_delivery_as_returned(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    mail = bounce_comes(message, bounce_bytes(ADDRESS), now=now)
    assert (mail.outcome, mail.reason, mail.status) == (MailOutcome.UNREACHABLE, MailReason.ADDRESS_DEAD, "5.1.1")
    delivery = Delivery.objects.get(message=message)
    assert (delivery.state, delivery.state_reason) == (DeliveryState.BOUNCED, "address_dead")
    assert verification() == Verification.UNREACHABLE
    note = Attempt.objects.get(message=message, number__gte=FIRST_NOTE)
    assert (note.outcome, note.code) == ("bounced", 550)
    assert note.detail == f"550 5.1.1 <{ADDRESS}>: Recipient address rejected: User unknown"
    assert Event.objects.get(kind="delivery.bounced").facts == {"reason": "address_dead", "status": "5.1.1"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("552 5.2.2 Over quota", "mailbox_full"),
        ("554 5.7.1 blocked", "policy"),
        ("551 4.4.1 connection timed out", "other_failure"),
    ],
)
def test_a_message_that_came_back_for_another_reason_leaves_the_entry_as_it_is(
    record: Cast, mail_server: MailServer, now: datetime, words: str, reason: str
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    before = verification()
    mail = bounce_comes(message, bounce_bytes(ADDRESS, status=words.split()[1], words=words), now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.RETURNED, reason)
    assert Delivery.objects.get(message=message).state == DeliveryState.BOUNCED
    assert verification() == before != Verification.UNREACHABLE


def test_a_delay_changes_nothing_and_is_noted(record: Cast, mail_server: MailServer, now: datetime) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    mail = bounce_comes(message, bounce_bytes(ADDRESS, status="4.4.1", action="delayed"), now=now)
    assert mail.outcome == MailOutcome.DELAYED
    assert Delivery.objects.get(message=message).state == DeliveryState.ACCEPTED
    assert Attempt.objects.get(message=message, number__gte=FIRST_NOTE).outcome == "delayed"
    bounce_comes(message, bounce_bytes(ADDRESS, number=2), now=now + timedelta(days=1))
    assert Delivery.objects.get(message=message).state == DeliveryState.BOUNCED


def test_three_messages_within_two_weeks_that_came_back_make_the_address_dead(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    for number in range(3):
        at = now + timedelta(days=6 * number)
        message = send(mail_server, at, account=record.partner.pk, title=f"Problem {number}")
        full = bounce_bytes(ADDRESS, status="5.2.2", words="552 5.2.2 full", number=number)
        mail = bounce_comes(message, full, now=at)
        again = bounce_comes(message, full.replace(b"full", b"so full"), now=at)
        assert (mail.outcome == MailOutcome.UNREACHABLE) == (number == 2)
        assert (again.outcome == MailOutcome.UNREACHABLE) == (number == 2), "one message counts once"
    assert verification() == Verification.UNREACHABLE


def test_three_messages_over_a_longer_time_do_not(record: Cast, mail_server: MailServer, now: datetime) -> None:
    for number in range(4):
        at = now + timedelta(days=8 * number)
        message = send(mail_server, at, account=record.partner.pk, title=f"Problem {number}")
        mail = bounce_comes(message, bounce_bytes(ADDRESS, status="5.2.2", words="full", number=number), now=at)
        assert mail.outcome == MailOutcome.RETURNED
    assert verification() != Verification.UNREACHABLE


def test_a_bounce_that_names_another_address_counts_for_our_message_alone(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    """An alias forwards to somebody who is gone: others may still read it."""
    complete_record(record.outsider, now)
    message = send(mail_server, now, account=record.partner.pk)
    mail = bounce_comes(message, bounce_bytes("emergency@elsewhere.test"), now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.RETURNED, MailReason.ELSEWHERE)
    assert Delivery.objects.get(message=message).state == DeliveryState.BOUNCED
    assert not ContactEntry.objects.filter(verification=Verification.UNREACHABLE).exists()


def test_a_guessed_or_foreign_token_changes_nothing(record: Cast, mail_server: MailServer, now: datetime) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    genuine = bounce_address(message.message_id)
    last = "0" if genuine.partition("@")[0][-1] != "0" else "1"
    for address in (
        f"b+{message.public_id}@in.operator.test",
        genuine.replace("@", "0@"),
        genuine.partition("@")[0][:-1] + last + "@in.operator.test",
        f"b+{'0' * 30}@in.operator.test",
    ):
        mail = comes(address, bounce_bytes(ADDRESS), now=now)
        assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.TOKEN_UNKNOWN)
        assert (mail.message, mail.delivery) == (None, None)
    assert Delivery.objects.get(message=message).state == DeliveryState.ACCEPTED


def test_a_token_expires(record: Cast, mail_server: MailServer, now: datetime) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    mail = bounce_comes(message, bounce_bytes(ADDRESS), now=now + timedelta(days=31))
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.TOKEN_EXPIRED)
    gone = comes(bounce_address(f"<{new_public_id()}@operator.test>"), bounce_bytes(ADDRESS, number=2), now=now)
    assert gone.reason == MailReason.TOKEN_EXPIRED
    assert Delivery.objects.get(message=message).state == DeliveryState.ACCEPTED


def test_a_vacation_note_to_the_envelope_sender_is_recorded_and_changes_nothing(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    for number, raw in enumerate((OUT_OF_OFFICE, b"Auto-Submitted: auto-replied\r\n" + OUT_OF_OFFICE)):
        mail = bounce_comes(message, raw, now=now, sender=f"emergency{number}@bistro.test")
        assert mail.outcome == MailOutcome.AUTOMATIC
    assert Delivery.objects.get(message=message).state == DeliveryState.ACCEPTED
    assert not Attempt.objects.filter(message=message, number__gte=FIRST_NOTE).exists()


def test_somebody_who_writes_to_the_envelope_sender_is_put_into_quarantine(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    mail = bounce_comes(message, b"From: a@bistro.test\r\n\r\nWhat is this?\r\n", now=now, sender="a@bistro.test")
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.NOT_UNDERSTOOD)


def test_a_bounce_that_is_faster_than_the_answer_to_its_message_waits_for_it(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.HANDED_OVER, finished_at=None, lease_until=now + timedelta(seconds=5), unanswered=1
    )
    mail = bounce_comes(message, bounce_bytes(ADDRESS), now=now)
    assert (mail.state, mail.outcome, mail.tries) == (MailState.RECEIVED, "", 0)
    assert read_waiting(now + timedelta(seconds=10)) == 0
    Message.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, finished_at=now, lease_until=None)
    assert read_waiting(now + timedelta(seconds=20)) == 1
    assert InboundMail.objects.get().outcome == MailOutcome.UNREACHABLE
    assert Delivery.objects.get(message=message).state == DeliveryState.BOUNCED


def test_a_bounce_of_a_message_that_nobody_sent_changes_nothing(record: Cast, now: datetime) -> None:
    announce((Topic.PRODUCTION_ALERT,), about(everyone=[person(ADDRESS)]), now=now)
    message = Message.objects.get(address=ADDRESS)
    mail = bounce_comes(message, bounce_bytes(ADDRESS), now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.NEVER_SENT)


def test_a_storm_of_bounces_of_one_message_is_noted_so_often_and_no_more(
    record: Cast, mail_server: MailServer, now: datetime
) -> None:
    message = send(mail_server, now, account=record.partner.pk)
    for number in range(MOST_NOTES + 10):
        bounce_comes(message, bounce_bytes(ADDRESS, number=number), now=now)
    assert Attempt.objects.filter(message=message, number__gte=FIRST_NOTE).count() == MOST_NOTES
    assert Event.objects.filter(kind="delivery.bounced").count() == 1
    assert InboundMail.objects.filter(outcome=MailOutcome.UNREACHABLE).count() == MOST_NOTES + 10


@pytest.mark.django_db(transaction=True)
def test_two_readers_never_read_the_same_mail_twice(now: datetime, mail_server: MailServer) -> None:
    message = send(mail_server, now)
    mail = bounce_comes(message, bounce_bytes(ADDRESS), now=now)
    InboundMail.objects.filter(pk=mail.pk).update(state=MailState.RECEIVED, outcome="", read_at=None)
    read: list[int] = []
    threads = [threading.Thread(target=lambda: read.append(_read_in_thread(now))) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(read) == 1


def _read_in_thread(now: datetime) -> int:
    try:
        return read_waiting(now)
    finally:
        connections.close_all()
