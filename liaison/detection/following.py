"""What follows when an integration is paused, and when the pause is over (docs/decisions/0025).

Nothing that was wrong before is news at either edge; what is wrong by what happens afterwards is.
"""

from __future__ import annotations

from datetime import datetime

from liaison.catalog.vocabulary import Topic
from liaison.detection.findings import close_findings, locked_findings
from liaison.detection.models import FindingState
from liaison.detection.passing import judge_integration
from liaison.health.models import Incident
from liaison.health.routing import subject_of, topics_of_incident
from liaison.health.vocabulary import IncidentEvent, IncidentSource, SubjectKind
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.notifications.actions import announce
from liaison.notifications.escalation.acknowledging import pause_escalations
from liaison.notifications.told import told_about_each


def follow_status(integration: Integration, before: Status, after: Status, now: datetime) -> None:
    """Judge again what goes on, in the transaction of the change; `integrations.edges` calls it."""
    environment = Environment.objects.filter(integration=integration, name=EnvironmentName.PRODUCTION).first()
    if environment is None:
        return
    environment.integration = integration
    if after == Status.PAUSED:
        _pause_calls(environment, now)
    if before == Status.PAUSED or after == Status.LIVE:
        _begin_anew(environment, now)
    if Status.PAUSED in {before, after}:
        judge_integration(integration.pk, end=_full_minute(now), now=now)
    if before == Status.PAUSED:
        _tell_what_is_still_there(environment, now)


def _pause_calls(environment: Environment, now: datetime) -> None:
    """Call nobody else about what is wrong: the partner is at work on it."""
    # Subjects are locked before their escalations, here as where somebody acknowledges (docs/decisions/0012).
    locked = Incident.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    incidents = locked.filter(environment=environment, resolved_at__isnull=True)
    pause_escalations(SubjectKind.INCIDENT, [str(one.pk) for one in incidents], now=now)


def _begin_anew(environment: Environment, now: datetime) -> None:
    """Close what was found during the pause and told to nobody, and what was only suspected.

    Where it is still so, what happens from now on shows it, and then it is told. What was found before goes on.
    """
    closed = [
        one
        for one in locked_findings(environment).values()
        if one.state == FindingState.PENDING or (one.is_quiet and one.state != FindingState.OVER)
    ]
    if closed:
        close_findings(environment, closed, end=_full_minute(now), now=now)


def _tell_what_is_still_there(environment: Environment, now: datetime) -> None:
    """Announce other systems' alarms that came during the pause and go on, under the topics that reached nobody."""
    rows = Incident.objects.filter(environment=environment, resolved_at__isnull=True)
    incidents = list(rows.exclude(source=IncidentSource.RULES).order_by("pk"))
    told = told_about_each(SubjectKind.INCIDENT, [str(one.pk) for one in incidents]) if incidents else {}
    for incident in incidents:
        incident.environment = environment
        known = told[str(incident.pk)].topics
        topics = tuple(topic for topic in topics_of_incident(incident, IncidentEvent.STILL_THERE) if topic not in known)
        if Topic.PRODUCTION_ALERT in topics:
            announce(topics, subject_of(incident, IncidentEvent.STILL_THERE), now=now)


def _full_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
