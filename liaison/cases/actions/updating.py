"""What every change of a case shares: the lock, the version, the update that it leaves, and whom it tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.audit.actions import Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.cases import following
from liaison.cases.models import Attachment, Case, CaseUpdate, InternalNote
from liaison.cases.search.writing import index_update
from liaison.cases.telling import tell
from liaison.cases.transitions import Side
from liaison.cases.vocabulary import CaseCode, CaseRight, ChangeKind, Via
from liaison.files.models import StoredFile
from liaison.lib.bulk import insert_object
from liaison.lib.prepared import Prepared, PreparedValues
from liaison.lib.refusals import Conflict


@dataclass(slots=True)
class Changes:
    """What one Send changes: facts for its update, fields of the case, new attachments, events for the history."""

    facts: list[dict[str, Any]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    attachments: list[Attachment] = field(default_factory=list)
    events: list[tuple[Happened, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)

    def fact(self, kind: ChangeKind, **facts: Any) -> None:
        self.facts.append({"kind": kind.value, **facts})

    def attach(self, case: Case, files: Iterable[StoredFile]) -> None:
        """Let files become attachments of the update."""
        self.attach_each([Attachment(case=case, file=one) for one in files])

    def attach_each(self, fresh: Sequence[Attachment]) -> None:
        """Let attachments be told of whose files may still have to be taken."""
        if fresh:
            self.attachments += fresh
            self.fact(ChangeKind.ATTACHED, attachments=[one.public_id for one in fresh])
            self.event(Happened.ATTACHMENT_ADDED, attachments=[one.public_id for one in fresh])

    def event(self, happened: Happened, *, changes: Mapping[str, Any] | None = None, **facts: Any) -> None:
        self.events.append((happened, changes or {}, facts))


def person(actor: Actor) -> Identity | None:
    return None if isinstance(actor, System) else actor


def side_of(rights: frozenset[CaseRight]) -> Side:
    """Return whose side an actor with these rights is on."""
    return Side.STAFF if CaseRight.WORK in rights else Side.ACCOUNT


def locked(case: Case) -> Case:
    """Return the case as it is now, its row locked until the transaction ends."""
    return _LOCKED.get(case.pk)


def refuse_closed(case: Case) -> None:
    """Raise Conflict for a closed case: it takes nothing but sharing, handing over and reopening (W9)."""
    if case.is_closed and case.closed_at is not None:
        raise Conflict(CaseCode.CLOSED, at=case.closed_at)


def refuse_changed(case: Case, expected_version: int | None) -> None:
    """Raise Conflict when the sender saw an older state of the case, with what came since: who, when, how many."""
    if expected_version is None or case.version == expected_version:
        return
    newest = CaseUpdate.objects.filter(case=case).select_related("by").order_by("-position").first()
    raise Conflict(
        CaseCode.CHANGED_MEANWHILE,
        by=newest.by.name if newest is not None and newest.by is not None else "",
        is_by_staff=newest is not None and newest.is_by_staff,
        at=newest.at if newest is not None else None,
        version=case.version,
    )


def append_update(
    *,
    actor: Actor,
    case: Case,
    side: Side,
    now: datetime,
    text: str = "",
    changes: Changes,
    personal_data: Mapping[str, Any] | None = None,
    via: Via = Via.PORTAL,
) -> CaseUpdate:
    """Write one update of a locked case, move the case with it, and tell of it. The one way in which a case changes.

    `case` holds its new values; `changes.fields` names those that are to be written.
    """
    latest = next(iter(_LATEST.rows(case.pk)), (0,))[0]
    update = CaseUpdate(
        case=case,
        position=latest + 1,
        by=person(actor),
        is_by_staff=side is Side.STAFF,
        via=via.value,
        at=now,
        text=text,
        changes=changes.facts,
        personal_data=dict(personal_data or {}),
    )
    insert_object(update)
    keep_attachments(changes.attachments, update=update)
    _move(case, changes.fields, now)
    record_changes(actor, case, changes, now)
    index_update(update)
    if isinstance(actor, Identity):
        following.begin(case, actor, now)
    tell(update, now)
    return update


def keep_attachments(
    attachments: Sequence[Attachment], *, update: CaseUpdate | None = None, note: InternalNote | None = None
) -> None:
    """Keep new attachments as those of an update or of a note."""
    if not attachments:
        return
    for one in attachments:
        one.update, one.note = update, note
    Attachment.objects.bulk_create(attachments)


def record_changes(actor: Actor, case: Case, changes: Changes, now: datetime) -> None:
    """Write the events of a change into the history, in one statement."""
    record_each(entries_of(case, changes), actor=actor.audit_ref, now=now)


def entries_of(case: Case, changes: Changes) -> list[Entry]:
    """Return the events of a change as the history takes them."""
    return [
        Entry(happened, case.subject_ref, case.account_id, changed, facts)
        for happened, changed, facts in changes.events
    ]


def _move(case: Case, fields: set[str], now: datetime) -> None:
    case.version += 1
    case.updated_at = max(now, case.updated_at)
    case.staff_updated_at = max(now, case.staff_updated_at)
    case.save(update_fields=sorted(fields | {"version", "updated_at", "staff_updated_at"}))


def move_for_staff(case: Case, now: datetime) -> None:
    """Move a locked case in the staff's order alone, by what nobody else sees (W8): also its version stays."""
    case.staff_updated_at = max(now, case.staff_updated_at)
    case.save(update_fields=["staff_updated_at"])


def _locked_row(case: int) -> QuerySet[Case]:
    rows = Case.objects.select_related("account", "integration", "filed_by", "closed_by").filter(pk=case)
    return rows.select_for_update(of=("self",), no_key=True)


# Every Send asks both.
_LOCKED: Final = Prepared(_locked_row, int)
_LATEST: Final = PreparedValues(
    lambda case: CaseUpdate.objects.filter(case=case).order_by("-position").values_list("position")[:1], int
)
