"""The history of a case as one reader sees it: what was written and changed, oldest first, the middle on demand.

Internal notes are read by `access.visible_notes` alone and stand between the updates for those who may read them.
The number of queries depends neither on how much happened nor on how many people and files there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from liaison.accounts.models import Identity
from liaison.cases import access
from liaison.cases.access import NoteRow
from liaison.cases.models import Case
from liaison.cases.pages.case_rows import FileRow, UpdateRow, files_of, updates_after, updates_among_newest
from liaison.cases.pages.case_text import language_of, linked
from liaison.cases.queries import known_to
from liaison.cases.saying import sentences
from liaison.cases.vocabulary import CaseRight, Via
from liaison.files.scanning import may_be_given_out
from liaison.files.vocabulary import ScanState
from liaison.lib.languages import Language, language_for

AT_FIRST: Final = 20
MORE: Final = 40
MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment; `state` is empty for one that can be had, else `deleted`, `infected`, `held` or `too_large`."""

    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    state: str
    is_scanned: bool
    may_delete: bool
    deleted_by: str = ""
    deleted_at: datetime | None = None
    deleted_because: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One Send, or one internal note. `language` is that of the text, and named only where it is not the reader's."""

    key: str
    at: datetime
    by: str
    is_by_staff: bool
    is_note: bool
    is_own: bool
    by_mail: bool
    text: Markup
    language: Language | None
    sentences: tuple[str, ...]
    files: tuple[FileLine, ...]
    personal_reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """`first` is the filing; `hidden` stand between it and `entries`. `position` and `note` are the newest of each."""

    first: Entry | None
    hidden: int
    entries: tuple[Entry, ...]
    position: int
    note: int
    shown: int

    @property
    def more(self) -> int:
        """How many come with the next step."""
        return min(self.hidden, MORE)

    @property
    def newest(self) -> Entry | None:
        return self.entries[-1] if self.entries else self.first


def history_of(
    case: Case,
    reader: Identity,
    rights: frozenset[CaseRight],
    now: datetime,
    *,
    files: Sequence[FileRow],
    shown: int = AT_FIRST,
) -> History:
    """Return the filing and the newest `shown` of what came after it; `files` are those of the case, as read."""
    shown = max(AT_FIRST, min(shown, MOST))
    updates = updates_among_newest(case, shown)
    newest = updates[-1].position if updates else 0
    notes, note_count = access.newest_notes(reader, case, now, shown) if CaseRight.NOTE in rights else ([], 0)
    later: list[UpdateRow | NoteRow] = [*(one for one in updates if one.position > 1), *notes]
    later.sort(key=lambda one: (one.at, isinstance(one, NoteRow), one.pk))
    kept = later[-shown:]
    first = next((one for one in updates if one.position == 1), None)
    hidden = max(0, newest - 1) + note_count - len(kept)
    rows = ([first] if first else []) + kept
    lines = _Lines(case, reader, rights, rows=rows, files=files, now=now)
    entries = [lines.entry(row) for row in rows]
    return History(
        first=entries.pop(0) if first else None,
        hidden=hidden,
        entries=tuple(entries),
        position=newest,
        note=notes[-1].pk if notes else 0,
        shown=shown,
    )


def entries_after(
    case: Case, reader: Identity, rights: frozenset[CaseRight], position: int, now: datetime
) -> tuple[Entry, ...]:
    """Return what came after an update, for somebody who was about to send on top of it."""
    rows = updates_after(case, position)
    lines = _Lines(case, reader, rights, rows=rows, files=files_of(case, rights), now=now)
    return tuple(lines.entry(row) for row in rows)


def file_line(row: FileRow, *, may_delete: bool) -> FileLine:
    """Return an attachment as it is shown."""
    return FileLine(
        public_id=row.public_id,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        state=_state_of(row),
        is_scanned=row.scan_state == ScanState.CLEAN,
        may_delete=may_delete and row.deleted_at is None,
        deleted_by=row.deleted_by or "",
        deleted_at=row.deleted_at,
        deleted_because=row.deleted_because,
    )


class _Lines:
    """Makes entries of rows; what they name was read for all of them at once."""

    def __init__(
        self,
        case: Case,
        reader: Identity,
        rights: frozenset[CaseRight],
        *,
        rows: Sequence[UpdateRow | NoteRow],
        files: Sequence[FileRow],
        now: datetime,
    ) -> None:
        self._case, self._reader = case, reader
        self._may_delete = CaseRight.WORK in rights
        self._files: dict[tuple[bool, int], list[FileRow]] = {}
        for one in files:
            self._files.setdefault((one.note_id is not None, one.note_id or one.update_id or 0), []).append(one)
        self._reader_language = language_for(reader.effective_language)
        named = {one.public_id: one.name for one in files if one.note_id is None}
        self._known = known_to(reader, case, [row for row in rows if isinstance(row, UpdateRow)], now, named)

    def entry(self, row: UpdateRow | NoteRow) -> Entry:
        is_note = isinstance(row, NoteRow)
        code = language_of(row.text, self._case.language) if row.text else ""
        return Entry(
            key=f"note-{row.pk}" if isinstance(row, NoteRow) else f"update-{row.position}",
            at=row.at,
            by=row.by or "",
            is_by_staff=isinstance(row, NoteRow) or row.is_by_staff,
            is_note=is_note,
            is_own=row.by_id == self._reader.pk,
            by_mail=isinstance(row, UpdateRow) and row.via == Via.MAIL,
            text=linked(row.text),
            language=language_for(code) if code and code != self._reader_language.code else None,
            sentences=sentences(row.changes, self._known) if isinstance(row, UpdateRow) else (),
            files=self._lines_of((is_note, row.pk)),
            personal_reason=str(row.personal_data.get("reason", "")) if isinstance(row, UpdateRow) else "",
        )

    def _lines_of(self, key: tuple[bool, int]) -> tuple[FileLine, ...]:
        return tuple(file_line(one, may_delete=self._may_delete) for one in self._files.get(key, ()))


def _state_of(row: FileRow) -> str:
    if row.deleted_at is not None:
        return "deleted"
    if row.removed_at is not None:
        return "removed"
    if row.scan_state == ScanState.INFECTED:
        return "infected"
    return "" if may_be_given_out(row) else "held"
