"""Mail: text and HTML in the reader's language, over one kept SMTP connection."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.email.console import ConsoleMail
from liaison.notifications.channels.email.smtp import SmtpMail

CONSOLE: Final = "console"


def email_channel() -> ChannelAdapter:
    """Return the SMTP channel, or its twin that prints, when `SMTP_HOST` is `console`."""
    return ConsoleMail() if settings.EMAIL_HOST == CONSOLE else SmtpMail()
