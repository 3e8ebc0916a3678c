"""Escalations: acknowledging by a program, and the pace of an account. Acknowledging is never locked (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.access import account_for
from liaison.accounts.models import Identity
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import escalations as shapes
from liaison.contacts import actions as contacts
from liaison.contacts.access import contact_record_for
from liaison.health import acknowledging
from liaison.health.access import incident_for
from liaison.health.escalation_pages import reader_of
from liaison.health.ladder import ladder_of
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.access import integration_for
from liaison.lib.clock import utc_now
from liaison.notifications.models import AcknowledgedVia, Escalation

operations = Operations("escalations")
_PACE = "/accounts/{slug}/contact-information/escalation"


@operations.get(
    "/incidents/{incident_id}/escalation",
    shapes.Escalation | None,
    _("Read who was called about an incident, who has it, and who is next"),
    open_at_the_gate=True,
)
def read_escalation_of_incident(request: HttpRequest, incident_id: str) -> shapes.Escalation | None:
    """Null where nobody was called."""
    actor = actor_of(request)
    found = acknowledging.newest_escalation(SubjectKind.INCIDENT, incident_for(actor, incident_id).pk)
    return None if found is None else shown(found, actor)


@operations.write(
    "POST",
    "/incidents/{incident_id}/acknowledgement",
    shapes.Acknowledgement,
    _("Acknowledge an incident, so that nobody else is called"),
    open_at_the_gate=True,
)
def acknowledge_incident(request: HttpRequest, incident_id: str) -> shapes.Acknowledgement:
    """Where somebody has it already nothing changes, and the answer says who."""
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    outcome = acknowledging.acknowledge_incident(actor=actor, incident=incident, via=AcknowledgedVia.API, now=utc_now())
    return shapes.Acknowledgement(is_new=outcome.is_new, escalation=shown(outcome.escalation, actor))


@operations.get(
    "/integrations/{integration_id}/escalation",
    shapes.Escalation | None,
    _("Read who was called about a disabled integration, who has it, and who is next"),
    open_at_the_gate=True,
)
def read_escalation_of_integration(request: HttpRequest, integration_id: str) -> shapes.Escalation | None:
    """Null where nobody was called."""
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    found = acknowledging.newest_escalation(SubjectKind.INTEGRATION, integration.pk)
    return None if found is None else shown(found, actor)


@operations.write(
    "POST",
    "/integrations/{integration_id}/acknowledgement",
    shapes.Acknowledgement,
    _("Acknowledge a disabled integration, so that nobody else is called"),
    open_at_the_gate=True,
)
def acknowledge_disabled_integration(request: HttpRequest, integration_id: str) -> shapes.Acknowledgement:
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    outcome = acknowledging.acknowledge_disabled_integration(
        actor=actor, integration=integration, via=AcknowledgedVia.API, now=utc_now()
    )
    return shapes.Acknowledgement(is_new=outcome.is_new, escalation=shown(outcome.escalation, actor))


@operations.get(_PACE, shapes.EscalationPace, _("Read how the account’s escalations go on"), open_at_the_gate=True)
def read_escalation_pace(request: HttpRequest, slug: str) -> shapes.EscalationPace:
    actor = actor_of(request)
    return shapes.EscalationPace.of(contact_record_for(actor, account_for(actor, slug)))


@operations.write(
    "PUT", _PACE, shapes.EscalationPace, _("Change how the account’s escalations go on"), open_at_the_gate=True
)
def change_escalation_pace(request: HttpRequest, slug: str, body: shapes.EscalationPaceChange) -> shapes.EscalationPace:
    """Leave what runs already as it began."""
    actor = actor_of(request)
    record = contacts.change_escalation_pace(
        actor=actor, account=account_for(actor, slug), minutes=body.minutes, rounds=body.rounds, now=utc_now()
    )
    return shapes.EscalationPace.of(record)


def shown(found: Escalation, actor: Identity) -> shapes.Escalation:
    return shapes.Escalation.of(ladder_of(found, reader_of(found, actor), now=utc_now()), found.acknowledged_via)
