"""Who had which attachment: written down when a file is given out, by page or API."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.cases.delegated.proving import note_downloaded
from liaison.cases.models import Attachment


@transaction.atomic
def note_opened(*, actor: Actor, attachment: Attachment, now: datetime) -> None:
    """Record who had a file. Of an internal one under no account, whose own history may be read by it (W8).

    Of somebody of another account, also by which rule it sees the case (D5).
    """
    case = attachment.case
    record(
        Happened.ATTACHMENT_OPENED,
        actor=actor.audit_ref,
        subject=case.subject_ref,
        account_id=None if attachment.note_id is not None else case.account_id,
        facts={"attachment": attachment.public_id},
        now=now,
    )
    note_downloaded(actor, attachment, now)
