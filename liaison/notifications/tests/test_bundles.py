"""What is held goes together: joined, decided anew one by one, sent once, ended one by one (C7)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from liaison.accounts.models import Identity
from liaison.catalog.vocabulary import Topic
from liaison.notifications import forms, parting, queries
from liaison.notifications.actions import announce, announce_each
from liaison.notifications.claims import claim_due, release_expired
from liaison.notifications.facts import Channel
from liaison.notifications.models import Announcement, Attempt, Delivery, DeliveryState, Message, MessageState, Stream
from liaison.notifications.outcomes import finish, given_back, record_bounce
from liaison.notifications.registry import Subject
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.tests.test_claims import end_of_lease
from liaison.notifications.worker import deliver_batch

ALERT, NOTICE, EMERGENCY = Topic.PRODUCTION_ALERT, Topic.TECHNICAL_NOTICE, Topic.TECHNICAL_EMERGENCY
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture(autouse=True)
def _bundles(settings: LazySettings) -> None:
    settings.BUNDLE_SECONDS = 10
    forms.forget()  # what an earlier test kept was rolled back


def alert(number: int, *people: dict[str, Any], account: int = 7, **facts: Any) -> Subject:
    told = list(people) or [person("a@p.test")]
    return replace(about(everyone=told, title=f"Problem {number}", **facts), id=str(number), account_id=account)


def tell(now: datetime, *numbers: int, topic: Topic = ALERT, **facts: Any) -> None:
    announce_each((topic,), [alert(number, **facts) for number in numbers], now=now)


def subjects(mail_server: MailServer) -> list[str]:
    return [str(received.mail["Subject"]) for received in mail_server.accepted]


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def change(number: int, **facts: Any) -> None:
    one = Announcement.objects.get(subject_id=str(number))
    one.facts = {**one.facts, **facts}
    one.save()


def test_the_first_goes_at_once_and_what_follows_goes_together(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2)
    tell(now + 3 * SECOND, 3, 4)
    assert deliver_batch(now + 9 * SECOND) == 1
    assert deliver_batch(now + 10 * SECOND) == 1
    assert subjects(mail_server) == ["Problem 1 [en]", "3 production alerts: Problem 2 [en]"]
    text = mail_server.accepted[1].body("plain")
    assert "These 3 messages were kept for you and are sent together." in text
    assert [f"Problem {number} [en]" in text for number in (1, 2, 3, 4)] == [False, True, True, True]
    assert "more message" not in text
    assert "Production alert" in text  # why did I get this
    assert states() == {"accepted": 4}


def test_one_that_waited_alone_goes_as_an_ordinary_mail(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2)
    deliver_batch(now + 10 * SECOND)
    assert subjects(mail_server) == ["Problem 1 [en]", "Problem 2 [en]"]
    assert "together" not in mail_server.accepted[1].body("plain")


def test_a_storm_says_exactly_how_many_more_there_are(now: datetime, mail_server: MailServer) -> None:
    tell(now, *range(216))
    deliver_batch(now + 10 * SECOND)
    assert subjects(mail_server) == ["Problem 0 [en]", "215 production alerts: Problem 1 [en]"]
    text = mail_server.accepted[1].body("plain")
    assert text.count("Problem ") == 20
    assert "and 195 more messages" in text
    assert "and 195 more messages" in mail_server.accepted[1].body("html")


def test_what_happened_again_is_one_line_with_its_newest_state(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2)
    announce((ALERT,), replace(alert(2), facts={**alert(2).facts, "title": "Over: 2"}), now=now + 3 * SECOND)
    deliver_batch(now + 10 * SECOND)
    assert subjects(mail_server)[1] == "2 production alerts: Over: 2 [en]"
    text = mail_server.accepted[1].body("plain")
    assert "Problem 2" not in text
    assert "2 messages, from 5 Nov 2026, 14:05" in text


def test_emergencies_are_never_held_and_hold_nobody(now: datetime) -> None:
    tell(now, 1)
    for number in range(2, 60):
        emergency = replace(about(ladder=[person("a@p.test")]), id=str(number), account_id=7)
        announce((EMERGENCY,), emergency, now=now + SECOND)
    assert not Message.objects.filter(state=MessageState.GATHERING).exists()
    assert set(Delivery.objects.exclude(announcement__subject_id="1").values_list("due_at", flat=True)) == {
        now + SECOND
    }


def test_programs_get_each_event_by_itself(now: datetime) -> None:
    program = person("", key="address:x@p.test", endpoints=["hook1"])
    announce_each((ALERT,), [alert(number, program) for number in range(5)], now=now)
    assert Message.objects.filter(channel=Channel.WEBHOOK, state=MessageState.PENDING, bundle="").count() == 5


def test_nothing_is_held_where_the_window_is_off(now: datetime, settings: LazySettings) -> None:
    settings.BUNDLE_SECONDS = 0
    tell(now, *range(100))
    assert Message.objects.filter(state=MessageState.PENDING).count() == 100
    assert not Stream.objects.exists()


def test_accounts_and_mailboxes_do_not_hold_each_other(now: datetime) -> None:
    announce((ALERT,), alert(1), now=now)
    announce((ALERT,), alert(2, account=8), now=now)
    announce((ALERT,), alert(3, person("b@p.test")), now=now)
    assert not Message.objects.filter(state=MessageState.GATHERING).exists()


def test_a_destination_gets_its_share_and_the_rest_when_there_is_room(now: datetime, settings: LazySettings) -> None:
    settings.DESTINATION_BURST, settings.DESTINATION_PER_HOUR = 2, 60
    for number in range(4):
        tell(now + number * 11 * SECOND, number)
    limited = Delivery.objects.get(announcement__subject_id="2")
    assert [one["because"] for one in limited.held] == ["rate_limited"]
    assert limited.due_at == now + MINUTE
    assert Delivery.objects.get(announcement__subject_id="3").message_id == limited.message_id


def test_what_comes_and_goes_waits_longer_without_holding_up_the_others(now: datetime, mail_server: MailServer) -> None:
    for number in range(6):
        announce((ALERT,), alert(1), now=now + number * MINUTE)
    due = list(Delivery.objects.order_by("pk").values_list("due_at", flat=True))
    assert due == [*(now + number * MINUTE for number in range(4)), now + 5 * MINUTE, now + 7 * MINUTE]
    announce((ALERT,), alert(2), now=now + 5 * MINUTE + SECOND)
    assert Delivery.objects.get(announcement__subject_id="2").due_at == now + 5 * MINUTE + SECOND


def test_who_lost_the_right_to_some_of_it_reads_the_rest(now: datetime, mail_server: MailServer) -> None:
    """Invariant 2: what nobody may or need read is called off one by one, with its reason."""
    tell(now, 1)
    tell(now + SECOND, 2, 3, 4, 5)
    change(3, forbidden=["address:a@p.test"])
    change(4, irrelevant=True)
    deliver_batch(now + 10 * SECOND)
    assert subjects(mail_server)[1] == "2 production alerts: Problem 2 [en]"
    assert "Problem 3" not in mail_server.accepted[1].body("plain")
    found = dict(Delivery.objects.values_list("announcement__subject_id", "state_reason"))
    assert found == {"1": "", "2": "", "3": "no_longer_allowed", "4": "no_longer_relevant", "5": ""}
    assert states() == {"accepted": 3, "cancelled": 2}
    # Nobody else can be told of the third: that is said where it belongs (R4).
    assert Announcement.objects.get(subject_id="3").nobody_for == ["production_alert"]


def test_a_bundle_of_which_nothing_is_left_is_cancelled(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2, 3)
    change(2, irrelevant=True)
    change(3, forbidden=["address:a@p.test"])
    deliver_batch(now + 10 * SECOND)
    assert len(mail_server.accepted) == 1
    assert states() == {"accepted": 1, "cancelled": 2}
    assert Message.objects.filter(state=MessageState.CANCELLED).count() == 1
    assert set(Delivery.objects.filter(state="cancelled").values_list("state_reason", flat=True)) == {
        "no_longer_relevant", "no_longer_allowed",
    }  # fmt: skip


def test_more_lost_rights_than_one_transaction_plans_again_all_end(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "MOST_FALLBACKS", 3)
    tell(now, *range(12))
    for number in range(1, 12):
        change(number, forbidden=["address:a@p.test"])
    deliver_batch(now + 10 * SECOND)
    assert states() == {"accepted": 1, "cancelled": 11}
    assert Announcement.objects.filter(subject_kind="test").exclude(nobody_for=[]).count() == 11


def test_what_only_somebody_else_at_the_mailbox_may_read_goes_to_them_alone(
    now: datetime, mail_server: MailServer
) -> None:
    """D1: one mailbox may serve several identities; nothing of one reader's message leaks to the other."""
    both = [person("a@p.test"), person("a@p.test", key="address:second", name="Second")]
    announce((ALERT,), alert(1, *both), now=now)
    for number in (2, 3, 4):
        announce((ALERT,), alert(number, *both), now=now + SECOND)
    change(3, forbidden=["address:a@p.test"])
    deliver_batch(now + 10 * SECOND)
    deliver_batch(now + 10 * SECOND)
    assert sorted(subjects(mail_server)) == [
        "2 production alerts: Problem 2 [en]", "Problem 1 [en]", "Problem 3 [en]",
    ]  # fmt: skip
    other = Delivery.objects.get(announcement__subject_id="3")
    assert (other.state, other.recipient_key) == ("accepted", "address:second")
    assert "Second" in mail_server.accepted[2].body("plain")


