"""The files of a draft: the sender's own, sent and not used yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest

from liaison.accounts.models import Identity
from liaison.files.access import unused_files
from liaison.files.forms import files_of
from liaison.files.models import StoredFile
from liaison.files.vocabulary import Purpose
from liaison.filing.models import Draft
from liaison.filing.setting import Setting
from liaison.filing.sheet import Sheet
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem


def uploader_files(actor: Identity, public_ids: Sequence[str]) -> tuple[StoredFile, ...]:
    """Return the files in the order in which they stand in the draft; what is gone is left out."""
    if not public_ids:
        return ()
    return tuple(one for one in unused_files(actor, public_ids) if one.purpose == Purpose.CASE)


def gone(actor: Identity, public_ids: Sequence[str]) -> bool:
    """Say whether one of the files is not there any more, or not to be attached."""
    return len(uploader_files(actor, public_ids)) != len(public_ids)


def with_sent_files(request: HttpRequest, setting: Setting, sheet: Sheet) -> tuple[Sheet, tuple[FieldProblem, ...]]:
    """Return the sheet with the files that came with the form itself, where no script runs, and what is refused."""
    sent = files_of(request, "files", setting.actor, setting.files_account, Purpose.CASE, utc_now())
    return replace(sheet, files=sent.public_ids), sent.problems


def files_in_drafts() -> frozenset[str]:
    """Return the public ids of all files that stand in somebody's draft: they are not forgotten as unused."""
    kept = Draft.objects.exclude(data__files=[]).values_list("data__files", flat=True)
    return frozenset(one for files in kept if isinstance(files, list) for one in files if isinstance(one, str))
