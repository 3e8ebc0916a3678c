"""Disabling and restoring what is launched (S5, W2, W9)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.rights import Privilege
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.integrations.access import require
from liaison.integrations.actions.changing import change_status
from liaison.integrations.actions.stages import locked_integration
from liaison.integrations.models import Integration
from liaison.integrations.names import clean_reason
from liaison.integrations.transitions import StatusVerb, status_after
from liaison.notifications.actions import announce
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.registry import Subject
from liaison.notifications.told import told_about

SUBJECT_KIND: Final = "integration"
EMERGENCY_TOPICS: Final = (Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT)


def disable_integration(
    *,
    actor: Actor,
    integration: Integration,
    now: datetime,
    reason: str = "",
    because_of_rule: str = "",
    about: Subject | None = None,
) -> Integration:
    """Disable it: a technical emergency for the account, in one announcement (section R).

    `reason` is the operator's own words, in one paragraph of at most 500 characters. `because_of_rule` is the key
    of the rule that disables, and that alone sets it live again by itself. The announcement is about the
    integration, or about `about`, the incident which says why: one emergency has one escalation. A running pause
    is over with it (W9).
    """
    with transaction.atomic():
        require(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.DISABLE)
        locked.disabled_by_rule, locked.disabled_reason = because_of_rule, clean_reason(reason)
        facts = {"rule": because_of_rule} if because_of_rule else {}
        facts |= {"reason": locked.disabled_reason} if locked.disabled_reason else {}
        change_status(locked, StatusVerb.DISABLE, Happened.INTEGRATION_DISABLED, actor=actor, now=now, facts=facts)
        announce(EMERGENCY_TOPICS, about or _subject(locked, "disabled"), now=now)
    return locked


def restore_integration(
    *, actor: Actor, integration: Integration, now: datetime, about: Subject | None = None
) -> Integration:
    """Set a disabled integration live again, by the operator or a rule; who was told of the end is told of the return.

    With `about` it is those who were told of that subject, and its escalation that ends. What a rule disabled was told
    about an incident, which goes on where people set the integration live: then those hear of it too.
    """
    with transaction.atomic():
        require(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.RESTORE)
        rule = locked.disabled_by_rule
        locked.disabled_by_rule = locked.disabled_reason = ""
        change_status(locked, StatusVerb.RESTORE, Happened.INTEGRATION_RESTORED, actor=actor, now=now)
        subject = about or _subject(locked, "restored", rule)
        resolve_escalations(subject.kind, [subject.id], now=now)
        told = told_about(subject.kind, subject.id)
        # An incident that began below an emergency was a technical notice first.
        topics = tuple(topic for topic in (*EMERGENCY_TOPICS, Topic.TECHNICAL_NOTICE) if topic in told.topics)
        if rule and about is None:
            topics = EMERGENCY_TOPICS
        if topics:
            announce(topics, subject, now=now)
    return locked


def _subject(integration: Integration, event: str, rule: str = "") -> Subject:
    facts = {"event": event} | ({"rule": rule} if rule else {})
    return Subject(SUBJECT_KIND, str(integration.pk), integration.account_id, facts)
