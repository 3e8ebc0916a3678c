"""The mailbox of the demo keeps what a real SMTP client sends, whole."""

from __future__ import annotations

import hashlib
import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from liaison.demo.mailbox import REFUSED_DOMAIN, Mailbox, MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    made = Mailbox(tmp_path / "mailbox")
    made.empty()
    return made


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[MailServer]:
    running = MailServer(mailbox)
    running.start()
    yield running
    running.stop()


def send(server: MailServer, subject: str, *recipients: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "liaison@operator.test", recipients[0], subject
    message["Message-ID"] = "<one@operator.test>"
    message.set_content("글자\n.\n..dots")
    message.add_alternative("<html><head></head><p>글자</p></html>", subtype="html")
    message["Content-Language"] = "ko"
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.send_message(message, to_addrs=list(recipients))


def test_a_mail_arrives_with_subject_bodies_envelope_and_id(mailbox: Mailbox, server: MailServer) -> None:
    send(server, "기술 긴급 상황", "a@partner.test", "hidden@partner.test")
    (mail,) = mailbox.mails()
    assert mail.subject == "기술 긴급 상황"
    assert mail.recipients == ("a@partner.test", "hidden@partner.test")
    assert (mail.message_id, mail.language) == ("<one@operator.test>", "ko")
    assert mail.body("plain").split() == ["글자", ".", "..dots"]
    assert "<p>글자</p>" in mail.body("html")
    assert "X-Envelope-To" not in dict(mail.headers)
    assert [one.key for one in mailbox.to("hidden@partner.test")] == [mail.key]
    assert list(mailbox.to("nobody@partner.test")) == []


def test_the_newest_mail_comes_first_and_emptying_removes_all(mailbox: Mailbox, server: MailServer) -> None:
    for subject in ("first", "second", "third"):
        send(server, subject, "a@partner.test")
    assert [mail.subject for mail in mailbox.mails()] == ["third", "second", "first"]
    mailbox.empty()
    assert mailbox.mails() == ()


@pytest.mark.parametrize("key", ["../lock", "20261122083241176421-000000", "", "x"])
def test_a_key_that_names_no_mail_finds_none(mailbox: Mailbox, key: str) -> None:
    assert mailbox.mail(key) is None


def test_it_refuses_one_domain_and_says_so(mailbox: Mailbox, server: MailServer) -> None:
    """So that the story has somebody who cannot be reached."""
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server, "Refused", f"night-desk@{REFUSED_DOMAIN}")
    assert refused.value.recipients == {
        f"night-desk@{REFUSED_DOMAIN}": (550, b"5.7.1 This mailbox takes no mail from outside")
    }
    assert mailbox.mails() == ()


def test_what_it_keeps_are_the_bytes_that_came(mailbox: Mailbox, server: MailServer) -> None:
    """R3: the proof can be compared with what the server got."""
    sent = "Subject: 글자\r\nX-Envelope-To: not-the-envelope@partner.test\r\n\r\n.\r\n..dots\r\n".encode()
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.sendmail("liaison@operator.test", ["a@partner.test"], sent, ["BODY=8BITMIME"])
    (mail,) = mailbox.mails()
    assert mail.data == sent
    assert mail.sha256 == hashlib.sha256(sent).hexdigest()
    assert mail.recipients == ("a@partner.test",)
