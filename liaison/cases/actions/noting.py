"""Internal notes: what staff say to staff (W8). Nothing here announces, or moves anything that an account sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.cases import access, personal
from liaison.cases.actions.attaching import offered, taken
from liaison.cases.actions.updating import (
    keep_attachments,
    locked,
    move_for_staff,
    person,
    refuse_changed,
    refuse_closed,
)
from liaison.cases.checking import Problems
from liaison.cases.models import Attachment, Case, InternalNote
from liaison.cases.requests import PersonalDataSaid
from liaison.cases.search.writing import index_note
from liaison.cases.vocabulary import CaseRight


def add_note(
    *,
    actor: Actor,
    case: Case,
    text: str,
    now: datetime,
    files: Sequence[str] = (),
    expected_version: int | None = None,
    personal_data: PersonalDataSaid | None = None,
) -> InternalNote:
    """Write an internal note, with files (public ids) that are staff's alone. For support agents.

    The version of the case stays, since whoever writes from outside must not learn of it. Raises Missing, Forbidden,
    Invalid, and Conflict: the case is closed, or an update came since `expected_version`.
    """
    access.require(actor, case, CaseRight.WORK, now)
    problems = Problems()
    said = problems.text("text", text, required=True)
    kept = problems.files("files", tuple(files))
    problems.refuse_any()
    known = personal.known_addresses(actor, case.filed_by)
    reasons = personal.require_said({"text": said}, offered(actor, kept), personal_data, known=known)
    with transaction.atomic():
        current = locked(case)
        refuse_closed(current)
        refuse_changed(current, expected_version)
        used = taken(actor, None, kept, now)  # what is left of its room would tell an account of notes (W8)
        note = InternalNote.objects.create(case=current, by=person(actor), at=now, text=said, personal_data=reasons)
        keep_attachments([Attachment(case=current, file=one) for one in used], note=note)
        move_for_staff(current, now)
        facts = {"note": note.public_id, "length": len(said)}
        # Under no account: its own history, whoever will read it, is no place to hear of notes.
        record(Happened.CASE_NOTED, actor=actor.audit_ref, subject=current.subject_ref, now=now, facts=facts)
        index_note(note)
    return note
