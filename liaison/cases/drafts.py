"""What somebody has typed into a case and not sent: kept while typing, so that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from liaison.accounts.models import Identity
from liaison.cases.models import Case, ReplyDraft

KEPT_FOR: Final = timedelta(days=30)
LONGEST_KEPT: Final = 200_000
"""Characters of all fields together: far more than can be sent, and not so much that a draft is a store of files."""
# Alone in the data of a draft that was sent: the showing of the form that it was sent from.
_SENT_FROM: Final = "sent_from"
_LONGEST_SHOWING: Final = 14
# One statement, so that what was sent in the same moment is not overtaken.
_KEEP: Final = """
INSERT INTO cases_replydraft AS kept (case_id, identity_id, is_note, data, case_version, saved_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (case_id, identity_id, is_note) DO UPDATE
SET data = excluded.data, case_version = excluded.case_version, saved_at = excluded.saved_at
WHERE kept.data ->> %s IS DISTINCT FROM %s
"""


def draft_of(actor: Identity, case: Case, *, is_note: bool = False) -> ReplyDraft | None:
    """Return what the actor has not sent yet in a case."""
    return drafts_of(actor, case).get(is_note)


def drafts_of(actor: Identity, case: Case) -> dict[bool, ReplyDraft]:
    """Return both drafts of the actor, in one query, by whether it is one of a note."""
    kept = ReplyDraft.objects.filter(case=case, identity=actor)
    return {draft.is_note: draft for draft in kept if _SENT_FROM not in draft.data}


def keep_draft(
    *, actor: Identity, case: Case, data: Mapping[str, Any], is_note: bool = False, showing: str = "", now: datetime
) -> bool:
    """Keep what was typed; nothing typed forgets the draft. Returns False where it is too much to be kept.

    `showing` is the random name of the form on the screen. What comes from one that was sent already is late: it is
    not kept, for what was sent must not come back as a draft.
    """
    if not any(data.values()):
        of_actor = ReplyDraft.objects.filter(case=case, identity=actor, is_note=is_note)
        of_actor.exclude(data__has_key=_SENT_FROM).delete()
        return True
    if sum(len(str(value)) for value in data.values()) > LONGEST_KEPT:
        return False
    late = _as_kept(showing)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [case.pk, actor.pk, is_note, json.dumps(dict(data)), case.version, now, _SENT_FROM, late])
    return True


def forget_draft(*, actor: Identity, case: Case, is_note: bool = False, sent_from: str = "", now: datetime) -> None:
    """Forget what was typed: it was discarded, or sent from this showing of the form, which is remembered."""
    if not sent_from:
        ReplyDraft.objects.filter(case=case, identity=actor, is_note=is_note).delete()
        return
    keep_draft(actor=actor, case=case, is_note=is_note, data={_SENT_FROM: _as_kept(sent_from)}, now=now)


def files_in_replies() -> set[str]:
    """Return the public ids of the files in all drafts of replies and notes: they wait as long as these do."""
    kept = ReplyDraft.objects.filter(data__has_key="files").values_list("data__files", flat=True)
    return {str(public_id) for files in kept if isinstance(files, list) for public_id in files}


def forget_old(now: datetime) -> int:
    """Remove what nobody went on with; the ticker does it. Returns how many."""
    return ReplyDraft.objects.filter(saved_at__lte=now - KEPT_FOR).delete()[0]


def _as_kept(showing: str) -> str:
    """Return the name of a showing as the database keeps it, whatever was sent as one."""
    return showing.replace("\x00", "")[:_LONGEST_SHOWING]
