"""The verbs of staff: opening a mail as it came, and having it read again. What a mail itself does, `reading` does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.refusals import Conflict
from liaison.mail.access import require_incoming_mail
from liaison.mail.models import InboundMail
from liaison.mail.reading import read_mail
from liaison.mail.secrecy import refuse_what_is_quoted
from liaison.mail.vocabulary import MailCode, MailOutcome, MailState


@transaction.atomic
def open_incoming_mail(*, actor: Actor, mail: InboundMail, now: datetime) -> bytes:
    """Return the bytes as they came, and note who has opened them.

    Raises Conflict where they were erased, Forbidden while they quote a link that is somebody's own.
    """
    require_incoming_mail(actor)
    raw = InboundMail.objects.values_list("raw", flat=True).get(pk=mail.pk)
    if raw is None:
        raise Conflict(MailCode.ERASED)
    data = bytes(raw)
    refuse_what_is_quoted(mail, data)
    record(Happened.INCOMING_MAIL_OPENED, actor=actor.audit_ref, subject=mail.audit_ref, now=now)
    return data


def read_incoming_mail_again(*, actor: Actor, mail: InboundMail, now: datetime) -> MailOutcome | None:
    """Read a mail that broke or is in quarantine once more, as if it had just come; return what came of it.

    What it says now counts as it would have counted: an answer may take its escalation. Raises Conflict for any other
    mail, and where the bytes were erased.
    """
    require_incoming_mail(actor)
    with transaction.atomic():
        locked = InboundMail.objects.select_for_update().get(pk=mail.pk)
        if locked.state != MailState.BROKEN and locked.outcome != MailOutcome.QUARANTINED:
            raise Conflict(MailCode.NOTHING_TO_READ)
        if locked.raw is None:
            raise Conflict(MailCode.ERASED)
        locked.state, locked.outcome, locked.reason = MailState.RECEIVED, "", ""
        locked.read_after, locked.read_at, locked.tries = now, None, 0
        locked.save(update_fields=["state", "outcome", "reason", "read_after", "read_at", "tries"])
        record(Happened.INCOMING_MAIL_READ_AGAIN, actor=actor.audit_ref, subject=mail.audit_ref, now=now)
    return read_mail(mail.pk, now=now)
