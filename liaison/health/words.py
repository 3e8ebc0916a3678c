"""What this room says in messages, in the language and zone that are active while it is called."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.models import Incident
from liaison.health.vocabulary import IncidentEvent
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.wording import kind_name
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient

ENVIRONMENT_NAMES: dict[str, Promise] = {
    EnvironmentName.SANDBOX: gettext_lazy("Sandbox"),
    EnvironmentName.PRODUCTION: gettext_lazy("Production"),
}


def severity_name(severity: str) -> str:
    return severities()[Severity(severity)].name(get_language() or "en")


def environment_name(environment: str) -> str:
    return str(ENVIRONMENT_NAMES[environment])


def incident_content(incident: Incident, event: IncidentEvent, recipient: Recipient) -> Content:
    """Return what is said about an incident: that it began, goes on, or is over."""
    integration = incident.environment.integration
    context: dict[str, Any] = {
        "incident": incident,
        "event": event.value,
        "is_emergency": _is_emergency(incident),
        "is_sandbox": incident.environment.name == EnvironmentName.SANDBOX,
        "account_name": integration.account.name,
        "integration_name": kind_name(integration.kind),
        "environment_name": environment_name(incident.environment.name),
        "severity_name": severity_name(incident.severity),
        "evidence": evidence(incident),
        "link": _link(f"/incidents/{incident.public_id}/", recipient),
    }
    return Content(_incident_subject(incident, event), "health/mail/incident", context)


def integration_content(integration: Integration, event: str, recipient: Recipient) -> Content:
    """Return what is said about an integration that the operator disabled or set live again."""
    named = {"integration": kind_name(integration.kind)}
    if event == "restored":
        subject = _("Live again: %(integration)s") % named
    else:
        subject = _("Technical emergency: integration disabled (%(integration)s)") % named
    context = {
        "integration": integration,
        "is_restored": event == "restored",
        "account_name": integration.account.name,
        "integration_name": kind_name(integration.kind),
        "link": _link("/account/integrations/", recipient),
    }
    return Content(subject, "health/mail/integration", context)


def evidence(incident: Incident) -> list[tuple[str, str]]:
    """Return the sender's own words: annotations first, then labels, each by name."""
    return [*sorted(incident.annotations.items()), *sorted(incident.labels.items())]


def _is_emergency(incident: Incident) -> bool:
    return Topic.TECHNICAL_EMERGENCY in severities()[Severity(incident.severity)].raises


def _incident_subject(incident: Incident, event: IncidentEvent) -> str:
    named = {"title": incident.title, "integration": kind_name(incident.environment.integration.kind)}
    if event == IncidentEvent.RESOLVED:
        return _("Resolved: %(title)s (%(integration)s)") % named
    if event == IncidentEvent.REOPENED:
        return _("Not over yet: %(title)s (%(integration)s)") % named
    if incident.environment.name == EnvironmentName.SANDBOX:
        return _("Problem in the sandbox: %(title)s (%(integration)s)") % named
    if _is_emergency(incident):
        return _("Technical emergency: %(title)s (%(integration)s)") % named
    return _("Production alert: %(title)s (%(integration)s)") % named


def _link(path: str, recipient: Recipient) -> str:
    """Return a link that opens in the reader's own sign-in; an alias has none, its reader chooses."""
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    public_id = Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id)
    return portal_link(path, public_id)
