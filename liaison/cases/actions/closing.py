"""The end of a case, and its return: reopening (D8, W9), and closing many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.cases import access, personal
from liaison.cases.actions.sending import send_update
from liaison.cases.actions.updating import Changes, append_update, locked, refuse_changed, side_of
from liaison.cases.checking import LONGEST_JUSTIFICATION, Problems
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.requests import CloseResult, PersonalDataSaid, Sending
from liaison.cases.transitions import CaseEvent, Side, last_moment_to_reopen, may_reopen, next_state
from liaison.cases.vocabulary import CaseCode, CaseRight, CaseState, ChangeKind, CloseReason, Via
from liaison.lib.refusals import CommonCode, Conflict, Invalid, Missing, Refusal

MOST_AT_ONCE: Final = 100


def reopen_case(
    *,
    actor: Actor,
    case: Case,
    reason: str,
    now: datetime,
    personal_data: PersonalDataSaid | None = None,
    expected_version: int | None = None,
    via: Via = Via.PORTAL,
) -> CaseUpdate:
    """Reopen a closed case: whoever may change it strictly before 30 × 24 h have passed, support agents always.

    Raises Missing, Forbidden, Invalid without a reason, and Conflict: it is not closed, or it is too late, with the
    moment until which it could be reopened.
    """
    access.require(actor, case, CaseRight.CHANGE, now)
    problems = Problems()
    said = problems.text("reason", reason, LONGEST_JUSTIFICATION, required=True)
    problems.refuse_any()
    known = personal.known_addresses(actor, case.filed_by)
    kept = personal.require_said({"reason": said}, (), personal_data, known=known)
    side = side_of(access.rights_on(actor, case, now))
    with transaction.atomic():
        current = locked(case)
        refuse_changed(current, expected_version)
        changes = _reopened(current, said, side, now)
        return append_update(
            actor=actor, case=current, side=side, changes=changes, personal_data=kept, via=via, now=now
        )


def close_cases(
    *,
    actor: Identity,
    numbers: Sequence[str],
    reason: CloseReason,
    now: datetime,
    text: str = "",
    via: Via = Via.PORTAL,
) -> tuple[CloseResult, ...]:
    """Close many cases for one reason, each in a transaction of its own; say of each what became of it.

    At most MOST_AT_ONCE, each number once. One that the actor does not see is refused as one that does not exist.
    Raises Forbidden for whoever closes no case at all, and Invalid for too many.
    """
    access.require_changing(actor)
    wanted = tuple(dict.fromkeys(numbers))
    problems = Problems()
    if len(wanted) > MOST_AT_ONCE:
        problems.add("numbers", CaseCode.TOO_MANY, most=MOST_AT_ONCE)
    problems.refuse_any()
    return tuple(_closed(actor, number, Sending(text=text, close=reason, via=via), now) for number in wanted)


def _closed(actor: Identity, number: str, sending: Sending, now: datetime) -> CloseResult:
    title = ""
    try:
        case = access.case_for(actor, number, now)
        title = case.title
        send_update(actor=actor, case=case, sending=sending, now=now)
    except Missing as refusal:
        refusal.keep()
        return CloseResult(number, "", CommonCode.MISSING)
    except Invalid as refusal:
        return CloseResult(number, title, refusal.problems[0].code, refusal.problems[0].facts)
    except Refusal as refusal:
        refusal.keep()
        return CloseResult(number, title, refusal.code, refusal.facts)
    return CloseResult(number, title)


def _reopened(case: Case, reason: str, side: Side, now: datetime) -> Changes:
    if not case.is_closed or case.closed_at is None:
        raise Conflict(CaseCode.NOT_CLOSED)
    if not may_reopen(case.closed_at, now, side):
        raise Conflict(CaseCode.TOO_LATE_TO_REOPEN, until=last_moment_to_reopen(case.closed_at))
    after = next_state(CaseState(case.state), CaseEvent.REOPENED, side)
    values = {"state": after.value, "closed_at": None, "closed_by": None, "close_reason": ""}
    for name, value in values.items():
        setattr(case, name, value)
    changes = Changes(fields=set(values))
    changes.fact(ChangeKind.REOPENED, reason=reason)
    changes.event(Happened.CASE_REOPENED, changes={"state": [CaseState.CLOSED.value, after.value]})
    return changes
