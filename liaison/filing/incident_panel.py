"""On the page of an incident: the cases about it, and the way to file one with everything filled in."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from liaison.accounts.models import Identity
from liaison.cases.access import may_file, visible_cases
from liaison.cases.numbers import shown
from liaison.health.models import Incident
from liaison.health.routing import is_emergency
from liaison.integrations.models import EnvironmentName, Stage
from liaison.lib.clock import utc_now
from liaison.web.panels import Panel

MOST_SHOWN: Final = 10


def cases_about(reader: Identity, incident: Incident) -> Panel | None:
    """Return the cases about an incident that the reader sees, and for those who file where to do so."""
    account = incident.environment.integration.account
    rows = visible_cases(reader, utc_now()).filter(incidents__incident=incident).order_by("-pk")
    cases = rows.only("number", "title", "state")[:MOST_SHOWN]
    found = [
        {"number": one.number, "shown": shown(one.number), "title": one.title, "state": one.state} for one in cases
    ]
    can_file = may_file(reader, account)
    if not found and not can_file:
        return None
    facts = {
        "cases": found,
        "file": address_of(reader, incident) if can_file else "",
        "urgent": address_of(reader, incident, urgent=True) if can_file and _may_be_urgent(incident) else "",
    }
    return Panel("filing/incident_panel.html", facts)


def address_of(reader: Identity, incident: Incident, *, urgent: bool = False) -> str:
    """Return where a case about the incident is filed."""
    parameters = {"incident": incident.public_id}
    if reader.is_staff:
        parameters["account"] = incident.environment.integration.account.slug
    if urgent:
        parameters["urgent"] = "1"
    return reverse("new_case") + "?" + urlencode(parameters)


def _may_be_urgent(incident: Incident) -> bool:
    """Say whether one of the criteria may hold: an emergency in production that goes on (S3)."""
    environment = incident.environment
    is_launched = environment.integration.stage == Stage.LAUNCHED
    in_production = environment.name == EnvironmentName.PRODUCTION
    return is_launched and in_production and incident.resolved_at is None and is_emergency(incident.severity)
