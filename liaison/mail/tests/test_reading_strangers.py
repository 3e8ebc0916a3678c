"""What strangers send: nothing in a mail raises, costs much, or comes out as more than plain text; and what breaks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.ids import new_public_id
from liaison.mail import reading
from liaison.mail.answers import first_words, says_yes
from liaison.mail.authentication import is_authenticated, only_sender, results_in
from liaison.mail.automatic import why_automatic
from liaison.mail.bounces import bounce_about
from liaison.mail.keeping import keep_mail
from liaison.mail.models import InboundMail
from liaison.mail.opening import (
    TooDeepError,
    body_of,
    header_of,
    in_one_line,
    opened,
    readable,
)
from liaison.mail.reading import LONGEST_READING, MOST_TRIES, read_mail, read_waiting
from liaison.mail.retention import erase_old
from liaison.mail.testing import answer_bytes, bounce_bytes, comes
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.notifications.return_addresses import answer_address, bounce_address

NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number) for number in range(10_000)
)
FORWARDED = b"Content-Type: message/rfc822\r\n\r\n" * 10_000
GARBAGE = bytes(range(256)) * 64


def read_everything(raw: bytes) -> None:
    """Do with a mail all that is ever done with one, whatever it is."""
    mail = opened(raw)
    sender = only_sender(mail)
    is_authenticated(mail, sender or "a@b.test", authserv_id="mx.operator.test")
    why_automatic(mail, envelope_from="", sender=sender)
    says_yes(first_words(body_of(mail)))
    bounce_about(mail, "anna@partner.test")


@pytest.mark.parametrize("raw", [NESTED, FORWARDED, b"Subject: x\r\n" + NESTED], ids=["parts", "mails", "both"])
def test_parts_without_end_are_given_up_quickly(raw: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(TooDeepError):
        opened(raw)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        GARBAGE,
        b"From: " + GARBAGE,
        b"Subject: =?x-unknown?q?=E4?=\r\n\r\nx",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: =?utf-8?q?=FF?= <a@b.test>\r\n\r\nx",
        b"Content-Type: text/plain; charset=x-unknown\r\n\r\nOK \xe4",
        b"Content-Type: text/plain; charset*=utf-8''%FF\r\n\r\nOK",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
        b"Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"OK",
        b"Content-Type: text/html\r\n\r\n<![if x]><!DOCTYPE [<!ENTITY a 'b'>]>&#x110000;<a b=",
        b"Authentication-Results: " + b"(" * 5000 + b"\r\nFrom: " + b'"' * 4000 + b"\r\n\r\nx",
        b"Authentication-Results: mx.operator.test; " + b"dkim=pass " * 2000 + b"\r\n\r\nx",
        b"Subject: " + b"re: " * 5000 + b"\r\n\r\n" + b"a" * 200_000,
    ],
)
def test_nothing_in_a_mail_breaks_its_reading(raw: bytes) -> None:
    begun = time.monotonic()
    read_everything(raw)
    assert time.monotonic() - begun < 3


@given(raw=st.binary(max_size=600))
def test_no_bytes_at_all_break_the_reading(raw: bytes) -> None:
    read_everything(b"From: a@b.test\r\nAuthentication-Results: " + raw)
    read_everything(b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" + raw)


@given(text=st.text(max_size=400))
def test_no_text_at_all_breaks_what_looks_for_a_yes(text: str) -> None:
    says_yes(first_words(text))
    results_in(text, "mx.operator.test")


def test_what_is_shown_holds_neither_line_ends_nor_control_characters() -> None:
    subject = "=?utf-8?q?one=0D=0Atwo=00three=E2=80=A8four=1B[31m?="
    shown = in_one_line(header_of(opened(f"Subject: {subject}\r\n\r\n".encode()), "Subject"), 200)
    assert shown == "one two three four [31m"
    assert readable("a\0b\ud800", 200) == "ab?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACK", True),
        ("ok, on it", True),
        ("  *Got it* — Anna", True),
        ("Taken.", True),
        ("확인했습니다", True),
        ("네, 제가 볼게요", True),
        ("认领", True),
        ("收到，马上处理", True),
        ("Preso in carico", True),
        ("Ricevuto, grazie", True),
        ("Przyjęto", True),
        ("Potwierdzam, zajmuję się tym", True),
        ("＞＞ ok", False),
        ("okra soup", False),
        ("ackermann is on duty", False),
        ("ok?", False),
        ("OK but I can't", False),
        ("Not ok", False),
        ("네트워크 문제입니다", False),
        ("예약이 안 됩니다", False),
        ("확인 불가", False),
        ("확인 안됨", False),
        ("확인했습니다. 제 담당이 아닙니다", False),
        ("확인했지만 지금은 볼 수 있는 사람이 따로 있습니다", False),
        ("네 알겠습니다", True),
        ("ok nope", False),
        ("ok but somebody else must take it", False),
        ("OK. Out of office until Monday", False),
        ("好的，但请找别人", False),
        ("Ok, ma sono fuori ufficio", False),
        ("Tak, ale to sprawa kogoś innego", False),
        ("收到不了", False),
        ("Ricevuto ma non posso", False),
        ("Potwierdzam, że nie mogę", False),
        ("", False),
    ],
)
def test_a_line_says_yes_only_when_it_begins_so_and_neither_denies_nor_asks(text: str, *, expected: bool) -> None:
    assert says_yes(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "ack\n\nOn Thu, 5 Nov 2026 at 14:05, Example Platform <x@y.test> wrote:\n> Technical emergency",
        "ack\n\n2026년 11월 5일 (목) 오후 2:05, Example Platform <x@y.test>님이 작성:\n> 긴급",
        "ack\n\nExample Platform <x@y.test> 于2026年11月5日周四 14:05写道：\n> 紧急",
        "ack\n\nIl giorno gio 5 nov 2026 alle ore 14:05 X <x@y.test> ha scritto:\n> Emergenza",
        "ack\n\nczw., 5 lis 2026 o 14:05 X <x@y.test> napisał(a):\n> Awaria",
        "> Technical emergency\n> Bookings fail\n\nack",
        "On Thu, 5 Nov 2026, Example Platform <x@y.test> wrote:\n> Technical emergency\n\nack",
        "czw., 5 lis 2026 o 14:05 X <x@y.test> napisał(a):\n> Awaria\n\nack",
        "\u200b\nack\n-- \nAnna",
    ],
)
def test_the_writers_own_words_are_found_above_and_below_what_they_quote(text: str) -> None:
    assert first_words(text) == "ack"


@pytest.mark.parametrize(
    "text",
    [
        "-----Original Message-----\nack",
        "발신: Example Platform\n보낸 사람: X\nack",
        "发件人：X <x@y.test>\nack",
        "Da: X <x@y.test>\nack",
        "Od: X <x@y.test>\nack",
        "2026년 11월 5일 (목) 오후 2:05, X <x@y.test>님이 작성:\nack",
        "X <x@y.test> 于2026年11月5日周四 14:05写道：\nack",
        "Il giorno gio 5 nov 2026 alle ore 14:05 X <x@y.test> ha scritto:\nack",
        "czw., 5 lis 2026 o 14:05 X <x@y.test> napisał(a):\nack",
        "Sent from my iPhone\nack",
        "-- \nack",
        "",
    ],
)
def test_words_of_somebody_else_are_nobodys_yes(text: str) -> None:
    assert not says_yes(first_words(text))


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: back on Monday",
        "Automatic reply: Technical emergency",
        "Auto: away",
        "Automatische Antwort: Technical emergency",
        "Abwesenheitsnotiz",
        "부재중 자동응답",
        "자동 회신: 긴급",
        "自动回复: 紧急",
        "Re: 自動回覆",
        "Risposta automatica: emergenza",
        "Fuori sede fino a lunedì",
        "Autoodpowiedź: awaria",
        "Odpowiedź automatyczna: awaria",
        "Poza biurem",
    ],
)
def test_a_vacation_note_is_recognised_by_its_subject_alone(subject: str) -> None:
    mail = opened(f"Subject: {subject}\r\nFrom: a@b.test\r\n\r\nOK\r\n".encode())
    assert why_automatic(mail, envelope_from="a@b.test", sender="a@b.test") == MailReason.LOOKS_SO


@pytest.mark.parametrize("subject", ["Re: Technical emergency", "Automation fails", "AW: Autobahn", "Odp: awaria", ""])
def test_other_subjects_are_those_of_people(subject: str) -> None:
    mail = opened(f"Subject: {subject}\r\nFrom: a@b.test\r\n\r\nOK\r\n".encode())
    assert why_automatic(mail, envelope_from="a@b.test", sender="a@b.test") is None


@pytest.mark.django_db
def test_a_mail_that_breaks_is_set_aside_and_never_tried_in_a_loop(now: datetime) -> None:
    mail = comes(bounce_address(f"<{new_public_id()}@operator.test>"), NESTED, now=now)
    assert (mail.state, mail.reason, mail.outcome) == (MailState.BROKEN, MailReason.BROKE, "")
    assert mail.detail == "TooDeepError"
    assert read_waiting(now + timedelta(days=1)) == 0
    assert read_mail(mail.pk, now=now) is None


@pytest.mark.django_db
def test_a_mail_that_breaks_costs_the_others_nothing(now: datetime) -> None:
    addresses = [bounce_address(f"<{new_public_id()}@operator.test>") for _number in range(3)]
    for address, raw in zip(addresses, (b"Subject: 1\r\n\r\n", NESTED, b"Subject: 3\r\n\r\n"), strict=True):
        keep_mail(raw=raw, envelope_from="", envelope_to=[address], now=now)
    assert read_waiting(now) == 2
    states = InboundMail.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [MailState.DONE, MailState.BROKEN, MailState.DONE]


@pytest.mark.django_db
def test_a_mail_that_kills_its_reader_is_set_aside_after_some_tries(now: datetime) -> None:
    (mail,) = keep_mail(raw=b"x", envelope_from="", envelope_to=["b+x@in.operator.test"], now=now)
    at = now
    for number in range(1, MOST_TRIES + 1):
        InboundMail.objects.filter(pk=mail.pk).update(state=MailState.READING, reading_since=at, tries=number)
        at += LONGEST_READING + timedelta(seconds=1)
        if number < MOST_TRIES:
            reading._let_go_of_the_dead(at)  # the first step of `read_waiting`
            assert InboundMail.objects.get().state == MailState.RECEIVED
    assert read_waiting(at) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (MailState.BROKEN, MailReason.READER_DIED)


@pytest.mark.django_db
def test_a_database_that_goes_away_breaks_no_mail(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_arguments: object, **_named: object) -> None:
        raise OperationalError("the database is away")

    (mail,) = keep_mail(raw=b"x", envelope_from="", envelope_to=["b+x@in.operator.test"], now=now)
    with monkeypatch.context() as patched:
        patched.setattr(reading, "follow_bounce", lost)
        with pytest.raises(OperationalError):
            read_mail(mail.pk, now=now)
    assert read_waiting(now + LONGEST_READING + timedelta(seconds=1)) == 1
    assert InboundMail.objects.get().outcome == MailOutcome.QUARANTINED


@pytest.mark.django_db
def test_reading_a_mail_again_changes_nothing(now: datetime) -> None:
    mail = comes(answer_address(new_public_id()), answer_bytes("a@b.test"), now=now)
    assert read_mail(mail.pk, now=now) is None
    assert InboundMail.objects.values().get() == InboundMail.objects.filter(pk=mail.pk).values()[0]


@pytest.mark.django_db
def test_bytes_and_names_are_erased_after_so_many_days_and_what_came_of_it_stays(
    now: datetime, settings: LazySettings
) -> None:
    mail = comes(bounce_address(f"<{new_public_id()}@operator.test>"), bounce_bytes("a@b.test"), now=now)
    (waiting,) = keep_mail(raw=b"x", envelope_from="", envelope_to=["b+x@in.operator.test"], now=now)
    assert erase_old(now + timedelta(days=settings.INCOMING_MAIL_DAYS)) == 0
    assert erase_old(now + timedelta(days=settings.INCOMING_MAIL_DAYS, seconds=1)) == 1
    mail.refresh_from_db()
    assert (mail.raw, mail.sender, mail.subject_line, mail.detail) == (None, "", "", "")
    assert (mail.outcome, len(mail.sha256), mail.size > 0) == (MailOutcome.QUARANTINED, 64, True)
    waiting.refresh_from_db()
    assert waiting.raw is not None, "what was not read yet is kept"


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>ACK</title><style>ok {}</style></head><body><div>Taken</div></body></html>",
        "<div>Taken<br></div><div class='gmail_quote'>On Thu X wrote:<blockquote>Not ok</blockquote></div>",
        "<p>&#84;aken</p><blockquote type=cite><p>Why?</p></blockquote>",
        "Taken<script>not()</script>",
    ],
)
def test_an_answer_in_html_alone_is_read_without_what_it_quotes(page: str) -> None:
    mail = opened(f"Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n".encode())
    assert first_words(body_of(mail)) == "Taken"


def test_an_attachment_is_no_answer() -> None:
    raw = (
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n'
        b"Content-Disposition: attachment; filename=a.txt\r\n\r\nACK\r\n--x--\r\n"
    )
    assert first_words(body_of(opened(raw))) == ""
