from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import LazySettings

from liaison.notifications import channels
from liaison.notifications.channels.contract import Outcome, Outgoing
from liaison.notifications.channels.email.console import ConsoleMail
from liaison.notifications.channels.email.smtp import SmtpMail


def test_the_console_twin_prints_what_the_server_would_get() -> None:
    stream = StringIO()
    mail = ConsoleMail(stream)
    assert mail.ready("a@p.test") is None
    at = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
    answer = mail.send(Outgoing("a@p.test", b"Subject: x\r\n\r\nbody\r\n", "<x@p.test>", at))
    assert answer.outcome is Outcome.ACCEPTED
    assert "To a@p.test" in stream.getvalue()
    assert "body" in stream.getvalue()


def test_all_mail_shares_the_fate_of_one_server() -> None:
    for mail in (ConsoleMail(), SmtpMail()):
        assert mail.place_of("a@p.test") == mail.place_of("b@q.test")


@pytest.mark.parametrize(("host", "kind"), [("console", ConsoleMail), ("mail.test", SmtpMail)])
def test_the_setting_chooses_between_server_and_console(settings: LazySettings, host: str, kind: type) -> None:
    settings.EMAIL_HOST = host
    assert isinstance(channels.named("email"), kind)
