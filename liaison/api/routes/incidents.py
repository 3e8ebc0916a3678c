"""Incidents, and the proof of who was told of them."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import incidents as shapes
from liaison.catalog.vocabulary import Severity
from liaison.health.access import incident_for, sees_addresses, visible_incidents
from liaison.health.models import Incident, IncidentState
from liaison.health.vocabulary import IncidentSource, SubjectKind
from liaison.integrations.models import EnvironmentName
from liaison.notifications.queries import announcements_about

operations = Operations("incidents")


class Wanted(Schema):
    """Which incidents; nothing given means all."""

    environment: EnvironmentName | None = None
    state: IncidentState | None = None
    integration: str = ""
    severity: Severity | None = None
    source: IncidentSource | None = None


WantedQuery = Annotated[Wanted, Query()]


@operations.get("/incidents", Page[shapes.Incident], _("List the incidents that you see, newest first"))
def list_incidents(request: HttpRequest, window: Asked, asked: WantedQuery) -> Page[shapes.Incident]:
    return _page(visible_incidents(actor_of(request)), window, asked)


@operations.get(
    "/accounts/{slug}/incidents", Page[shapes.Incident], _("List the incidents of an account, newest first")
)
def list_account_incidents(request: HttpRequest, slug: str, window: Asked, asked: WantedQuery) -> Page[shapes.Incident]:
    actor = actor_of(request)
    account = account_for(actor, slug)
    return _page(visible_incidents(actor).filter(environment__integration__account=account), window, asked)


@operations.get("/incidents/{incident_id}", shapes.Incident, _("Read an incident"))
def read_incident(request: HttpRequest, incident_id: str) -> shapes.Incident:
    return shapes.Incident.of(incident_for(actor_of(request), incident_id))


@operations.get(
    "/incidents/{incident_id}/announcements", list[shapes.Announcement], _("Read who was told of an incident, and how")
)
def list_announcements(request: HttpRequest, incident_id: str) -> list[shapes.Announcement]:
    """Show the proof: every recipient with reasons, message and outcome, and who was not told, and why."""
    actor = actor_of(request)
    incident = incident_for(actor, incident_id)
    addresses = sees_addresses(actor, incident.environment.integration.account)
    lines = announcements_about(SubjectKind.INCIDENT, str(incident.pk))
    return [shapes.Announcement.of(line, addresses=addresses, staff=actor.is_staff) for line in lines]


def _page(incidents: QuerySet[Incident], window: Asked, asked: Wanted) -> Page[Any]:
    if asked.environment is not None:
        incidents = incidents.filter(environment__name=asked.environment)
    if asked.state is not None:
        incidents = incidents.filter(state=asked.state)
    if asked.integration:
        incidents = incidents.filter(environment__integration__public_id=asked.integration)
    if asked.severity is not None:
        incidents = incidents.filter(severity=asked.severity)
    if asked.source is not None:
        incidents = incidents.filter(source=asked.source)
    return page_of(incidents, window, shapes.Incident.of, newest_first=True)
