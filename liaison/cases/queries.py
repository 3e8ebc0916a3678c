"""Reading cases for somebody: what they hold as facts, as far as the reader sees it, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from django.db.models import Prefetch, QuerySet

from liaison.accounts.actors import Actor
from liaison.cases import access, transitions
from liaison.cases.models import Attachment, Case, CaseUpdate, InternalNote
from liaison.cases.saying import Known
from liaison.cases.vocabulary import CaseRight
from liaison.health.access import visible_incidents
from liaison.health.titles import title_of

# What of a change names something that not everybody who sees the case may see.
_NAMED: Final = ("case", "incident")


class Changed(Protocol):
    """What of an update names something else."""

    @property
    def changes(self) -> Iterable[Mapping[str, Any]]: ...


def last_moment_to_reopen(case: Case) -> datetime | None:
    """Return the last moment (UTC) at which the account can reopen a closed case; None for an open one (D8)."""
    return transitions.last_moment_to_reopen(case.closed_at) if case.closed_at is not None else None


def updates_of(case: Case) -> QuerySet[CaseUpdate]:
    """Return everything that was sent, oldest first, with its sender and attachments. Two queries for any number."""
    return CaseUpdate.objects.filter(case=case).select_related("by").prefetch_related(_attachments()).order_by("pk")


def notes_of(reader: Actor, case: Case, now: datetime) -> QuerySet[InternalNote]:
    """Return the internal notes with their attachments, for staff who may read them; none for anybody else (W8)."""
    return access.visible_notes(reader, case, now).prefetch_related(_attachments())


def attachments_of(reader: Actor, case: Case, now: datetime) -> QuerySet[Attachment]:
    """Return the attachments that the reader sees, with their files, in the order in which they came. One query."""
    attachments = Attachment.objects.filter(case=case).select_related("file", "deleted_by").order_by("pk")
    is_open = CaseRight.NOTE in access.rights_on(reader, case, now)
    return attachments if is_open else attachments.filter(note=None)


def known_to(
    reader: Actor, case: Case, updates: Iterable[Changed], now: datetime, files: Mapping[str, str] | None = None
) -> Known:
    """Return what the changes of updates name and the reader may see. At most a query for each kind of thing.

    `files` are the names of the case's attachments by public id, where they were read already.
    """
    changes = [change for update in updates for change in update.changes]
    if not changes:
        return Known()
    cases, incidents, shares = (_ids(changes, kind) for kind in ("case", "incident", "share"))
    return Known(
        files=_file_names(case, changes) if files is None else files,
        cases=_titles(reader, cases, now) if cases else {},
        incidents=_titles_of_incidents(reader, incidents) if incidents else {},
        shares=_addresses(reader, case, shares, now) if shares else {},
    )


def without_unseen(changes: Iterable[Mapping[str, Any]], known: Known) -> list[dict[str, Any]]:
    """Return changes as facts, without the name of what the reader does not see."""
    seen = {"case": known.cases, "incident": known.incidents}
    return [
        {name: value for name, value in change.items() if name not in _NAMED or value in seen[name]}
        for change in changes
    ]


def _file_names(case: Case, changes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    files = _ids(changes, "attachment") | {one for change in changes for one in change.get("attachments", ())}
    attached = Attachment.objects.filter(case=case, note=None, public_id__in=files)
    return dict(attached.values_list("public_id", "file__name")) if files else {}


def _titles(reader: Actor, numbers: set[str], now: datetime) -> dict[str, str]:
    seen = access.visible_cases(reader, now).filter(number__in=numbers)
    return dict(seen.values_list("number", "title"))


def _titles_of_incidents(reader: Actor, ids: set[str]) -> dict[str, str]:
    return {one.public_id: title_of(one) for one in visible_incidents(reader).filter(public_id__in=ids)}


def _addresses(reader: Actor, case: Case, shares: set[str], now: datetime) -> dict[str, str]:
    """Return the addresses of shares, for those who may know with whom a case is shared."""
    if not access.rights_on(reader, case, now) & {CaseRight.CHANGE, CaseRight.NOTE}:
        return {}
    return dict(case.shares.filter(public_id__in=shares).values_list("public_id", "address"))


def _attachments() -> Prefetch[str, QuerySet[Attachment], str]:
    rows = Attachment.objects.select_related("file", "deleted_by").order_by("pk")
    return Prefetch("attachments", rows)


def _ids(changes: Iterable[Mapping[str, Any]], kind: str) -> set[str]:
    return {str(change[kind]) for change in changes if change.get(kind)}
