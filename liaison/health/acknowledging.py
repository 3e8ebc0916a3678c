"""Taking an emergency: "I have it", said by somebody who is signed in, or by a program with a token."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor, System
from liaison.health.access import may_acknowledge
from liaison.health.models import Incident
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration
from liaison.lib.refusals import CommonCode, Conflict, Forbidden
from liaison.notifications.escalation import acknowledging
from liaison.notifications.escalation.acknowledging import Acknowledgement, Bearer
from liaison.notifications.escalation.vocabulary import EscalationCode
from liaison.notifications.models import AcknowledgedVia, Escalation


def acknowledge_escalation(
    *, actor: Actor, escalation: Escalation, via: AcknowledgedVia, now: datetime
) -> Acknowledgement:
    """Take it: nobody else is called, and everybody who was told is told who has it.

    When somebody has it already, nothing changes and the answer says who. Raises Forbidden, and Conflict when it
    is over.
    """
    with transaction.atomic():
        _require(actor, escalation.account_id, escalation.subject_kind, escalation.subject_id)
        identity_id = None if isinstance(actor, System) else actor.pk
        key = "" if identity_id is None else f"identity:{identity_id}"
        bearer = Bearer(actor.audit_ref, key, via, identity_id=identity_id)
        return acknowledging.acknowledge_escalation(bearer=bearer, escalation=escalation, now=now)


def acknowledge_incident(*, actor: Actor, incident: Incident, via: AcknowledgedVia, now: datetime) -> Acknowledgement:
    """Take an incident by its newest escalation. Raises Conflict also where nobody was called about it."""
    _require(actor, incident.environment.integration.account_id, SubjectKind.INCIDENT, str(incident.pk))
    found = newest_escalation(SubjectKind.INCIDENT, incident.pk)
    return _acknowledge(found, actor=actor, via=via, now=now)


def acknowledge_disabled_integration(
    *, actor: Actor, integration: Integration, via: AcknowledgedVia, now: datetime
) -> Acknowledgement:
    """Take an integration that the operator disabled. Raises Conflict also where nobody was called about it."""
    _require(actor, integration.account_id, SubjectKind.INTEGRATION, str(integration.pk))
    found = newest_escalation(SubjectKind.INTEGRATION, integration.pk)
    return _acknowledge(found, actor=actor, via=via, now=now)


def acknowledge_by_link(*, token: str, name: str = "", now: datetime) -> Acknowledgement:
    """Take it by the link of a message, without signing in. Raises Missing, Conflict when it is over, Invalid.

    `name` is who takes it, where several people read the same address; it may be left empty.
    """
    return acknowledging.acknowledge_by_link(token=token, name=name, now=now)


def newest_escalation(kind: SubjectKind, key: int) -> Escalation | None:
    """Return the escalation that says how it stands with a subject now. One query."""
    rows = Escalation.objects.filter(subject_kind=kind, subject_id=str(key))
    return rows.select_related("announcement", "acknowledged_by", "acknowledged_through").order_by("-pk").first()


def _require(actor: Actor, account_id: int | None, subject_kind: str, subject_id: str) -> None:
    if not may_acknowledge(actor, account_id, subject_kind, subject_id):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def _acknowledge(found: Escalation | None, *, actor: Actor, via: AcknowledgedVia, now: datetime) -> Acknowledgement:
    if found is None:
        raise Conflict(EscalationCode.NONE)
    return acknowledge_escalation(actor=actor, escalation=found, via=via, now=now)
