"""Starting and ending drills: by people here, by the ticker with the same two functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.drills.access import id_of, require_run
from liaison.drills.models import Drill
from liaison.drills.topics import hypothetical, subject_of
from liaison.drills.vocabulary import DRILL_FIELDS, DrillCode, DrillEvent, Outcome, SubjectKind
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.notifications.actions import announce, preview
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.models import Escalation, EscalationState


@dataclass(frozen=True)
class Wanted:
    """A drill to begin. `planned_for` is the moment of the schedule, None for one that a person starts."""

    account: Account
    field: ContactField
    everybody: bool
    is_announced: bool = False
    planned_for: datetime | None = None


def start_drill(
    *, actor: Actor, account: Account, field: str, everybody: bool = False, is_announced: bool = False, now: datetime
) -> Drill:
    """Start a drill of a field now. With `is_announced` the administrators hear that it begins.

    In a drill of the emergency contacts the first answer ends the calling, as in reality; or `everybody` is called,
    and each is to answer. Raises Invalid for a field that cannot be drilled, Conflict while another drill or a real
    emergency of the account runs, and where nobody of the field can be told.
    """
    with transaction.atomic():
        require_run(actor, account)
        if field not in DRILL_FIELDS:
            raise Invalid((FieldProblem("field", DrillCode.UNKNOWN_FIELD),))
        wanted = Wanted(account, ContactField(field), everybody, is_announced)
        lock_account(account)
        if Drill.objects.filter(account=account, ended_at=None).exists():
            raise Conflict(DrillCode.RUNS_ALREADY)
        if emergency_runs(account.pk):
            raise Conflict(DrillCode.EMERGENCY_RUNS)
        if preview((Topic.DRILL,), hypothetical(account, wanted.field, everybody=everybody), now).nobody:
            raise Conflict(DrillCode.NOBODY_TO_TELL)
        return begin_drill(actor, wanted, now=now)


def end_drill(*, actor: Actor, drill: Drill, now: datetime) -> Drill:
    """Stop a drill that runs: nobody else is called. Raises Conflict for one that is over."""
    with transaction.atomic():
        require_run(actor, drill.account)
        locked = locked_drill(drill.pk)
        if not locked.is_running:
            raise Conflict(DrillCode.IS_OVER)
        return finish_drill(actor, locked, Outcome.STOPPED, now=now)


def begin_drill(actor: Actor, wanted: Wanted, *, now: datetime) -> Drill:
    """Keep the drill and tell its people, in the caller's transaction with the account locked."""
    drill = Drill.objects.create(
        account=wanted.account,
        field=wanted.field,
        everybody=wanted.everybody and wanted.field is ContactField.EMERGENCY,
        is_announced=wanted.is_announced,
        planned_for=wanted.planned_for,
        started_at=now,
        started_by_id=id_of(actor),
    )
    record(
        Happened.DRILL_STARTED,
        actor=actor.audit_ref,
        subject=drill.audit_ref,
        account_id=drill.account_id,
        facts={"field": drill.field, "everybody": drill.everybody, "scheduled": wanted.planned_for is not None},
        now=now,
    )
    drill.announcement = announce((Topic.DRILL,), subject_of(drill, DrillEvent.STARTED), now=now)
    drill.save(update_fields=["announcement"])
    if wanted.is_announced and wanted.planned_for is None:
        announce((Topic.DRILL,), subject_of(drill, DrillEvent.ANNOUNCED), now=now)
    return drill


def finish_drill(actor: Actor, drill: Drill, outcome: Outcome, *, now: datetime) -> Drill:
    """End a locked drill, call nobody else, and tell the administrators how it went."""
    drill.ended_at, drill.outcome = now, outcome
    drill.ended_by_id = None if isinstance(actor, System) else actor.pk
    drill.save(update_fields=["ended_at", "outcome", "ended_by"])
    if Escalation.objects.filter(announcement=drill.announcement_id, state=EscalationState.RUNNING).exists():
        resolve_escalations(SubjectKind.DRILL, [str(drill.pk)], now=now)  # what is exhausted stays so
    record(
        Happened.DRILL_ENDED,
        actor=actor.audit_ref,
        subject=drill.audit_ref,
        account_id=drill.account_id,
        facts={"outcome": outcome.value},
        now=now,
    )
    announce((Topic.DRILL,), subject_of(drill, DrillEvent.ENDED), now=now)
    return drill


def locked_drill(key: int) -> Drill:
    """Lock a drill: always before its escalation."""
    return Drill.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=key)


def emergency_runs(account_id: int, since: datetime | None = None) -> bool:
    """Say whether people of the account are called about something real; with `since`, that began after it."""
    running = Escalation.objects.filter(account_id=account_id, state=EscalationState.RUNNING)
    real = running.exclude(topic=Topic.DRILL)
    return (real if since is None else real.filter(started_at__gte=since)).exists()
