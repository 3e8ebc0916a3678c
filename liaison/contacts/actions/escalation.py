"""How the account's escalations go on: the time for an answer at each step, and how often everybody is called."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.access import require_edit
from liaison.contacts.codes import EscalationPaceCode
from liaison.contacts.keeping import lock_record
from liaison.contacts.models import MOST_ESCALATION_MINUTES, MOST_ESCALATION_ROUNDS, ContactRecord
from liaison.lib.refusals import FieldProblem, Invalid


def change_escalation_pace(
    *, actor: Actor, account: Account, minutes: int, rounds: int, now: datetime
) -> ContactRecord:
    """Change the pace. What runs already goes on as it began. Raises Invalid with every problem at once."""
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        _refuse_what_is_out_of_range(minutes, rounds)
        before = pace_facts(current)
        current.escalation_minutes, current.escalation_rounds = minutes, rounds
        after = pace_facts(current)
        if before != after:
            current.save(update_fields=["escalation_minutes", "escalation_rounds"])
            record(
                Happened.ESCALATION_PACE_CHANGED,
                actor=actor.audit_ref,
                subject=SubjectRef("contact_record", str(current.pk)),
                account_id=current.account_id,
                changes={"escalation": [[before], [after]]},
                now=now,
            )
    return current


def pace_facts(current: ContactRecord) -> dict[str, int]:
    return {"minutes": current.escalation_minutes, "rounds": current.escalation_rounds}


def _refuse_what_is_out_of_range(minutes: int, rounds: int) -> None:
    problems = []
    if not 1 <= minutes <= MOST_ESCALATION_MINUTES:
        problems.append(
            FieldProblem("minutes", EscalationPaceCode.OUT_OF_RANGE, {"least": 1, "most": MOST_ESCALATION_MINUTES})
        )
    if not 1 <= rounds <= MOST_ESCALATION_ROUNDS:
        problems.append(
            FieldProblem("rounds", EscalationPaceCode.OUT_OF_RANGE, {"least": 1, "most": MOST_ESCALATION_ROUNDS})
        )
    if problems:
        raise Invalid(tuple(problems))
