"""What this room says in messages, in the language and zone that are active while it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity
from liaison.expectations.mailing import Asking
from liaison.health.events import incident_facts, integration_facts
from liaison.health.evidence import labelled
from liaison.health.models import Incident
from liaison.health.routing import is_emergency
from liaison.health.titles import title_of
from liaison.health.vocabulary import IncidentEvent, IncidentSource
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_moment
from liaison.notifications.escalation.tokens import acknowledge_link
from liaison.notifications.facts import OPERATOR_REASONS, Reason
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient
from liaison.notifications.return_addresses import answer_address

ENVIRONMENT_NAMES: dict[str, Promise] = {
    EnvironmentName.SANDBOX: gettext_lazy("Sandbox"),
    EnvironmentName.PRODUCTION: gettext_lazy("Production"),
}

SOURCES: dict[str, Promise] = {
    IncidentSource.RULES: gettext_lazy("Monitoring by the operator"),
    IncidentSource.ALERTMANAGER: gettext_lazy("Alertmanager"),
    IncidentSource.EVENTS: gettext_lazy("Events API"),
}
"""Who reports a problem, in words."""

# What nobody is called for; and where they stand who are called one after the other.
_CALLS_NOBODY = frozenset(
    {IncidentEvent.RESOLVED.value, IncidentEvent.ACKNOWLEDGED.value, IncidentEvent.OVERDUE.value, "restored"}
)
_LADDER = frozenset({Reason.EMERGENCY_CONTACT, Reason.ADMINISTRATOR, Reason.PARTNER_MANAGER, *OPERATOR_REASONS})
# Of what is said in the same words wherever and however bad it is.
_SUBJECTS: dict[IncidentEvent, Promise] = {
    IncidentEvent.ACKNOWLEDGED: gettext_lazy("%(name)s has it: %(title)s (%(integration)s)"),
    IncidentEvent.RESOLVED: gettext_lazy("Resolved: %(title)s (%(integration)s)"),
    IncidentEvent.REOPENED: gettext_lazy("Not over yet: %(title)s (%(integration)s)"),
    IncidentEvent.FOUND_MORE: gettext_lazy("More was found: %(title)s (%(integration)s)"),
    IncidentEvent.DISABLED: gettext_lazy("Technical emergency, integration disabled: %(title)s (%(integration)s)"),
    IncidentEvent.STILL_THERE: gettext_lazy("Still there after the pause: %(title)s (%(integration)s)"),
    IncidentEvent.OVERDUE: gettext_lazy("Answer overdue: %(title)s (%(integration)s)"),
}


def severity_name(severity: str) -> str:
    return severities()[Severity(severity)].name(get_language() or "en")


def environment_name(environment: str) -> str:
    return str(ENVIRONMENT_NAMES[environment])


def incident_content(
    incident: Incident,
    event: IncidentEvent,
    recipient: Recipient,
    *,
    identity_public_id: str | None = None,
    has_it: str = "",
    asking: Asking | None = None,
) -> Content:
    """Return what is said about an incident: that it began, goes on, that somebody has it, or that it is over.

    `identity_public_id` is the reader's, where the caller knows it; it is looked up otherwise. `has_it` names who
    acknowledged, `asking` what is expected by when.
    """
    integration, title, rows = incident.environment.integration, title_of(incident), labelled(incident)
    # All that the sentences, and not only the words in them, depend on.
    shape = {
        "event": event.value,
        "is_emergency": event == IncidentEvent.DISABLED or is_emergency(incident.severity),
        "is_sandbox": incident.environment.name == EnvironmentName.SANDBOX,
        "has_ended": event == IncidentEvent.RESOLVED and incident.resolved_at is not None,
        "evidence_rows": len(rows),
        "is_measured": incident.source == IncidentSource.RULES,
        "is_notice": set(recipient.reasons) == {Reason.NON_EMERGENCY_CONTACT},
        "was_disabled": bool(incident.facts.get("was_disabled")),
        "can_acknowledge": event.value not in _CALLS_NOBODY and _is_called(recipient),
    }
    to = answer_address(recipient.delivery) if shape["can_acknowledge"] else asking.answer_to if asking else ""
    shape |= {"can_answer": bool(to), "is_asked": asking is not None, "has_answer_link": bool(asking and asking.link)}
    slots = {
        "title": title,
        "account_name": integration.account.name,
        "integration_name": kind_name(integration.kind),
        "environment_name": environment_name(incident.environment.name),
        "severity_name": severity_name(incident.severity),
        "began": _moment(incident.started_at),
        "link": _link(f"/incidents/{incident.public_id}/", recipient, identity_public_id),
    }
    ended_at = incident.ended_at or incident.resolved_at
    if shape["has_ended"] and ended_at is not None:
        slots["over_since"] = _moment(ended_at)
    for number, (label, value) in enumerate(rows):
        slots[f"label_{number}"], slots[f"value_{number}"] = label, value
    slots |= _slots_of_escalation(shape, recipient, has_it)
    slots |= {"expected": asking.words, "expected_by": asking.due, "answer_link": asking.link} if asking else {}
    named = {"title": title, "integration": slots["integration_name"], "name": has_it}
    subject = _incident_subject(shape) % named
    data = incident_facts(incident, event.value, slots) | {"expectation": asking.facts if asking else None}
    return Content(subject, "health/mail/incident", shape, form=_form(shape), slots=slots, data=data, answer_to=to)


def integration_content(
    integration: Integration,
    event: str,
    recipient: Recipient,
    *,
    identity_public_id: str | None = None,
    has_it: str = "",
) -> Content:
    """Return what is said about an integration that the operator disabled, that somebody has, or that is live again."""
    slots = {
        "account_name": integration.account.name,
        "integration_name": kind_name(integration.kind),
        "since": _moment(integration.status_changed_at) if integration.status_changed_at else "",
        "link": _link("/account/integrations/", recipient, identity_public_id),
    }
    calls = event not in _CALLS_NOBODY and _is_called(recipient)
    shape: dict[str, object] = {"event": event, "can_acknowledge": calls}
    to = answer_address(recipient.delivery) if shape["can_acknowledge"] else ""
    shape["can_answer"] = bool(to)
    shape["has_reason"] = event == "disabled" and bool(integration.disabled_reason)
    slots |= {"reason": integration.disabled_reason} if shape["has_reason"] else {}
    slots |= _slots_of_escalation(shape, recipient, has_it)
    subject = _integration_subject(event) % {"integration": slots["integration_name"], "name": has_it}
    data = integration_facts(integration, event, slots)
    return Content(subject, "health/mail/integration", shape, form=_form(shape), slots=slots, data=data, answer_to=to)


def list_link(recipient: Recipient, identity_public_id: str | None) -> str:
    """Return where the reader finds all incidents."""
    return _link("/incidents/", recipient, identity_public_id)


def _incident_subject(shape: Mapping[str, object]) -> str:
    """Return the subject line with its gaps `title`, `integration` and `name`."""
    event = IncidentEvent(str(shape["event"]))
    if event == IncidentEvent.RESOLVED and shape["was_disabled"]:
        return _("Resolved, live again: %(title)s (%(integration)s)")
    if event in _SUBJECTS:
        return str(_SUBJECTS[event])
    if shape["is_sandbox"]:
        return _("Problem in the sandbox: %(title)s (%(integration)s)")
    return _worsened_subject(shape) if event == IncidentEvent.WORSENED else _opened_subject(shape)


def _worsened_subject(shape: Mapping[str, object]) -> str:
    if shape["is_emergency"]:
        return _("It got worse, now an emergency: %(title)s (%(integration)s)")
    return _("It got worse: %(title)s (%(integration)s)")


def _opened_subject(shape: Mapping[str, object]) -> str:
    if shape["is_emergency"]:
        return _("Technical emergency: %(title)s (%(integration)s)")
    if shape["is_notice"]:
        return _("Technical notice: %(title)s (%(integration)s)")
    return _("Production alert: %(title)s (%(integration)s)")


def _integration_subject(event: str) -> str:
    """Return the subject line with its gaps `integration` and `name`."""
    if event == "restored":
        return _("Live again: %(integration)s")
    if event == IncidentEvent.ACKNOWLEDGED:
        return _("%(name)s has it: integration disabled (%(integration)s)")
    return _("Technical emergency: integration disabled (%(integration)s)")


def _is_called(recipient: Recipient) -> bool:
    """Say whether the reader is one of those who are called one after the other."""
    return bool(recipient.delivery) and not _LADDER.isdisjoint(recipient.reasons)


def _slots_of_escalation(shape: Mapping[str, object], recipient: Recipient, has_it: str) -> dict[str, str]:
    slots = {"has_it": has_it} if shape["event"] == IncidentEvent.ACKNOWLEDGED else {}
    return slots | ({"acknowledge_link": acknowledge_link(recipient.delivery)} if shape["can_acknowledge"] else {})


def _form(shape: Mapping[str, object]) -> str:
    return " ".join([f"{name}={value}" for name, value in shape.items()])


def _link(path: str, recipient: Recipient, identity_public_id: str | None) -> str:
    """Return a link that opens in the reader's own sign-in; an alias has none, its reader chooses."""
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    if identity_public_id is None:
        identity_public_id = Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id)
    return portal_link(path, identity_public_id)


def _moment(moment: datetime) -> str:
    """Return a moment in the reader's language and zone."""
    # The seconds are not shown, so the problems of one minute share their words.
    minute = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return _minute_in_words(minute, get_language() or "en", timezone.get_current_timezone_name())


_minute_in_words = lru_cache(maxsize=1024)(format_moment)
