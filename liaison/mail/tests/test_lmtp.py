"""Taking mail in: kept before the 250 and before it is read, one answer for each recipient, never a guess (R3)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from liaison.lib.ids import new_public_id
from liaison.mail import lmtp
from liaison.mail.keeping import keep_mail
from liaison.mail.lmtp import MOST_RECIPIENTS, serve_forever
from liaison.mail.models import InboundMail
from liaison.mail.places import Place, place_of
from liaison.mail.tests.lmtp_client import LmtpClient, lmtp_server
from liaison.mail.vocabulary import MailOutcome, MailState
from liaison.notifications.return_addresses import answer_address, bounce_address

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = b"From: a@p.test\r\nSubject: Hello\r\n\r\n.a line with a dot\r\nand \xff\xfe bytes\r\n"


def some_bounce() -> str:
    return bounce_address(f"<{new_public_id()}@operator.test>")


def test_a_mail_is_kept_byte_for_byte_and_then_read() -> None:
    address = some_bounce()
    with lmtp_server() as port, LmtpClient(port) as client:
        assert client.greeting.startswith("220")
        assert client.begin([address], sender="a@p.test") == ["250 2.1.5 Go on."]
        assert client.content(MAIL, 1) == ["250 2.6.0 Kept."]
        assert client.say("QUIT").startswith("221")
    mail = InboundMail.objects.get()
    assert bytes(mail.raw or b"") == MAIL
    assert (mail.envelope_from, mail.envelope_to, mail.size) == ("a@p.test", address, len(MAIL))
    assert (mail.state, mail.outcome) == (MailState.DONE, MailOutcome.QUARANTINED), "it was read at once"


def test_each_recipient_gets_an_answer_of_its_own() -> None:
    """RFC 2033, 4.2."""
    ours = [some_bounce(), answer_address(new_public_id()), some_bounce()]
    with lmtp_server() as port, LmtpClient(port) as client:
        answers = client.begin([ours[0], "anna@in.operator.test", ours[1], "b+x@elsewhere.test", ours[2]])
        assert [answer[:3] for answer in answers] == ["250", "550", "250", "550", "250"]
        assert client.content(MAIL, 3) == ["250 2.6.0 Kept."] * 3
        assert client.say("NOOP").startswith("250"), "no answer too many"
    assert set(InboundMail.objects.values_list("envelope_to", flat=True)) == set(ours)


def test_a_wrong_token_is_kept_so_that_somebody_may_look_at_it() -> None:
    with lmtp_server() as port, LmtpClient(port) as client:
        assert client.begin(["b+guessed@in.operator.test"])[0].startswith("250")
        client.content(MAIL, 1)
    assert InboundMail.objects.get().outcome == MailOutcome.QUARANTINED


def test_the_same_mail_is_kept_once_when_the_sending_server_asks_again() -> None:
    address = some_bounce()
    with lmtp_server() as port:
        for _try in range(3):
            with LmtpClient(port) as client:
                client.begin([address])
                assert client.content(MAIL, 1) == ["250 2.6.0 Kept."]
    assert InboundMail.objects.count() == 1


def test_a_mail_that_is_too_large_is_refused_for_every_recipient(settings: LazySettings) -> None:
    """30 megabytes, without saying so before."""
    large = b"Subject: x\r\n\r\n" + (b"x" * 998 + b"\r\n") * (30 * 1024)
    recipients = [some_bounce(), some_bounce()]
    with lmtp_server() as port, LmtpClient(port) as client:
        client.begin(recipients)
        assert client.content(large, 2) == ["552 5.3.4 The message is too large."] * 2
        assert client.say(f"MAIL FROM:<a@p.test> SIZE={30 * 1024 * 1024}").startswith("552")
        client.say("RSET")
        assert client.begin([recipients[0]])[0].startswith("250")
        assert client.content(MAIL, 1) == ["250 2.6.0 Kept."], "the connection goes on"
    assert InboundMail.objects.count() == 1


def test_nothing_is_acknowledged_that_could_not_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_named: Any) -> None:
        raise OperationalError("the database is away")

    address = some_bounce()
    with lmtp_server() as port, LmtpClient(port) as client:
        with monkeypatch.context() as patched:
            patched.setattr(lmtp, "keep_mail", lost)
            client.begin([address, some_bounce()])
            answers = client.content(MAIL, 2)
            assert [answer[:3] for answer in answers] == ["451", "451"]
        client.begin([address])
        assert client.content(MAIL, 1)[0].startswith("250"), "the next try finds the database back"


def test_keeping_one_mail_keeps_nobody_else_from_talking(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, keep = threading.Event(), threading.Event(), keep_mail

    def slowly(**named: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return keep(**named)

    monkeypatch.setattr(lmtp, "keep_mail", slowly)
    answers: list[str] = []
    with lmtp_server() as port, LmtpClient(port) as first, LmtpClient(port) as second:
        first.begin([some_bounce()])
        waits = threading.Thread(target=lambda: answers.extend(first.content(MAIL, 1)))
        waits.start()
        assert begun.wait(20)
        assert second.begin([some_bounce()])[0].startswith("250")
        assert not answers, "no 250 before it is kept"
        go_on.set()
        waits.join(20)
    assert answers == ["250 2.6.0 Kept."]


@pytest.mark.parametrize(
    "command", ["EHLO x", "HELO x", "DATA", "RCPT TO:<b+x@in.operator.test>", "\x00\x00", "X" * 9000]
)
def test_what_is_no_lmtp_gets_one_refusal_and_harms_nobody(command: str) -> None:
    with lmtp_server() as port, LmtpClient(port) as client:
        assert client.say(command)[:1] in {"4", "5"}
        assert client.begin([some_bounce()])[0].startswith("250")


def test_no_mail_goes_to_more_recipients_than_anybody_sends_to() -> None:
    addresses = [some_bounce() for _number in range(MOST_RECIPIENTS + 1)]
    with lmtp_server() as port, LmtpClient(port) as client:
        assert [answer[:3] for answer in client.begin(addresses)].count("452") == 1


def test_it_also_listens_at_a_path_and_takes_the_place_of_a_server_that_died(tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    for _start in range(2):
        stop = threading.Event()
        stop.set()
        serve_forever(stop, str(path))
        assert not path.exists(), "it cleans up"
    path.write_text("not a socket")
    with pytest.raises(OSError, match="in use"):
        serve_forever(stop, str(path))
    assert path.read_text() == "not a socket"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:8024", Place(host="127.0.0.1", port=8024)),
        ("[::1]:24", Place(host="::1", port=24)),
        ("/run/liaison/lmtp", Place(path="/run/liaison/lmtp")),
    ],
)
def test_a_place_is_a_path_or_a_host_with_a_port(text: str, place: Place) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize("text", ["", "8024", "host:", ":24", "host:port", "host:99999", "run/lmtp"])
def test_anything_else_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        place_of(text)
