"""R3: each answer of a mail server leads to its state, and to the next try where there is one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.channels.contract import Answer, Later, Outcome, Outgoing
from liaison.notifications.channels.email.smtp import SmtpMail
from liaison.notifications.claims import HandOver, hand_over
from liaison.notifications.courier import Courier
from liaison.notifications.forms import bytes_of
from liaison.notifications.models import Announcement, Attempt, Delivery, Message
from liaison.notifications.retries import GIVE_UP_AFTER
from liaison.notifications.testing import MailServer, Trick, about, person
from liaison.notifications.worker import deliver_batch

NOTICE = Topic.TECHNICAL_NOTICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def tell(now: datetime, *people: dict[str, object], **facts: object) -> Announcement:
    with transaction.atomic():
        return announce((NOTICE,), about(everyone=list(people), **facts), now=now)


def test_an_accepted_message_is_proved_by_its_bytes(now: datetime, mail_server: MailServer) -> None:
    tell(now, person("anna@p.test"), title="Orders fail")
    assert deliver_batch(now + timedelta(seconds=1)) == 1
    message, delivery = Message.objects.get(), Delivery.objects.get()
    (received,) = mail_server.accepted
    assert (message.state, delivery.state) == ("accepted", "accepted")
    assert delivery.finished_at == now + timedelta(seconds=1)
    assert received.message_id == message.message_id
    assert received.to == "anna@p.test"
    assert received.data == message.sent_bytes
    assert message.sent_sha256 == hashlib.sha256(received.data).hexdigest()
    assert message.subject_line == "Orders fail [en]"
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.outcome, attempt.code) == (1, "accepted", 250)


def test_a_line_that_starts_with_a_dot_arrives_whole(now: datetime, mail_server: MailServer) -> None:
    tell(now, person("anna@p.test"), text=".hidden\n.\n..twice")
    deliver_batch(now)
    assert ".hidden\n.\n..twice" in mail_server.accepted[0].body("plain").replace("\r\n", "\n")


def test_one_connection_carries_many_messages_each_to_one_recipient(now: datetime, mail_server: MailServer) -> None:
    tell(now, *[person(f"p{number}@p.test") for number in range(30)])
    assert deliver_batch(now) == 30
    assert mail_server.connections == 1
    assert sorted(one.to for one in mail_server.accepted) == sorted(f"p{n}@p.test" for n in range(30))


def test_no_more_is_handed_over_at_once_than_one_crash_may_repeat(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1: deciding is done for many, but in flight are twenty."""
    sizes: list[int] = []

    def counting(batch: Sequence[HandOver]) -> frozenset[int]:
        assert not Message.objects.filter(state="handed_over").exists()
        sizes.append(len(batch))
        return hand_over(batch)

    monkeypatch.setattr("liaison.notifications.parting.hand_over", counting)
    tell(now, *[person(f"p{number}@p.test") for number in range(50)])
    deliver_batch(now)
    assert sizes == [20, 20, 10]
    assert len(mail_server.accepted) == 50


