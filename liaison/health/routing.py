"""Under which topics an incident is announced, and what an announcement about it names."""

from __future__ import annotations

from typing import Final

from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.models import Incident
from liaison.health.vocabulary import IncidentEvent, IncidentSource, SubjectKind
from liaison.notifications.registry import Subject

PROBLEM_TOPICS: Final[tuple[Topic, ...]] = (Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT, Topic.TECHNICAL_NOTICE)
"""Every topic under which an incident can be announced, the most urgent first."""

EMERGENCY_TOPICS: Final[tuple[Topic, ...]] = (Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT)

# Somebody has it, or is being called: one more thing found about it calls nobody again.
_CALLS_NOBODY: Final = frozenset({IncidentEvent.FOUND_MORE})


def topics_of(severity: Severity) -> tuple[Topic, ...]:
    """Return the topics that a problem of this severity raises (catalog)."""
    return severities()[severity].raises


def is_emergency(severity: str) -> bool:
    """Say whether a problem of this severity raises a technical emergency."""
    return Topic.TECHNICAL_EMERGENCY in topics_of(Severity(severity))


def topics_of_incident(incident: Incident, event: IncidentEvent = IncidentEvent.OPENED) -> tuple[Topic, ...]:
    """Return the topics under which this is said about an incident.

    What our own rules found below an emergency is a technical notice as well, with its evidence (section R). That the
    integration was disabled is an emergency, whatever the severity.
    """
    if event == IncidentEvent.DISABLED:
        return EMERGENCY_TOPICS
    topics = topics_of(Severity(incident.severity))
    if event in _CALLS_NOBODY:
        topics = tuple(topic for topic in topics if topic is not Topic.TECHNICAL_EMERGENCY)
    if incident.source == IncidentSource.RULES and not is_emergency(incident.severity):
        topics = (*topics, Topic.TECHNICAL_NOTICE)
    return topics


def subject_of(incident: Incident, event: IncidentEvent, *, account_id: int | None = None) -> Subject:
    """Return what an announcement about an incident names; `account_id` where it is known already."""
    if account_id is None:
        account_id = incident.environment.integration.account_id
    facts = {"event": event.value, "environment": incident.environment_id}
    return Subject(SubjectKind.INCIDENT, str(incident.pk), account_id, facts)
