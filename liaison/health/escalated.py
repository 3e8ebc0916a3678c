"""What can be escalated here: an incident, and an integration that the operator disabled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import Happened
from liaison.health.expected import seen_by
from liaison.health.models import Incident, IncidentState
from liaison.health.titles import title_of
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.notifications.escalation.acknowledging import Bearer
from liaison.notifications.escalation.subjects import Described, EscalatedSubject


class EscalatedIncident(EscalatedSubject):
    """An incident becomes *acknowledged*; it is still open."""

    def lock(self, subject_id: str) -> None:
        Incident.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def answered(self, subject_id: str, *, bearer: Bearer, now: datetime) -> bool:
        seen_by(subject_id, bearer, now=now)
        return True

    def acknowledged(self, subject_id: str, *, actor: ActorRef, now: datetime) -> None:
        incident = Incident.objects.select_related("environment__integration").get(pk=int(subject_id))
        if incident.state != IncidentState.FIRING:
            return
        before, incident.state = incident.state, IncidentState.ACKNOWLEDGED.value
        incident.save(update_fields=["state"])
        record(
            Happened.INCIDENT_ACKNOWLEDGED,
            actor=actor,
            subject=incident.audit_ref,
            account_id=incident.environment.integration.account_id,
            changes={"state": [before, incident.state]},
            now=now,
        )

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        rows = Incident.objects.filter(pk__in=map(int, subject_ids)).select_related("environment__integration__account")
        return {
            str(incident.pk): Described(
                title=title_of(incident),
                account_name=incident.environment.integration.account.name,
                since=incident.started_at,
                path=f"/incidents/{incident.public_id}/",
            )
            for incident in rows
        }


class EscalatedIntegration(EscalatedSubject):
    """A disabled integration stays disabled when somebody has it."""

    def lock(self, subject_id: str) -> None:
        Integration.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def acknowledged(self, subject_id: str, *, actor: ActorRef, now: datetime) -> None:
        """Change nothing: the status is the operator's to change."""

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        rows = Integration.objects.filter(pk__in=map(int, subject_ids)).select_related("account")
        return {
            str(integration.pk): Described(
                title=_("Integration disabled: %(integration)s") % {"integration": kind_name(integration.kind)},
                account_name=integration.account.name,
                since=integration.status_changed_at or integration.created_at,
                path="/account/integrations/",
            )
            for integration in rows
        }


HANDLERS: Final[Mapping[SubjectKind, EscalatedSubject]] = {
    SubjectKind.INCIDENT: EscalatedIncident(),
    SubjectKind.INTEGRATION: EscalatedIntegration(),
}