def test_what_was_decided_too_long_ago_is_decided_again(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 2: the rights are those of the moment of sending."""
    monkeypatch.setattr("liaison.notifications.courier.DECISIONS_HOLD_SECONDS", 0.0)
    tell(now, *[person(f"p{number}@p.test") for number in range(50)])
    deliver_batch(now)
    assert len(mail_server.accepted) == 1
    assert Message.objects.filter(state="pending", due_at=now, unanswered=0).count() == 49
    assert Attempt.objects.count() == 1


def test_one_refused_recipient_of_three_leaves_the_others_alone(now: datetime, mail_server: MailServer) -> None:
    """Faults: Django's own backend reports success here."""
    mail_server.at_rcpt["b@p.test"].append("550 5.1.1 no such user")
    tell(now, person("a@p.test"), person("b@p.test"), person("c@p.test"))
    deliver_batch(now)
    assert {one.to for one in mail_server.accepted} == {"a@p.test", "c@p.test"}
    refused = Message.objects.get(address="b@p.test")
    delivery = refused.deliveries.get()
    assert (refused.state, delivery.state, delivery.state_reason) == ("refused", "failed", "refused")
    assert refused.attempts.get().detail == "5.1.1 no such user"
    assert mail_server.connections == 1


def test_a_refusal_after_the_data_is_final_too(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_dot["a@p.test"].append("554 5.6.0 we do not like it")
    tell(now, person("a@p.test"))
    deliver_batch(now)
    assert deliver_batch(now + timedelta(days=1)) == 0
    assert Message.objects.get().state == "refused"
    assert len(mail_server.dots) == 1


def test_greylisting_is_waited_out(now: datetime, mail_server: MailServer) -> None:
    """Faults: 451 until the third try."""
    mail_server.at_rcpt["a@p.test"].extend(["451 4.7.1 later", "451 4.7.1 later"])
    tell(now, person("a@p.test"))
    deliver_batch(now)
    assert Message.objects.get().due_at == now + timedelta(seconds=5)
    assert deliver_batch(now + timedelta(seconds=4)) == 0
    assert deliver_batch(now + timedelta(seconds=5)) == 1
    assert Message.objects.get().due_at == now + timedelta(seconds=35)
    assert deliver_batch(now + timedelta(seconds=35)) == 1
    assert Message.objects.get().state == "accepted"
    assert [one.outcome for one in Attempt.objects.order_by("number")] == ["temporary", "temporary", "accepted"]


def test_a_temporary_no_after_the_dot_sends_the_same_bytes_again_as_often_as_it_takes(
    now: datetime, mail_server: MailServer
) -> None:
    """An answered hand-over is no unknown one: the server said that it did not take the message."""
    mail_server.at_dot["a@p.test"].extend(["452 4.3.1 disk full"] * 3)
    tell(now, person("a@p.test"))
    for hours in range(4):
        deliver_batch(now + timedelta(hours=hours))
    assert Message.objects.get().state == "accepted"
    assert len({received.data for received in mail_server.dots}) == 1


def test_after_five_days_it_is_given_up(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_rcpt["a@p.test"].append("451 later")
    tell(now, person("a@p.test"))
    deliver_batch(now + GIVE_UP_AFTER)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.state_reason) == ("failed", "expired")


def test_what_was_never_tried_is_tried_however_late(now: datetime, mail_server: MailServer) -> None:
    tell(now, person("a@p.test"))
    deliver_batch(now + GIVE_UP_AFTER * 2)
    assert Message.objects.get().state == "accepted"


@pytest.mark.parametrize("answer", [Trick.DROP])
def test_a_lost_answer_is_unknown_and_the_message_goes_out_once_more_as_it_was(
    now: datetime, mail_server: MailServer, answer: str
) -> None:
    """Invariant 1: the same Message-ID, the same bytes, at most twice."""
    mail_server.at_dot["a@p.test"].append(answer)
    tell(now, person("a@p.test"))
    deliver_batch(now)
    message = Message.objects.get()
    assert (message.state, message.unanswered) == ("unknown", 1)
    assert Delivery.objects.get().state == "pending"
    deliver_batch(now + timedelta(minutes=1))
    first, second = mail_server.dots
    assert first.data == second.data
    assert Message.objects.get().state == "accepted"


def test_two_lost_answers_are_a_failure_and_no_third_dot_is_sent(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_dot["a@p.test"].extend([Trick.DROP] * 5)
    tell(now, person("a@p.test"))
    for minutes in range(5):
        deliver_batch(now + timedelta(minutes=minutes))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.state_reason) == ("failed", "outcome_unknown")
    assert len(mail_server.dots) == 2


def test_a_server_that_hangs_before_the_dot_costs_a_try_and_no_doubt(
    now: datetime, mail_server: MailServer, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = 1
    mail_server.at_rcpt["a@p.test"].append(Trick.HANG)
    tell(now, person("a@p.test"))
    deliver_batch(now)
    message = Message.objects.get()
    assert (message.state, message.unanswered) == ("pending", 0)
    assert mail_server.dots == []


def test_a_late_yes_is_waited_for_longer_than_other_answers(
    now: datetime, mail_server: MailServer, settings: LazySettings
) -> None:
    """Faults: a 250 later than the time-out means two mails. The wait after the dot is its own."""
    settings.EMAIL_TIMEOUT = 1
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    tell(now, person("a@p.test"))

    timer = threading.Timer(2.5, mail_server.let_go)
    timer.start()
    deliver_batch(now)
    timer.join()
    assert Message.objects.get().state == "accepted"
    assert len(mail_server.dots) == 1


def outgoing(address: str, **more: Any) -> Outgoing:
    return Outgoing(address, b"Subject: x\r\n\r\nbody\r\n", "<1@p.test>", datetime.now(UTC), **more)


def test_an_answer_that_never_comes_is_unknown(mail_server: MailServer, settings: LazySettings) -> None:
    settings.EMAIL_TIMEOUT = 1
    mail_server.at_dot["a@p.test"].append(Trick.HANG)
    channel = SmtpMail(final_dot_seconds=0.5, patience=0.1)
    later = channel.send(outgoing("a@p.test"))
    assert isinstance(later, Later)
    assert later.wait().outcome is Outcome.UNKNOWN


def test_without_the_lease_nothing_arrives(mail_server: MailServer) -> None:
    channel = SmtpMail()
    answer = channel.send(outgoing("a@p.test", may_be_sent=lambda: False))
    assert isinstance(answer, Answer)
    assert answer.outcome is Outcome.STOPPED
    taken = channel.send(outgoing("b@p.test"))
    assert isinstance(taken, Answer)
    assert taken.outcome is Outcome.ACCEPTED
    channel.close()
    assert [received.to for received in mail_server.dots] == ["b@p.test"]


@pytest.mark.django_db(transaction=True)
def test_a_slow_answer_does_not_hold_up_the_others(now: datetime, mail_server: MailServer) -> None:
    """Faults: 250 after two minutes. The others go out meanwhile, and the late yes counts."""
    mail_server.at_dot["slow@p.test"].append(Trick.HANG)
    tell(now, person("slow@p.test"))
    tell(now + timedelta(seconds=1), person("quick@p.test"))
    courier = Courier(lambda: now + timedelta(seconds=2))
    courier.deliver_batch()
    courier.deliver_batch()  # whether the other one may have it was asked again meanwhile
    assert {one.address: one.state for one in Message.objects.all()} == {
        "slow@p.test": "handed_over",
        "quick@p.test": "accepted",
    }
    mail_server.let_go()
    courier.close(patience=10)
    assert Message.objects.get(address="slow@p.test").state == "accepted"
    assert len(mail_server.dots) == 2


@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", Trick.DROP])
def test_a_server_that_closes_keeps_the_other_messages_for_soon(
    now: datetime, mail_server: MailServer, answer: str
) -> None:
    mail_server.at_rcpt["*"].append(answer)
    tell(now, *[person(f"p{number}@p.test") for number in range(5)])
    deliver_batch(now)
    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}
    assert Attempt.objects.count() == 1
    assert deliver_batch(now + timedelta(seconds=5)) == 5
    assert len(mail_server.accepted) == 5


def test_a_server_that_is_not_there_is_looked_for_every_half_minute(now: datetime, settings: LazySettings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tell(now, person("a@p.test"))
    moment = now
    for _ in range(6):
        deliver_batch(moment)
        moment = Message.objects.get().due_at
    message = Message.objects.get()
    assert message.attempts.count() == 6
    assert message.due_at - now < timedelta(seconds=5 + 5 * 30 + 1)
    assert "ConnectionRefusedError" in message.attempts.values_list("detail", flat=True)[0]


def test_a_kept_connection_that_the_server_closed_meanwhile_is_replaced(now: datetime, mail_server: MailServer) -> None:
    courier = Courier(lambda: now)
    tell(now, person("a@p.test"))
    courier.deliver_batch()
    mail_server.close_connections()
    tell(now, person("b@p.test"))
    courier.deliver_batch()
    courier.close()
    assert [one.to for one in mail_server.accepted] == ["a@p.test", "b@p.test"]
    assert mail_server.connections == 2


def test_it_signs_in_where_the_server_wants_it(now: datetime, mail_server: MailServer, settings: LazySettings) -> None:
    mail_server.password = "secret"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "liaison", "secret"
    tell(now, person("a@p.test"))
    deliver_batch(now)
    assert Message.objects.get().state == "accepted"


@pytest.mark.parametrize("user", ["", "liaison"])
def test_a_wrong_sign_in_is_no_refusal_of_the_message(
    now: datetime, mail_server: MailServer, settings: LazySettings, user: str
) -> None:
    mail_server.password = "secret"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = user, "wrong"
    tell(now, person("a@p.test"), person("b@p.test"))
    deliver_batch(now)
    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}
    assert Attempt.objects.get().code in {530, 535}


def test_a_message_that_cannot_be_made_costs_the_others_nothing(
    now: datetime, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Faults: poison messages."""
    tell(now, person("poison@p.test"), broken=True)
    tell(now, person("a@p.test"))
    deliver_batch(now)
    assert [one.to for one in mail_server.accepted] == ["a@p.test"]
    assert Message.objects.get(address="poison@p.test").state == "pending"
    assert "ValueError" in caplog.text


def test_an_address_that_no_mail_can_have_fails_at_once(now: datetime, mail_server: MailServer) -> None:
    tell(now, person("a@evil.test@p.test"))
    deliver_batch(now)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.state_reason) == ("failed", "cannot_be_made")
    assert mail_server.dots == []


def test_confidential_bytes_are_kept_only_until_the_message_is_out(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_dot["a@p.test"].append(Trick.DROP)
    tell(now, person("a@p.test"), confidential=True)
    deliver_batch(now)
    assert Message.objects.get().sent_bytes is not None
    deliver_batch(now + timedelta(minutes=1))
    message = Message.objects.get()
    assert (message.state, message.sent_bytes, message.subject_line) == ("accepted", None, "")
    assert message.sent_sha256


def test_the_more_urgent_and_then_the_older_go_first(now: datetime, mail_server: MailServer) -> None:
    tell(now, person("second@p.test"))
    tell(now + timedelta(seconds=1), person("third@p.test"))
    announce((Topic.TECHNICAL_EMERGENCY,), about(ladder=[person("first@p.test")]), now=now + timedelta(seconds=2))
    deliver_batch(now + timedelta(seconds=3))
    assert [one.to for one in mail_server.accepted] == ["first@p.test", "second@p.test", "third@p.test"]


def test_every_mail_is_in_the_language_of_its_reader(now: datetime, mail_server: MailServer) -> None:
    """L1."""
    languages = ["en", "ko", "zh-hans", "it", "pl"]
    tell(now, *[person(f"{language}@p.test", language=language) for language in languages])
    deliver_batch(now)
    assert {(one.to, str(one.mail["Subject"])) for one in mail_server.accepted} == {
        (f"{language}@p.test", f"Something happened [{language}]") for language in languages
    }


def test_what_is_kept_is_what_was_sent_also_where_many_messages_share_a_shape(
    now: datetime, mail_server: MailServer
) -> None:
    """R3: the bytes are the proof, whether they are kept whole or as their difference from a shape."""
    tell(now, person("a@p.test"), person("b@p.test"))
    deliver_batch(now)
    for received in mail_server.accepted:
        message = Message.objects.get(address=received.to)
        assert message.sent_bytes is not None
        assert bytes_of(bytes(message.sent_bytes), message.form_id) == received.data
        assert message.sent_sha256 == hashlib.sha256(received.data).hexdigest()
