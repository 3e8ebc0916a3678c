"""What somebody has typed into a case and not sent: kept while typing, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.accounts.models import Identity
from liaison.cases.models import Case, ReplyDraft

KEPT_FOR: Final = timedelta(days=30)
LONGEST_KEPT: Final = 200_000
"""Characters of all fields together: far more than can be sent, and not so much that a draft is a store of files."""


def draft_of(actor: Identity, case: Case, *, is_note: bool = False) -> ReplyDraft | None:
    """Return what the actor has not sent yet in a case."""
    return ReplyDraft.objects.filter(case=case, identity=actor, is_note=is_note).first()


def drafts_of(actor: Identity, case: Case) -> dict[bool, ReplyDraft]:
    """Return both drafts of the actor, in one query, by whether it is one of a note."""
    return {draft.is_note: draft for draft in ReplyDraft.objects.filter(case=case, identity=actor)}


def keep_draft(*, actor: Identity, case: Case, data: Mapping[str, Any], is_note: bool = False, now: datetime) -> bool:
    """Keep what was typed; nothing typed forgets the draft. Returns False where it is too much to be kept."""
    if not any(data.values()):
        forget_draft(actor=actor, case=case, is_note=is_note)
        return True
    if sum(len(str(value)) for value in data.values()) > LONGEST_KEPT:
        return False
    draft = ReplyDraft(
        case=case, identity=actor, is_note=is_note, data=dict(data), case_version=case.version, saved_at=now
    )
    ReplyDraft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["case", "identity", "is_note"],
        update_fields=["data", "case_version", "saved_at"],
    )
    return True


def forget_draft(*, actor: Identity, case: Case, is_note: bool = False) -> None:
    """Forget what was typed: it was sent, or discarded."""
    ReplyDraft.objects.filter(case=case, identity=actor, is_note=is_note).delete()


def files_in_replies() -> set[str]:
    """Return the public ids of the files in all drafts of replies and notes: they wait as long as these do."""
    kept = ReplyDraft.objects.filter(data__has_key="files").values_list("data__files", flat=True)
    return {str(public_id) for files in kept if isinstance(files, list) for public_id in files}


def forget_old(now: datetime) -> int:
    """Remove what nobody went on with; the ticker does it. Returns how many."""
    return ReplyDraft.objects.filter(saved_at__lte=now - KEPT_FOR).delete()[0]
