"""Answers by mail to what is expected: under the same conditions as an answer that takes an escalation (S7, R1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.testing import Cast
from liaison.contacts.testing import address_row, complete_record
from liaison.expectations.models import AnswerGiven, Expectation
from liaison.integrations.testing import make_launched
from liaison.ledger.testing import take_in
from liaison.lib.refusals import Forbidden
from liaison.mail.models import InboundMail
from liaison.mail.secrecy import refuse_what_is_quoted
from liaison.mail.testing import answer_bytes, answer_comes
from liaison.mail.vocabulary import MailCode, MailOutcome, MailReason
from liaison.notices.actions import raise_notice, withdraw_notice
from liaison.notices.models import Notice
from liaison.notifications.models import Delivery, Escalation
from liaison.notifications.return_addresses import return_address
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

TECH = "tech@bistro.test"
NIGHT = "night@bistro.test"


@pytest.fixture
def house(cast: Cast, now: datetime) -> Cast:
    make_launched(cast.partner)
    complete_record(cast.owner, now, technical_non_emergency_contacts=[address_row(TECH, time_zone="Asia/Seoul")])
    return cast


@pytest.fixture
def notice(house: Cast, now: datetime) -> Notice:
    return raise_notice(
        actor=house.agent, account=house.partner, topic="technical_notice", title="Move to version 3",
        text="Version 2 ends.", language="en", now=now,
    )  # fmt: skip


def delivery_of(notice: Notice) -> Delivery:
    about = Delivery.objects.filter(announcement__subject_kind="notice", announcement__subject_id=str(notice.pk))
    return about.get(address=TECH)


def expected(notice: Notice) -> Expectation:
    return Expectation.objects.get(subject_kind="notice", subject_id=str(notice.pk))


def says(notice: Notice, text: str, now: datetime, sender: str = TECH, number: int = 1) -> InboundMail:
    return answer_comes(delivery_of(notice), answer_bytes(sender, text, number=number), now=now)


def test_the_mail_names_where_to_answer(notice: Notice, mail_server: MailServer, now: datetime) -> None:
    deliver_batch(now)
    (received,) = [one for one in mail_server.accepted if one.to == TECH]
    found = return_address(str(received.mail["Reply-To"]))
    assert found is not None
    assert found.names == delivery_of(notice).public_id
    assert "SEEN" in received.body("plain")


@pytest.mark.parametrize(
    ("text", "answer", "in_hours"),
    [
        ("SEEN", "seen", None),
        ("확인했습니다.\n\n감사합니다", "seen", None),
        ("WORKING 2 hours", "working", 2),
        ("작업 중 2시간", "working", 2),
        ("处理中 2小时", "working", 2),
        ("In lavorazione, 2 ore", "working", 2),
        ("Pracujemy, 2 godziny", "working", 2),
        ("SOLVED", "solved", None),
        ("已解决", "solved", None),
        ("Working on it, as soon as we can", "seen", None),
        ("working 2020-01-01", "seen", None),
        ("working 2030-01-01", "seen", None),
    ],
)
def test_its_first_line_answers(notice: Notice, now: datetime, text: str, answer: str, in_hours: int | None) -> None:
    mail = says(notice, text, now)
    assert (mail.outcome, mail.reason) == (MailOutcome.ANSWERED, "")
    given = AnswerGiven.objects.get()
    assert (given.answer, given.via, given.by_address) == (answer, "mail", TECH)
    assert given.estimate_at == (now + timedelta(hours=in_hours) if in_hours else None)
    assert expected(notice).answer == answer
    assert (expected(notice).closed_at is not None) == (answer == "solved")


def test_a_time_of_day_is_one_of_the_recipients_zone(notice: Notice, now: datetime) -> None:
    says(notice, "WORKING 23:00", now)  # it is five past ten in the evening in Seoul
    assert expected(notice).due_at == now.replace(hour=14, minute=0)


def test_somebody_else_is_not_believed(notice: Notice, now: datetime) -> None:
    mail = says(notice, "SOLVED", now, sender="evil@bistro.test")
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.OTHER_SENDER)
    raw = answer_bytes(TECH, "SOLVED", results="mx.operator.test; dmarc=fail header.from=bistro.test")
    mail = answer_comes(delivery_of(notice), raw, now=now)
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.NOT_AUTHENTICATED)
    assert not AnswerGiven.objects.exists()


@pytest.mark.parametrize("text", ["Who is this?", "not solved yet", "해결되지 않았습니다"])
def test_what_is_no_answer_is_kept_for_somebody_to_look_at(notice: Notice, now: datetime, text: str) -> None:
    mail = says(notice, text, now)
    assert (mail.outcome, mail.reason) == (MailOutcome.QUARANTINED, MailReason.NO_ANSWER)
    assert not AnswerGiven.objects.exists()


def test_the_same_twice_and_what_is_over_change_nothing(house: Cast, notice: Notice, now: datetime) -> None:
    says(notice, "SEEN", now)
    mail = says(notice, "SEEN", now, number=2)
    assert (mail.outcome, mail.reason) == (MailOutcome.TOO_LATE, MailReason.SAID_ALREADY)
    says(notice, "SOLVED", now, number=3)
    mail = says(notice, "WORKING 3 days", now, number=4)
    assert (mail.outcome, mail.reason) == (MailOutcome.TOO_LATE, MailReason.OVER)
    assert AnswerGiven.objects.count() == 2


def test_what_quotes_the_link_to_answer_is_opened_once_nothing_is_expected(
    house: Cast, notice: Notice, now: datetime
) -> None:
    mail = says(notice, "Who is this?", now)
    with pytest.raises(Forbidden) as refused:
        refuse_what_is_quoted(mail, bytes(mail.raw or b""))
    assert refused.value.code == MailCode.GIVES_ANSWER
    withdraw_notice(actor=house.agent, notice=notice, now=now)
    refuse_what_is_quoted(mail, bytes(mail.raw or b""))


def test_an_answer_to_an_emergency_takes_it_and_says_until_when(house: Cast, now: datetime) -> None:
    complete_record(house.owner, now, technical_emergency_contacts=[address_row(NIGHT, pages_somebody=True)])
    incident = take_in(house.partner, severity="critical", now=now)
    escalation = Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))
    called = Delivery.objects.get(announcement=escalation.announcement_id, address=NIGHT, step=1)
    mail = answer_comes(called, answer_bytes(NIGHT, "WORKING 2 hours"), now=now)
    assert mail.outcome == MailOutcome.ANSWERED
    escalation.refresh_from_db()
    assert (escalation.state, escalation.acknowledged_via) == ("acknowledged", "reply")
    found = Expectation.objects.get(subject_kind="incident")
    assert (found.answer, found.due_at) == ("working", now + timedelta(hours=2))


def test_who_acknowledges_an_emergency_by_mail_has_seen_it(house: Cast, now: datetime) -> None:
    complete_record(house.owner, now, technical_emergency_contacts=[address_row(NIGHT, pages_somebody=True)])
    incident = take_in(house.partner, severity="critical", now=now)
    escalation = Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))
    called = Delivery.objects.get(announcement=escalation.announcement_id, address=NIGHT, step=1)
    mail = answer_comes(called, answer_bytes(NIGHT, "ACK"), now=now)
    assert mail.outcome == MailOutcome.ACKNOWLEDGED
    given = AnswerGiven.objects.get()
    assert (given.answer, given.via) == ("seen", "acknowledged")
