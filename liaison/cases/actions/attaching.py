"""Attachments: asked to be deleted by whoever may write, deleted by support alone, never without a trace (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.cases import access, personal
from liaison.cases.actions.updating import (
    Changes,
    append_update,
    locked,
    move_for_staff,
    person,
    refuse_closed,
    side_of,
)
from liaison.cases.checking import LONGEST_REASON, Problems
from liaison.cases.models import Attachment, Case
from liaison.cases.requests import DeletionAsked
from liaison.cases.vocabulary import CaseCode, CaseRight, ChangeKind
from liaison.files.actions import remove_content, use_files
from liaison.files.codes import FileCode
from liaison.files.models import StoredFile
from liaison.files.vocabulary import Purpose
from liaison.lib.refusals import Conflict, FieldProblem, Invalid


def delete_attachment(*, actor: Actor, attachment: Attachment, reason: str, now: datetime) -> Attachment:
    """Delete what an attachment holds and leave its row: who, when, why, and the SHA-256 of what it was.

    For support only. The account sees it as an update; of a note's attachment nothing is seen outside (W8). Raises
    Missing, Forbidden, Invalid without a reason or with personal data in it (D9), and Conflict when it is deleted
    already or the case is closed.
    """
    access.require(actor, attachment.case, CaseRight.WORK, now)
    problems = Problems()
    said = problems.line("reason", reason, LONGEST_REASON, required=True)
    problems.refuse_any()
    known = personal.known_addresses(actor, attachment.case.filed_by)
    personal.refuse_any({"reason": said}, known)
    with transaction.atomic():
        case = locked(attachment.case)
        refuse_closed(case)
        current = _deleted(case, attachment, actor, said, now)
        facts: dict[str, Any] = {"attachment": current.public_id, "sha256": current.file.sha256}
        if current.note_id is not None:
            move_for_staff(case, now)
            # Under no account, whose own history may be read by it.
            record(Happened.ATTACHMENT_DELETED, actor=actor.audit_ref, subject=case.subject_ref, facts=facts, now=now)
            return current
        changes = Changes()
        changes.event(Happened.ATTACHMENT_DELETED, **facts)
        changes.fact(ChangeKind.ATTACHMENT_DELETED, attachment=current.public_id, reason=said)
        side = side_of(access.rights_on(actor, case, now))
        append_update(actor=actor, case=case, side=side, changes=changes, now=now)
    return current


def offered(actor: Actor, public_ids: Sequence[str]) -> list[StoredFile]:
    """Return the files that the actor sent under these ids, for reading; the others are refused when they are used."""
    if not public_ids:
        return []
    keepable = [one for one in public_ids if "\x00" not in one]
    files = StoredFile.objects.filter(public_id__in=keepable, purpose=Purpose.CASE, removed_at=None)
    return list(files if isinstance(actor, System) else files.filter(sent_by=actor))


def taken(actor: Actor, account: Account | None, public_ids: Sequence[str], now: datetime) -> list[StoredFile]:
    """Take files that the actor sent for a case, which are the account's from now on, where one is given.

    Raises Invalid for any other file.
    """
    if not public_ids:
        return []
    files = use_files(actor=actor, public_ids=public_ids, account=account, now=now)
    others = [one for one in files if one.purpose != Purpose.CASE]
    if others:
        raise Invalid(tuple(FieldProblem("files", FileCode.GONE, {"public_id": one.public_id}) for one in others))
    return files


def asked_for(case: Case, wishes: Sequence[DeletionAsked], problems: Problems) -> list[tuple[str, str]]:
    """Return the attachments (public ids) to be deleted with the reasons; note what is unknown or has no reason."""
    if not wishes:
        return []
    ids = [one.attachment for one in wishes if "\x00" not in one.attachment]
    shared = Attachment.objects.filter(case=case, note=None, public_id__in=ids)
    deleted = dict(shared.values_list("public_id", "deleted_at"))
    kept: list[tuple[str, str]] = []
    for number, wish in enumerate(wishes):
        field = f"ask_deletion.{number}"
        reason = problems.line(f"{field}.reason", wish.reason, LONGEST_REASON, required=True)
        if wish.attachment not in deleted:
            problems.add(f"{field}.attachment", CaseCode.UNKNOWN_ATTACHMENT)
        elif deleted[wish.attachment] is not None:
            problems.add(f"{field}.attachment", CaseCode.ATTACHMENT_DELETED)
        kept.append((wish.attachment, reason))
    return kept


def _deleted(case: Case, attachment: Attachment, actor: Actor, reason: str, now: datetime) -> Attachment:
    current = Attachment.objects.select_related("file").get(pk=attachment.pk)
    if current.deleted_at is not None:
        raise Conflict(CaseCode.ATTACHMENT_DELETED)
    current.case, current.deleted_at, current.deleted_by, current.deleted_because = case, now, person(actor), reason
    current.save(update_fields=["deleted_at", "deleted_by", "deleted_because"])
    remove_content(file=current.file, now=now)
    return current
