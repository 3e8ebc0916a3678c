"""The history of a case as one reader sees it: what was written and changed, oldest first, the middle on demand.

Internal notes are read by `access.visible_notes` alone and stand between the updates for those who may read them.
The number of queries depends neither on how much happened nor on how many people and files there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Q
from markupsafe import Markup

from liaison.accounts.models import Identity
from liaison.cases import access
from liaison.cases.models import Attachment, Case, CaseUpdate, InternalNote
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
    files: tuple[FileLine, ...] = field(default=())

    @property
    def more(self) -> int:
        """How many come with the next step."""
        return min(self.hidden, MORE)

    @property
    def newest(self) -> Entry | None:
        return self.entries[-1] if self.entries else self.first


def history_of(
    case: Case, reader: Identity, rights: frozenset[CaseRight], now: datetime, *, shown: int = AT_FIRST
) -> History:
    """Return the filing and the newest `shown` of what came after it, in at most five queries."""
    shown = max(AT_FIRST, min(shown, MOST))
    updates = _updates(case, shown)
    newest = updates[-1].position if updates else 0
    notes, note_count = _notes(case, reader, rights, now, shown)
    later: list[CaseUpdate | InternalNote] = [*(one for one in updates if one.position > 1), *notes]
    later.sort(key=lambda one: (one.at, isinstance(one, InternalNote), one.pk))
    kept = later[-shown:]
    first = next((one for one in updates if one.position == 1), None)
    hidden = max(0, newest - 1) + note_count - len(kept)
    rows = ([first] if first else []) + kept
    lines = _Lines(case, reader, rights, rows, now)
    entries = [lines.entry(row) for row in rows]
    return History(
        first=entries.pop(0) if first else None,
        hidden=hidden,
        entries=tuple(entries),
        position=newest,
        note=notes[-1].pk if notes else 0,
        shown=shown,
        files=lines.files,
    )


def news_since(
    case: Case, reader: Identity, rights: frozenset[CaseRight], now: datetime, *, position: int, note: int
) -> int:
    """Return how many entries of others came after those that the reader has on the page."""
    count = CaseUpdate.objects.filter(case=case, position__gt=position).exclude(by=reader).count()
    if CaseRight.NOTE in rights:
        count += access.visible_notes(reader, case, now).filter(pk__gt=note).exclude(by=reader).count()
    return count


def entries_after(
    case: Case, reader: Identity, rights: frozenset[CaseRight], position: int, now: datetime
) -> tuple[Entry, ...]:
    """Return what came after an update, for somebody who was about to send on top of it."""
    rows = list(CaseUpdate.objects.filter(case=case, position__gt=position).select_related("by").order_by("position"))
    lines = _Lines(case, reader, rights, rows, now)
    return tuple(lines.entry(row) for row in rows)


def file_line(attachment: Attachment, *, may_delete: bool) -> FileLine:
    """Return an attachment as it is shown; its file and who deleted it are joined already."""
    file = attachment.file
    return FileLine(
        public_id=attachment.public_id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        state=_state_of(attachment),
        is_scanned=file.scan_state == ScanState.CLEAN,
        may_delete=may_delete and attachment.deleted_at is None,
        deleted_by=attachment.deleted_by.name if attachment.deleted_by else "",
        deleted_at=attachment.deleted_at,
        deleted_because=attachment.deleted_because,
    )


class _Lines:
    """Makes entries of rows; what they name was read for all of them at once."""

    def __init__(
        self,
        case: Case,
        reader: Identity,
        rights: frozenset[CaseRight],
        rows: Sequence[CaseUpdate | InternalNote],
        now: datetime,
    ) -> None:
        self._case, self._reader = case, reader
        self._files = _files_of(rows, may_delete=CaseRight.WORK in rights)
        self._reader_language = language_for(reader.effective_language)
        self._known = known_to(reader, case, [row for row in rows if isinstance(row, CaseUpdate)], now)

    @property
    def files(self) -> tuple[FileLine, ...]:
        return tuple(line for lines in self._files.values() for line in lines)

    def entry(self, row: CaseUpdate | InternalNote) -> Entry:
        is_note = isinstance(row, InternalNote)
        code = language_of(row.text, self._case.language) if row.text else ""
        key = f"note-{row.pk}" if isinstance(row, InternalNote) else f"update-{row.position}"
        return Entry(
            key=key,
            at=row.at,
            by=row.by.name if row.by else "",
            is_by_staff=isinstance(row, InternalNote) or row.is_by_staff,
            is_note=is_note,
            is_own=row.by_id == self._reader.pk,
            by_mail=isinstance(row, CaseUpdate) and row.via == Via.MAIL,
            text=linked(row.text),
            language=language_for(code) if code and code != self._reader_language.code else None,
            sentences=sentences(row.changes, self._known) if isinstance(row, CaseUpdate) else (),
            files=self._files.get(_file_key(row), ()),
            personal_reason=str(row.personal_data.get("reason", "")) if isinstance(row, CaseUpdate) else "",
        )


def _updates(case: Case, shown: int) -> list[CaseUpdate]:
    """Return the filing and the newest updates, by position."""
    of_case = CaseUpdate.objects.filter(case=case)
    newest = of_case.order_by("-position").values("pk")[:shown]
    found = of_case.filter(Q(position=1) | Q(pk__in=newest))
    return list(found.select_related("by").order_by("position"))


def _notes(
    case: Case, reader: Identity, rights: frozenset[CaseRight], now: datetime, shown: int
) -> tuple[list[InternalNote], int]:
    """Return the newest notes, oldest first, and how many there are; nothing without the right."""
    if CaseRight.NOTE not in rights:
        return [], 0
    notes = access.visible_notes(reader, case, now)
    newest = list(notes.order_by("-pk")[:shown])
    newest.reverse()
    count = notes.count() if len(newest) == shown else len(newest)
    return newest, count


def _files_of(
    rows: Iterable[CaseUpdate | InternalNote], *, may_delete: bool
) -> dict[tuple[str, int], tuple[FileLine, ...]]:
    updates = [row.pk for row in rows if isinstance(row, CaseUpdate)]
    notes = [row.pk for row in rows if isinstance(row, InternalNote)]
    found: dict[tuple[str, int], list[FileLine]] = {}
    attachments = Attachment.objects.filter(Q(update__in=updates) | Q(note__in=notes))
    for one in attachments.select_related("file", "deleted_by").order_by("pk"):
        key = ("note", one.note_id) if one.note_id else ("update", one.update_id or 0)
        found.setdefault(key, []).append(file_line(one, may_delete=may_delete))
    return {key: tuple(lines) for key, lines in found.items()}


def _file_key(row: CaseUpdate | InternalNote) -> tuple[str, int]:
    return ("note" if isinstance(row, InternalNote) else "update", row.pk)


def _state_of(attachment: Attachment) -> str:
    if attachment.deleted_at is not None:
        return "deleted"
    if attachment.file.removed_at is not None:
        return "removed"
    if attachment.file.scan_state == ScanState.INFECTED:
        return "infected"
    return "" if may_be_given_out(attachment.file) else "held"
