"""The sinks do at each point what they are told, and their ledgers say what they really took."""

from __future__ import annotations

import base64
import http.client
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.sinks.remote import Sink
from faults.sinks.smtp import token_of

MAIL = b"From: x@p.test\r\nMessage-ID: <one@p.test>\r\nSubject: zq0123456789abcdefqz\r\n\r\n.dot\r\n..\r\nend"
TOKEN = "zq0123456789abcdefqz"


@pytest.fixture
def mail_sink(tmp_path: Path) -> Iterator[Sink]:
    sink = Sink("smtp", tmp_path / "smtp.jsonl")
    yield sink
    sink.stop()


@pytest.fixture
def hook_sink(tmp_path: Path) -> Iterator[Sink]:
    sink = Sink("http", tmp_path / "http.jsonl")
    yield sink
    sink.stop()


def send(sink: Sink, to: str = "a@p.test") -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as connection:
        connection.sendmail("x@p.test", [to], MAIL)


def post(sink: Sink, hook: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", sink.port, timeout=10)
    connection.request("POST", f"/hook/{hook}", f'{{"title": "{TOKEN}"}}', {"webhook-id": "msg_1"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_it_takes_a_mail_and_keeps_who_got_what(mail_sink: Sink) -> None:
    send(mail_sink)
    (dot,) = mail_sink.dots()
    assert (dot.to, dot.token, dot.message_id) == ("a@p.test", TOKEN, "<one@p.test>")
    assert dot.is_accepted
    assert dot.answer == "250"


def test_it_puts_off_each_recipient_twice(mail_sink: Sink) -> None:
    mail_sink.rule(point="rcpt", do="answer", words="451 4.7.1 later", each=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(mail_sink)
    send(mail_sink)
    assert [dot.is_accepted for dot in mail_sink.dots()] == [True]


def test_it_refuses_at_the_final_dot_and_says_so_in_the_ledger(mail_sink: Sink) -> None:
    mail_sink.rule(point="dot", to="b@", do="answer", words="554 5.7.1 no")
    send(mail_sink)
    with pytest.raises(smtplib.SMTPDataError):
        send(mail_sink, "b@p.test")
    assert [(dot.to, dot.is_refused) for dot in mail_sink.dots()] == [("a@p.test", False), ("b@p.test", True)]


@pytest.mark.parametrize(("point", "accepted"), [("dot", False), ("accepted", True)])
def test_it_hangs_up_before_or_after_accepting(mail_sink: Sink, point: str, accepted: bool) -> None:
    rule = mail_sink.rule(point=point, do="drop", skip=1, times=1)
    send(mail_sink)
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        send(mail_sink)
    send(mail_sink)
    assert mail_sink.wait(rule).to == "a@p.test"
    lost = mail_sink.dots()[1]
    assert (lost.is_accepted, lost.answer, lost.is_answer_lost) == (accepted, "", accepted)


def test_it_holds_until_it_is_told_to_let_go(mail_sink: Sink) -> None:
    rule = mail_sink.rule(point="accepted", do="hold")
    connection = smtplib.SMTP("127.0.0.1", mail_sink.port, timeout=10)
    connection.ehlo()
    connection.mail("x@p.test")
    connection.rcpt("a@p.test")
    connection.docmd("DATA")
    connection.send(MAIL + b"\r\n.\r\n")
    assert mail_sink.wait(rule).port == connection.sock.getsockname()[1]  # type: ignore[union-attr]  # it is open
    assert mail_sink.dots() == []
    mail_sink.clear()
    assert connection.getreply()[0] == 250
    assert len(mail_sink.dots()) == 1
    connection.close()


def test_nothing_listens_while_its_port_is_closed(mail_sink: Sink) -> None:
    mail_sink.close_port()
    with pytest.raises(ConnectionRefusedError):
        send(mail_sink)
    mail_sink.open_port()
    send(mail_sink)


def test_it_finds_the_word_also_in_an_encoded_body() -> None:
    body = base64.encodebytes(f"오븐이 {TOKEN} 차갑습니다".encode())
    mail = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    assert token_of(mail) == TOKEN
    assert token_of(b"Subject: nothing\r\n\r\nof ours") == ""


def test_a_hook_takes_refuses_and_answers_with_more_than_anybody_reads(hook_sink: Sink) -> None:
    assert post(hook_sink, "well") == 204
    hook_sink.rule(point="dot", to="hook:gone", do="answer", words="410")
    assert post(hook_sink, "gone") == 410
    hook_sink.rule(point="dot", to="hook:big", do="answer", words="200 big")
    assert post(hook_sink, "big") == 200
    seen = [(dot.to, dot.message_id, dot.token, dot.is_accepted, dot.answer) for dot in hook_sink.dots()]
    assert seen == [
        ("hook:well", "msg_1", TOKEN, True, "204"),
        ("hook:gone", "msg_1", TOKEN, False, "410"),
        ("hook:big", "msg_1", TOKEN, True, "200"),
    ]
