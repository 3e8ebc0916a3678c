"""What this room says to programs: the facts in signed webhooks (`docs/reference/webhooks.md` promises them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.integrations.models import EnvironmentName, Integration


def incident_facts(incident: Incident, event: str, slots: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts of an incident; `event` is what happened to it. `slots` are those of the mail, for its links."""
    environment = incident.environment
    return {
        "type": f"incident.{event}",
        **_place(environment.integration, environment.name),
        "incident": {
            "id": incident.public_id,
            "state": str(incident.state),
            "severity": str(incident.severity),
            "title": title_of(incident),
            "source": incident.source,
            "labels": incident.labels,
            "annotations": incident.annotations,
            **_findings(incident),
            "started_at": incident.started_at,
            "received_at": incident.received_at,
            "resolved_at": incident.resolved_at,
        },
        **_of_mail(slots),
    }


def integration_facts(integration: Integration, event: str, slots: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts of an integration that was disabled, that somebody takes care of, or that is live again."""
    return {"type": f"integration.{event}", **_place(integration, EnvironmentName.PRODUCTION), **_of_mail(slots)}


def _findings(incident: Incident) -> dict[str, Any]:
    """Return what our own rules found: the numbers as they are kept, with the keys of the rules."""
    found = incident.facts.get("findings")
    return {"findings": found} if found else {}


def _place(integration: Integration, environment: str) -> dict[str, Any]:
    account = integration.account
    return {
        "account": {"id": account.slug, "name": account.name},
        "integration": {"id": integration.public_id, "kind": integration.kind},
        "environment": str(environment),
    }


def _of_mail(slots: Mapping[str, str]) -> dict[str, Any]:
    return {
        "acknowledged_by": slots.get("has_it"),
        "links": {"page": slots.get("link"), "acknowledge": slots.get("acknowledge_link")},
    }
