"""What letters about a Send need of it, read at once for any number of them. Internal notes are no part of it (W8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from liaison.cases.models import Attachment, Case, CaseUpdate
from liaison.cases.saying import Known
from liaison.cases.vocabulary import ChangeKind


@dataclass(frozen=True, slots=True)
class Written:
    """One Send with its case. `files` are the names of what is attached and not deleted, by public id."""

    update: CaseUpdate
    files: dict[str, str]

    @property
    def case(self) -> Case:
        return self.update.case

    @property
    def is_filing(self) -> bool:
        return any(change["kind"] == ChangeKind.FILED for change in self.update.changes)

    @property
    def known(self) -> Known:
        """Return what every reader of the case may have named: no other cases, incidents or addresses of shares."""
        return Known(files=self.files)


def written_of_each(updates: Collection[int]) -> dict[int, Written]:
    """Return these Sends by key, those that there are. Two queries for all."""
    rows = CaseUpdate.objects.select_related("case__account", "by").filter(pk__in=updates)
    found = {update.pk: update for update in rows}
    files = _files_of(found)
    return {key: Written(update, files[key]) for key, update in found.items()}


def _files_of(updates: dict[int, CaseUpdate]) -> dict[int, dict[str, str]]:
    """Return the files that each Send names: those it brought, and that others brought and it asks to delete."""
    names: dict[int, dict[str, str]] = defaultdict(dict)
    named = [
        (public_id, key)
        for key, update in updates.items()
        for change in update.changes
        for public_id in (*change.get("attachments", ()), change.get("attachment"))
        if public_id
    ]
    if not named:
        return names
    rows = Attachment.objects.filter(public_id__in={public_id for public_id, _ in named}, note=None, deleted_at=None)
    found = dict(rows.values_list("public_id", "file__name"))
    for public_id, key in named:
        if public_id in found:
            names[key][public_id] = found[public_id]
    return names
