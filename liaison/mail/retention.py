"""What is erased of incoming mail when it is old: the bytes and whatever names people. What came of it stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from liaison.mail.models import InboundMail
from liaison.mail.vocabulary import MailState


def erase_old(now: datetime) -> int:
    """Erase what is older than `INCOMING_MAIL_DAYS` and not to be read any more; return how many. For the ticker."""
    before = now - timedelta(days=settings.INCOMING_MAIL_DAYS)
    settled = (MailState.DONE, MailState.BROKEN)
    old = InboundMail.objects.filter(received_at__lt=before, raw__isnull=False, state__in=settled)
    return old.update(raw=None, envelope_from="", sender="", subject_line="", detail="", address="")
