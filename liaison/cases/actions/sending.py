"""One Send: everything that somebody wrote and collected takes effect at once, or not at all (D7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.cases import access, personal
from liaison.cases.actions.attaching import asked_for, offered, taken
from liaison.cases.actions.updating import (
    Changes,
    append_update,
    locked,
    person,
    refuse_changed,
    refuse_closed,
    side_of,
)
from liaison.cases.checking import LONGEST_JUSTIFICATION, LONGEST_REASON, Problems
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.requests import Sending
from liaison.cases.transitions import EVENT_OF_STATE, CaseEvent, Side, next_state
from liaison.cases.vocabulary import (
    CLOSE_REASONS_OF_ACCOUNT,
    CaseCode,
    CaseRight,
    CaseState,
    ChangeKind,
    CloseReason,
    EscalationReason,
)
from liaison.catalog.vocabulary import CaseSeverity, SupportTier
from liaison.files.models import StoredFile
from liaison.lib.refusals import Conflict, FieldProblem, Forbidden, Invalid


def send_update(*, actor: Actor, case: Case, sending: Sending, now: datetime) -> CaseUpdate:
    """Write to a case and change it, in one update. The case is that of the returned update.

    Raises Missing, Forbidden (its code says why), Invalid (also for personal data that nobody gave a reason for),
    and Conflict: the case is closed, or it changed since `expected_version`.
    """
    rights = access.rights_on(actor, case, now)
    _require(actor, case, rights, sending, now)
    side = side_of(rights)
    checked = _Checked(sending, case, side)
    files = offered(actor, checked.files)
    known = personal.known_addresses(actor, case.filed_by)
    said = personal.require_said(checked.texts, files, sending.personal_data, known=known)
    with transaction.atomic():
        current = locked(case)
        # Looking for personal data takes its time: a share that ended meanwhile gives no right any more (W6).
        _require(actor, current, access.rights_on(actor, current, now), sending, now)
        refuse_closed(current)
        refuse_changed(current, sending.expected_version)
        used = taken(actor, case.account, checked.files, now)
        changes = _changed(current, checked, used, actor=actor, side=side, now=now)
        return append_update(
            actor=actor,
            case=current,
            side=side,
            now=now,
            text=checked.text,
            changes=changes,
            personal_data=said,
            via=sending.via,
        )


def _require(actor: Actor, case: Case, rights: frozenset[CaseRight], sending: Sending, now: datetime) -> None:
    lacking = needed_for(sending) - rights
    if lacking or not rights:
        raise access.refusal_of(actor, case, now, lacking)


def needed_for(sending: Sending) -> frozenset[CaseRight]:
    """Return the rights that a Send needs."""
    needed = {CaseRight.COMMENT}
    if sending.severity is not None or sending.close is not None or sending.escalate is not None:
        needed.add(CaseRight.CHANGE)
    if sending.set_state is not None:
        needed.add(CaseRight.WORK)
    return frozenset(needed)


class _Checked:
    """A Send as it is kept, checked against everything but the state of the case."""

    def __init__(self, sending: Sending, case: Case, side: Side) -> None:
        problems = Problems()
        self.text = problems.text("text", sending.text)
        self.files = problems.files("files", sending.files)
        self.severity = sending.severity
        self.severity_reason = problems.line("severity_reason", sending.severity_reason, LONGEST_REASON)
        self.close, self.escalate = sending.close, sending.escalate
        self.justification = problems.text("justification", sending.justification, LONGEST_JUSTIFICATION)
        self.set_state = sending.set_state
        self.deletions = asked_for(case, sending.ask_deletion, problems)
        self._check_close(problems, side)
        if self.escalate is not None and not self.justification:
            problems.add("justification", CaseCode.REASON_NEEDED)
        if self.set_state is not None and self.set_state not in EVENT_OF_STATE:
            problems.add("set_state", CaseCode.STATE_NOT_SET)
        if self._is_empty:
            problems.add("text", CaseCode.NOTHING_SENT)
        problems.refuse_any()

    @property
    def texts(self) -> dict[str, str]:
        """Return what is searched for personal data, by field."""
        reasons = {f"ask_deletion.{number}.reason": reason for number, (_, reason) in enumerate(self.deletions)}
        texts = {
            "text": self.text,
            "severity_reason": self.severity_reason if self.severity is not None else "",
            "justification": self.justification if self.escalate is not None else "",
            **reasons,
        }
        return {field: text for field, text in texts.items() if text}

    @property
    def _is_empty(self) -> bool:
        changed = (self.severity, self.close, self.escalate, self.set_state)
        return not (self.text or self.files or self.deletions or any(one is not None for one in changed))

    def _check_close(self, problems: Problems, side: Side) -> None:
        if self.close is None:
            return
        if side is Side.ACCOUNT and self.close not in CLOSE_REASONS_OF_ACCOUNT:
            problems.add("close", CaseCode.REASON_NOT_YOURS)
        if self.close is CloseReason.OTHER and not self.text:
            problems.add("text", CaseCode.REASON_NEEDED)
        if self.escalate is not None or self.set_state is not None:
            problems.add("close", CaseCode.CONTRADICTION)


def _changed(
    case: Case, checked: _Checked, used: Sequence[StoredFile], *, actor: Actor, side: Side, now: datetime
) -> Changes:
    changes = Changes()
    _set_severity(case, checked, changes, side)
    _escalate(case, checked.escalate, checked.justification, changes, now)
    changes.attach(case, used)
    _ask_for_deletion(checked, changes)
    if checked.close is not None:
        close(case, changes, reason=checked.close, by=person(actor), side=side, now=now)
    else:
        _set_state(case, checked, changes, side)
    if not (checked.text or changes.facts):
        raise Invalid((FieldProblem("text", CaseCode.NOTHING_SENT),))
    if checked.text or not changes.events:
        changes.event(Happened.CASE_UPDATED, length=len(checked.text))
    return changes


def _set_severity(case: Case, checked: _Checked, changes: Changes, side: Side) -> None:
    """Set another severity. A worse one needs a reason, and so does any that support sets."""
    before, after = case.severity, checked.severity
    if after is None or after == before:
        return
    if (after < before or side is Side.STAFF) and not checked.severity_reason:
        raise Invalid((FieldProblem("severity_reason", CaseCode.REASON_NEEDED),))
    case.severity = after.value
    changes.fields.add("severity")
    changes.fact(ChangeKind.SEVERITY, before=before, after=after.value, reason=checked.severity_reason)
    pair = [CaseSeverity(before).key, after.key]
    changes.event(Happened.CASE_SEVERITY_CHANGED, changes={"severity": pair})


def _escalate(case: Case, reason: EscalationReason | None, justification: str, changes: Changes, now: datetime) -> None:
    """Mark the case (D7); what else escalating brings about follows from the update and from `escalated_at`.

    Premium support counts at this moment (W9).
    """
    if reason is None:
        return
    if case.account.support_tier != SupportTier.PREMIUM:
        raise Forbidden(CaseCode.NO_PREMIUM)
    if case.escalated_at is not None:
        raise Conflict(CaseCode.ESCALATED_ALREADY, at=case.escalated_at)
    case.escalated_at = now
    changes.fields.add("escalated_at")
    changes.fact(ChangeKind.ESCALATED, reason=reason.value, justification=justification)
    changes.event(Happened.CASE_ESCALATED, reason=reason.value)


def _ask_for_deletion(checked: _Checked, changes: Changes) -> None:
    for attachment, reason in checked.deletions:
        changes.fact(ChangeKind.DELETION_ASKED, attachment=attachment, reason=reason)
        changes.event(Happened.ATTACHMENT_DELETION_ASKED, attachment=attachment)


def _set_state(case: Case, checked: _Checked, changes: Changes, side: Side) -> None:
    before = CaseState(case.state)
    if checked.set_state is not None:
        event = EVENT_OF_STATE[checked.set_state]
    elif checked.text or checked.files or checked.escalate is not None:
        event = CaseEvent.WRITTEN
    else:
        return
    after = next_state(before, event, side)
    if after is not before:
        case.state = after.value
        changes.fields.add("state")
        changes.fact(ChangeKind.STATE, before=before.value, after=after.value)
        changes.event(Happened.CASE_UPDATED, changes={"state": [before.value, after.value]})


def close(case: Case, changes: Changes, *, reason: CloseReason, by: Identity | None, side: Side, now: datetime) -> None:
    """Close a locked case: what was said about it is the update's text. It stands on no queue any more."""
    before = CaseState(case.state)
    after = next_state(before, CaseEvent.CLOSED, side)
    values: dict[str, Any] = {
        "state": after.value,
        "closed_at": now,
        "closed_by": by,
        "close_reason": reason.value,
        "escalated_at": None,
    }
    for name, value in values.items():
        setattr(case, name, value)
    changes.fields.update(values)
    changes.fact(ChangeKind.CLOSED, before=before.value, reason=reason.value)
    changes.event(Happened.CASE_CLOSED, changes={"state": [before.value, after.value]}, reason=reason.value)
