"""Cases as rows for tests of lists and search: quick, with their words in the index. For tests only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from liaison.accounts.models import Account, Identity
from liaison.cases.models import Case, CaseUpdate, InternalNote
from liaison.cases.search.writing import index_case, index_note, index_update
from liaison.cases.vocabulary import CaseState, CloseReason

SOON: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""The moment when the first case of a test is filed; each further one is a minute later."""


def keep_case(
    account: Account, title: str = "Orders fail", text: str = "", *, indexed: bool = True, **values: Any
) -> Case:
    """Make a case that was filed and nothing else; `values` are columns."""
    at = values.pop("at", SOON + timedelta(minutes=Case.objects.count()))
    state = values.get("state", CaseState.NEW)
    if state == CaseState.CLOSED:
        values = {"closed_at": at, "close_reason": CloseReason.SOLVED.value, **values}
    wanted = {
        "product": "ordering",
        "category": "orders",
        "severity": 3,
        "language": "en",
        "time_zone": "Europe/Rome",
        "created_at": at,
        "updated_at": at,
        "staff_updated_at": at,
    }
    case = Case.objects.create(account=account, title=title, **{**wanted, **values})
    CaseUpdate.objects.create(case=case, position=1, is_by_staff=False, at=at, text=text, by=case.filed_by)
    if indexed:
        index_case(case, text)
    return case


def keep_update(
    case: Case,
    text: str,
    changes: Sequence[dict[str, Any]] = (),
    *,
    by: Identity | None = None,
    at: datetime | None = None,
    indexed: bool = True,
) -> CaseUpdate:
    """Let a case have a further Send, and move its moments."""
    at = at or case.updated_at + timedelta(seconds=1)
    update = CaseUpdate.objects.create(
        case=case,
        position=case.updates.count() + 1,
        is_by_staff=False,
        at=at,
        text=text,
        changes=list(changes),
        by=by,
    )
    case.updated_at, case.staff_updated_at = at, max(at, case.staff_updated_at)
    case.save(update_fields=["updated_at", "staff_updated_at"])
    if indexed:
        index_update(update)
    return update


def keep_note(case: Case, text: str, *, at: datetime | None = None, indexed: bool = True) -> InternalNote:
    """Let staff note something, which moves nothing that others see."""
    note = InternalNote.objects.create(case=case, text=text, at=at or case.staff_updated_at + timedelta(seconds=1))
    case.staff_updated_at = note.at
    case.save(update_fields=["staff_updated_at"])
    if indexed:
        index_note(note)
    return note
