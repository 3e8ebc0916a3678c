"""Pausing, resuming, disabling and restoring what is launched (S5, W2, W9)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.rights import Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.integrations.access import require
from liaison.integrations.actions.stages import locked_integration
from liaison.integrations.models import Integration
from liaison.integrations.transitions import StatusVerb, status_after
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import is_within_the_calendar
from liaison.notifications.actions import announce
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.registry import Subject
from liaison.notifications.told import told_about

SUBJECT_KIND: Final = "integration"
EMERGENCY_TOPICS: Final = (Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT)


def pause_integration(
    *, actor: Actor, integration: Integration, now: datetime, until: datetime | None = None
) -> Integration:
    """Pause for maintenance, optionally with a planned end (aware, in the future). A paused one gets a new end.

    Past the end it stays paused until somebody resumes it.
    """
    with transaction.atomic():
        require(actor, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.PAUSE)
        if until is not None and until <= now:
            raise Invalid((FieldProblem("until", IntegrationCode.PAUSE_ENDS_IN_THE_PAST),))
        if until is not None and not is_within_the_calendar(until):
            raise Invalid((FieldProblem("until", IntegrationCode.UNKNOWN_MOMENT),))
        return _change(locked, StatusVerb.PAUSE, Happened.INTEGRATION_PAUSED, actor=actor, now=now, until=until)


def resume_integration(*, actor: Actor, integration: Integration, now: datetime) -> Integration:
    """Set a paused integration live again. A disabled one is not the partner's to resume (S5)."""
    with transaction.atomic():
        require(actor, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
        locked = locked_integration(integration)
        return _change(locked, StatusVerb.RESUME, Happened.INTEGRATION_RESUMED, actor=actor, now=now)


def disable_integration(*, actor: Actor, integration: Integration, now: datetime) -> Integration:
    """Disable, by the operator: a technical emergency for the account, in one announcement (section R)."""
    with transaction.atomic():
        require(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = locked_integration(integration)
        _change(locked, StatusVerb.DISABLE, Happened.INTEGRATION_DISABLED, actor=actor, now=now)
        announce(EMERGENCY_TOPICS, _subject(locked, "disabled"), now=now)
    return locked


def restore_integration(*, actor: Actor, integration: Integration, now: datetime) -> Integration:
    """Set a disabled integration live again, by the operator; who was told of the end is told of the return."""
    with transaction.atomic():
        require(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = locked_integration(integration)
        _change(locked, StatusVerb.RESTORE, Happened.INTEGRATION_RESTORED, actor=actor, now=now)
        resolve_escalations(SUBJECT_KIND, [str(locked.pk)], now=now)
        told = told_about(SUBJECT_KIND, str(locked.pk))
        topics = tuple(topic for topic in EMERGENCY_TOPICS if topic in told.topics)
        if topics:
            announce(topics, _subject(locked, "restored"), now=now)
    return locked


def _change(
    locked: Integration,
    verb: StatusVerb,
    happened: Happened,
    *,
    actor: Actor,
    now: datetime,
    until: datetime | None = None,
) -> Integration:
    before, end_before = locked.status, locked.paused_until
    locked.status = status_after(before, verb)
    locked.paused_until = until
    locked.status_changed_at = now
    locked.save(update_fields=["status", "paused_until", "status_changed_at"])
    changes: dict[str, list[str | None]] = {"status": [before, locked.status]}
    if end_before != until:
        changes["paused_until"] = [_text(end_before), _text(until)]
    record(
        happened,
        actor=actor.audit_ref,
        subject=locked.audit_ref,
        account_id=locked.account_id,
        changes=changes,
        now=now,
    )
    return locked


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _subject(integration: Integration, event: str) -> Subject:
    return Subject(SUBJECT_KIND, str(integration.pk), integration.account_id, {"event": event})
