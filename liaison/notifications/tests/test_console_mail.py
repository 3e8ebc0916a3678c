from __future__ import annotations

from io import StringIO

import pytest
from django.conf import LazySettings

from liaison.notifications import channels
from liaison.notifications.channels.contract import Outcome
from liaison.notifications.channels.email.console import ConsoleMail
from liaison.notifications.channels.email.smtp import SmtpMail


def test_the_console_twin_prints_what_the_server_would_get() -> None:
    stream = StringIO()
    answer = ConsoleMail(stream).send("a@p.test", b"Subject: x\r\n\r\nbody\r\n", lambda: True)
    assert answer.outcome is Outcome.ACCEPTED
    assert "To a@p.test" in stream.getvalue()
    assert "body" in stream.getvalue()


def test_the_console_twin_keeps_the_fence_too() -> None:
    stream = StringIO()
    assert ConsoleMail(stream).send("a@p.test", b"x", lambda: False).outcome is Outcome.STOPPED
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("host", "kind"), [("console", ConsoleMail), ("mail.test", SmtpMail)])
def test_the_setting_chooses_between_server_and_console(settings: LazySettings, host: str, kind: type) -> None:
    settings.EMAIL_HOST = host
    assert isinstance(channels.named("email"), kind)
