"""Whom a verb tells of a Send: what it calls, in its own transaction. Internal notes have no way through here (W8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from liaison.cases.delegated.owners import facts_of_owner
from liaison.cases.models import CaseUpdate
from liaison.cases.vocabulary import CASE, CASE_UPDATE, ChangeKind, UrgentState
from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce, announce_to_anybody
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.registry import Subject

# What stands in the history and is no reason for a mail: whoever is concerned is told in another way, or nobody is.
UNTOLD: Final = frozenset(
    {
        ChangeKind.LINKED.value,
        ChangeKind.UNLINKED.value,
        ChangeKind.FOLLOWED_UP.value,
        ChangeKind.SHARED.value,
        ChangeKind.SHARE_ENDED.value,
    }
)
# What lets nobody be called any more about an urgent case: it was assessed, or it is over.
_ENDS_TRIAGE: Final = frozenset({ChangeKind.URGENT_STATE.value, ChangeKind.CLOSED.value})


def tell(update: CaseUpdate, now: datetime) -> None:
    """Announce one Send to the filer, to shares and to followers; of a new urgent case also call the triage.

    Three statements and none where nobody hears of it: the planning reads who has to do with the case in one.
    """
    kinds = {str(change["kind"]) for change in update.changes}
    if update.text or kinds - UNTOLD:
        announce_to_anybody((Topic.CASE_UPDATE,), subject_of(update), now=now)
    if update.case.is_urgent and kinds & _ENDS_TRIAGE:
        resolve_escalations(CASE, [str(update.case_id)], now=now)
    if ChangeKind.FILED.value in kinds and update.case.urgent_state == UrgentState.CLAIMED:
        announce((Topic.URGENT_CASE,), Subject(CASE, str(update.case_id), update.case.account_id), now=now)


def subject_of(update: CaseUpdate) -> Subject:
    """Return a Send as an announcement names it. Facts: the case's key, and whose Send it is, None for nobody's."""
    facts: dict[str, Any] = {"case": update.case_id, "by": update.by_id}
    if is_filing(update):
        facts |= {"filed": True, **facts_of_owner(update)}
    return Subject(CASE_UPDATE, str(update.pk), update.case.account_id, facts)


def is_filing(update: CaseUpdate) -> bool:
    return any(change["kind"] == ChangeKind.FILED for change in update.changes)
