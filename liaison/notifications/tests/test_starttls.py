"""Mail over an encrypted connection: with a certificate that is trusted, and with none other."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from django.conf import LazySettings

from liaison.notifications.channels.contract import Answer, Outcome, Outgoing
from liaison.notifications.channels.email.smtp import SmtpMail
from liaison.notifications.testing import MailServer


@pytest.fixture
def authority(mail_server: MailServer, settings: LazySettings) -> trustme.CA:
    """Let the server offer STARTTLS with a certificate of an authority that nobody trusts yet."""
    authority = trustme.CA()
    mail_server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(mail_server.tls)
    settings.EMAIL_USE_TLS = True
    return authority


@pytest.fixture
def channel() -> Iterator[SmtpMail]:
    channel = SmtpMail()
    yield channel
    channel.close()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Trust the authority as far as this process is concerned."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def send(channel: SmtpMail, data: bytes = b"Subject: x\r\n\r\nbody\r\n") -> Answer:
    answer = channel.send(Outgoing("a@p.test", data, "<1@p.test>", datetime(2026, 11, 5, tzinfo=UTC)))
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.usefixtures("trusted")
def test_mail_goes_out_encrypted(mail_server: MailServer, channel: SmtpMail) -> None:
    large = b"Subject: x\r\n\r\n" + b"a line of a larger mail\r\n" * 20_000
    for data in (b"Subject: x\r\n\r\nbody\r\n", large):
        assert send(channel, data).outcome is Outcome.ACCEPTED
    assert [received.data for received in mail_server.dots] == [b"Subject: x\r\n\r\nbody\r\n", large]
    assert mail_server.encrypted == 2
    assert mail_server.connections == 1


@pytest.mark.usefixtures("trusted")
def test_a_password_is_said_only_after_the_encryption(
    mail_server: MailServer, channel: SmtpMail, settings: LazySettings
) -> None:
    mail_server.password = "secret"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "liaison", "secret"
    assert send(channel).outcome is Outcome.ACCEPTED
    assert mail_server.encrypted == 1


@pytest.mark.usefixtures("authority")
def test_a_certificate_that_nobody_trusts_gets_no_mail(mail_server: MailServer, channel: SmtpMail) -> None:
    for answer in (channel.ready("a@p.test"), send(channel)):
        assert answer is not None
        assert (answer.outcome, answer.is_unavailable) == (Outcome.TEMPORARY, True)
        assert "CERTIFICATE_VERIFY_FAILED" in answer.detail
    assert mail_server.dots == []


def test_a_certificate_of_another_machine_gets_no_mail(
    trusted: trustme.CA, mail_server: MailServer, channel: SmtpMail
) -> None:
    mail_server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.issue_cert("mail.else.test").configure_cert(mail_server.tls)
    answer = send(channel)
    assert (answer.outcome, answer.is_unavailable) == (Outcome.TEMPORARY, True)
    assert "CERTIFICATE_VERIFY_FAILED" in answer.detail
    assert mail_server.dots == []


def test_a_server_without_encryption_gets_no_mail_where_it_is_wanted(
    mail_server: MailServer, channel: SmtpMail, settings: LazySettings
) -> None:
    settings.EMAIL_USE_TLS = True
    answer = send(channel)
    assert (answer.outcome, answer.is_unavailable) == (Outcome.TEMPORARY, True)
    assert "STARTTLS" in answer.detail
    assert mail_server.dots == []