def test_a_line_that_breaks_its_handler_is_named_by_its_topic(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2, 3)
    change(3, broken=True)
    deliver_batch(now + 10 * SECOND)
    text = mail_server.accepted[1].body("plain")
    assert "Problem 2" in text
    assert "* Production alert" in text
    assert states() == {"accepted": 3}


def test_after_a_claim_nobody_joins(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    tell(now + SECOND, 2, 3)
    (first, bundle) = claim_due(now + 10 * SECOND)
    assert (first.is_bundle, bundle.is_bundle) == (False, True)
    tell(now + 10 * SECOND, 4)
    late = Delivery.objects.get(announcement__subject_id="4")
    assert late.message_id != bundle.message
    assert late.due_at == now + 20 * SECOND


def test_what_is_due_takes_nobody_in_even_if_no_worker_came_yet(now: datetime) -> None:
    tell(now, 1)
    tell(now + SECOND, 2)
    tell(now + 12 * SECOND, 3)
    second, third = (Delivery.objects.get(announcement__subject_id=str(number)) for number in (2, 3))
    assert third.message_id != second.message_id
    assert third.due_at == now + 20 * SECOND


@pytest.mark.parametrize("ending", ["given back", "worker gone"])
def test_a_bundle_that_was_not_sent_gathers_again_and_takes_nobody_in(
    now: datetime, mail_server: MailServer, ending: str
) -> None:
    """An older worker must not find it pending: it would send the first of it and call all of it sent."""
    tell(now, 1)
    tell(now + SECOND, 2, 3)
    claims = claim_due(now + 10 * SECOND)
    if ending == "given back":
        finish([given_back(claim, now, was_handed_over=False, soon=True) for claim in claims], now=now)
    else:
        end_of_lease()
        release_expired(now + 10 * SECOND)
    tell(now + 11 * SECOND, 4)
    bundle = Message.objects.get(pk=claims[1].message)
    assert (bundle.state, bundle.deliveries.count()) == ("gathering", 2)
    deliver_batch(now + 12 * SECOND)
    assert subjects(mail_server) == ["Problem 1 [en]", "2 production alerts: Problem 2 [en]"]


def test_the_database_lets_no_bundle_wait_as_one_mail(now: datetime) -> None:
    tell(now, 1, 2)
    with pytest.raises(IntegrityError, match="a_bundle_never_waits_as_one_mail"), transaction.atomic():
        Message.objects.filter(state=MessageState.GATHERING).update(state=MessageState.PENDING)


def test_a_lost_answer_sends_the_same_bytes_once_more(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1)
    deliver_batch(now)
    tell(now + SECOND, 2, 3)
    mail_server.at_dot["a@p.test"].append("drop")
    deliver_batch(now + 10 * SECOND)
    change(3, irrelevant=True)  # may have arrived: it stays in the bytes
    deliver_batch(now + 20 * SECOND)
    first, again = mail_server.dots[1:]
    assert first.data == again.data
    assert states() == {"accepted": 3}


def test_bytes_whose_reader_lost_the_right_to_a_part_do_not_go_out_again(
    now: datetime, mail_server: MailServer
) -> None:
    """Invariant 2 before invariant 1: what is left goes anew, in a message of its own."""
    tell(now, 1)
    deliver_batch(now)
    tell(now + SECOND, 2, 3, 4)
    mail_server.at_dot["a@p.test"].append("drop")
    deliver_batch(now + 10 * SECOND)
    change(3, forbidden=["address:a@p.test"])
    deliver_batch(now + 20 * SECOND)
    deliver_batch(now + 20 * SECOND)
    assert [received.answer for received in mail_server.dots[1:]] == ["drop", "250 taken"]
    assert "Problem 3" not in mail_server.dots[2].body("plain")
    assert states() == {"accepted": 3, "cancelled": 1}


@pytest.mark.parametrize("most", [200, 2])
def test_a_refused_bundle_ends_each_delivery_and_tells_the_next_of_each(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """R3, R4: also where there is more than one transaction plans again."""
    for module in ("parting", "outcomes"):
        monkeypatch.setattr(f"liaison.notifications.{module}.MOST_FALLBACKS", most)
    mail_server.at_rcpt["a@p.test"].extend(["250 ok", "550 gone"])
    tell(now, *range(8))
    deliver_batch(now + 10 * SECOND)
    assert states() == {"accepted": 1, "failed": 7}
    assert Announcement.objects.filter(subject_kind="test").exclude(nobody_for=[]).count() == 7
    assert Message.objects.filter(state=MessageState.REFUSED).count() == 1


@pytest.mark.parametrize("most", [200, 2])
def test_a_bundle_that_comes_back_is_news_of_each_delivery(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("liaison.notifications.outcomes.MOST_FALLBACKS", most)
    tell(now, *range(6))
    deliver_batch(now + 10 * SECOND)
    bundle = Message.objects.exclude(bundle="").get()
    assert record_bounce(bundle, reason="unknown", now=now + MINUTE)
    assert not record_bounce(bundle, reason="unknown", now=now + MINUTE)
    assert states() == {"accepted": 1, "bounced": 5}
    assert Announcement.objects.filter(subject_kind="test").exclude(nobody_for=[]).count() == 5


def test_what_was_held_for_days_is_not_given_up_at_its_first_obstacle(now: datetime, mail_server: MailServer) -> None:
    tell(now, 1, 2, 3)
    release = now + timedelta(days=6)
    Message.objects.filter(state=MessageState.GATHERING).update(due_at=release, created_at=release)
    mail_server.at_rcpt["a@p.test"].append("250 ok")
    deliver_batch(now)
    mail_server.at_rcpt["a@p.test"].append("451 not now")
    deliver_batch(release)
    bundle = Message.objects.exclude(bundle="").get()
    assert (bundle.state, states()) == ("gathering", {"accepted": 1, "pending": 2})
    deliver_batch(release + MINUTE)
    assert states() == {"accepted": 3}
    assert Attempt.objects.filter(message=bundle).count() == 2


def test_the_ledger_says_what_went_together(now: datetime, mail_server: MailServer) -> None:
    tell(now, *range(215))
    line = queries.announcements_about("test", "5")[0].deliveries[0]
    assert (line.shown_state, [held.because for held in line.held]) == ("deferred", ["bundled"])
    assert line.message is not None
    assert line.message.others == 213
    deliver_batch(now + 10 * SECOND)
    (first,) = queries.announcements_about("test", "0")[0].deliveries
    assert first.message is not None
    assert first.message.others == 0
    lines = queries.ledger_lines(Delivery.objects.filter(announcement__subject_id="5"))
    assert lines[0].delivery.message is not None
    assert lines[0].delivery.message.others == 213
    assert lines[0].is_kept


def test_its_bytes_are_kept_in_little_and_given_back_exactly(now: datetime, mail_server: MailServer) -> None:
    tell(now, *range(30))
    deliver_batch(now + 10 * SECOND)
    bundle = Message.objects.exclude(bundle="").get()
    assert bundle.form_id is not None
    assert bundle.sent_bytes is not None
    assert len(bundle.sent_bytes) < 2500
    assert (
        forms.bytes_of(bytes(bundle.sent_bytes), bundle.form_id).splitlines()
        == mail_server.accepted[1].data.splitlines()
    )


def test_a_suspended_reader_gets_nothing_of_it(now: datetime, mail_server: MailServer) -> None:
    ghost = person("a@p.test", key="identity:999999", identity_id=None)
    assert not Identity.objects.filter(pk=999999).exists()
    announce_each((ALERT,), [alert(number, ghost) for number in range(3)], now=now)
    held = Delivery.objects.filter(message__state=MessageState.GATHERING)
    for one in held:
        one.readers = [{**reader, "identity_id": 999999} for reader in one.readers]
        one.save()
    deliver_batch(now + 10 * SECOND)
    assert len(mail_server.accepted) == 1
    assert set(held.model.objects.filter(state=DeliveryState.CANCELLED).values_list("state_reason", flat=True)) == {
        "suspended"
    }


def test_large_bundles_keep_nothing_else_waiting(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several large ones the first is decided on, the others are given back, and each comes to its turn."""
    monkeypatch.setattr("liaison.notifications.together.MOST_AT_ONCE", 8)
    monkeypatch.setattr("liaison.notifications.together.PAGE", 3)
    people = [person(f"{name}@p.test") for name in "abc"]
    for number in range(6):
        announce((ALERT,), alert(number, *people), now=now + number * SECOND / 10)
    assert deliver_batch(now + 10 * SECOND) == 6
    assert len(mail_server.accepted) == 4
    assert set(Message.objects.filter(state=MessageState.GATHERING).values_list("attempt", flat=True)) == {1}
    deliver_batch(now + 10 * SECOND)
    deliver_batch(now + 10 * SECOND)
    assert Counter(subjects(mail_server))["5 production alerts: Problem 1 [en]"] == 3
    assert states() == {"accepted": 18}


def test_the_counts_of_all_mails_add_up(now: datetime, mail_server: MailServer) -> None:
    for number in range(40):
        people = [person(f"{name}@p.test") for name in "abc"[: 1 + number % 3]]
        announce((ALERT,), alert(number, *people), now=now + number * SECOND)
    for second in range(0, 90, 5):
        deliver_batch(now + second * SECOND)
    counts = [int(found[1]) if (found := re.match(r"(\d+) production", one)) else 1 for one in subjects(mail_server)]
    assert sum(counts) == Delivery.objects.count() == states()["accepted"]
    assert len(counts) < 20
