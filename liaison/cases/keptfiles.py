"""The files that a case uses, until `files.actions` and `files.reading` are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from liaison.accounts.actors import Actor, System
from liaison.cases.vocabulary import CaseCode
from liaison.files.models import StoredFile
from liaison.lib.refusals import FieldProblem, Invalid


def use_files(*, actor: Actor, public_ids: Sequence[str], now: datetime) -> list[StoredFile]:
    files = StoredFile.objects.select_for_update().filter(
        public_id__in=list(public_ids), is_used=False, removed_at=None
    )
    found = list(files if isinstance(actor, System) else files.filter(sent_by=actor))
    if len(found) != len(public_ids):
        raise Invalid((FieldProblem("files", CaseCode.UNKNOWN_ATTACHMENT),))
    StoredFile.objects.filter(pk__in=[one.pk for one in found]).update(is_used=True)
    return found


def remove_content(*, file: StoredFile, now: datetime) -> None:
    StoredFile.objects.filter(pk=file.pk).update(removed_at=now)


def texts_of(file: StoredFile) -> Iterator[tuple[str, str]]:
    return iter(())
