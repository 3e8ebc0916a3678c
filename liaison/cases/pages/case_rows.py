"""What the history of a case is made of, read as plain rows: each is one statement that the server prepares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from liaison.accounts.models import Identity
from liaison.cases.models import Attachment, Case, CaseUpdate
from liaison.cases.vocabulary import CaseRight
from liaison.lib.driver import rows_of
from liaison.lib.prepared import PreparedValues

_UPDATE = CaseUpdate._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_UPDATES: Final = f"""
SELECT one.id, one.position, one.by_id, person.name, one.is_by_staff, one.via, one.at, one.text, one.changes,
    one.personal_data
FROM {_UPDATE} AS one LEFT JOIN {Identity._meta.db_table} AS person ON person.id = one.by_id
WHERE one.case_id = %(case)s
"""  # noqa: S608, SLF001  # as above
_ORDER: Final = " ORDER BY one.position"
_AFTER: Final = f"{_UPDATES} AND one.position > %(position)s {_ORDER}"
_AMONG_NEWEST: Final = f"""{_UPDATES} AND (one.position = 1 OR one.position > (
    SELECT max(position) FROM {_UPDATE} WHERE case_id = %(case)s) - %(shown)s) {_ORDER}"""  # noqa: S608  # as above


class UpdateRow(NamedTuple):
    """One Send. `by` is the name of who sent it, None for somebody who left."""

    pk: int
    position: int
    by_id: int | None
    by: str | None
    is_by_staff: bool
    via: str
    at: datetime
    text: str
    changes: Sequence[Mapping[str, Any]]
    personal_data: Mapping[str, Any]


class FileRow(NamedTuple):
    """One attachment with its file; `note_id` where it belongs to an internal note."""

    update_id: int | None
    note_id: int | None
    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    scan_state: str
    removed_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str | None
    deleted_because: str

    @classmethod
    def of(cls, attachment: Attachment) -> FileRow:
        """Return the row of an attachment; its file and who deleted it are joined already."""
        file = attachment.file
        return cls(
            attachment.update_id,
            attachment.note_id,
            attachment.public_id,
            file.name,
            file.content_type,
            file.size,
            file.sha256,
            file.scan_state,
            file.removed_at,
            attachment.deleted_at,
            attachment.deleted_by.name if attachment.deleted_by else None,
            attachment.deleted_because,
        )


def updates_among_newest(case: Case, shown: int) -> list[UpdateRow]:
    """Return the filing and the newest updates, by position."""
    return _updates(_AMONG_NEWEST, {"case": case.pk, "shown": shown})


def updates_after(case: Case, position: int) -> list[UpdateRow]:
    """Return what came after an update, by position."""
    return _updates(_AFTER, {"case": case.pk, "position": position})


def files_of(case: Case, rights: frozenset[CaseRight]) -> list[FileRow]:
    """Return the case's attachments, the oldest first; those of notes for those who read notes (W8)."""
    prepared = _ALL_FILES if CaseRight.NOTE in rights else _SHARED_FILES
    return [FileRow(*row) for row in prepared.rows(case.pk)]


def _updates(sql: str, values: Mapping[str, Any]) -> list[UpdateRow]:
    return [UpdateRow._make((*row[:8], json.loads(row[8]), json.loads(row[9]))) for row in rows_of(sql, values)]


def _files(case: int) -> QuerySet[Attachment, Any]:
    return (
        Attachment.objects.filter(case_id=case)
        .order_by("pk")
        .values_list(
            "update_id",
            "note_id",
            "public_id",
            "file__name",
            "file__content_type",
            "file__size",
            "file__sha256",
            "file__scan_state",
            "file__removed_at",
            "deleted_at",
            "deleted_by__name",
            "deleted_because",
        )
    )


_ALL_FILES: Final = PreparedValues(_files, int)
_SHARED_FILES: Final = PreparedValues(lambda case: _files(case).filter(note=None), int)
