"""Problems that are found inside Liaison: opening, joining, worsening and ending their incidents.

Every function runs in the caller's transaction and takes the key's lock itself. Told are those whom the topics of the
incident's severity name (`routing.py`); of an end, those who heard of the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from liaison.audit.actions import ActorRef
from liaison.catalog.vocabulary import Severity
from liaison.health.changes import Changes, lock_keys
from liaison.health.expected import EXPECTING, expect_answer
from liaison.health.known import KnownIncidents
from liaison.health.models import Incident
from liaison.health.routing import PROBLEM_TOPICS, subject_of, topics_of_incident
from liaison.health.severity import is_worse
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.models import Environment
from liaison.notifications.actions import announce
from liaison.notifications.models import Announcement
from liaison.notifications.told import told_about


def report_problem(
    *,
    environment: Environment,
    dedup_key: str,
    source: str,
    severity: Severity,
    started_at: datetime,
    facts: Mapping[str, Any],
    actor: ActorRef,
    now: datetime,
    event: IncidentEvent = IncidentEvent.OPENED,
    is_told: bool = True,
) -> Incident:
    """Open the incident of this key, or join the open one; return it as it is now.

    `environment` comes with its integration. `facts` (docs/decisions/0026) replace what was known. A severity that is
    higher raises the incident's. Joining is told as `event`; where that is OPENED, as WORSENED or FOUND_MORE. An
    occurrence that was resolved (the same `started_at`) begins again, told as REOPENED where `event` is OPENED.
    Without `is_told` nobody is told, which the incident remembers until somebody is.
    """
    key = _Key(environment, dedup_key, started_at, now)
    if key.unresolved is not None:
        incident = _join(key, key.unresolved, severity, facts, event if is_told else None)
    elif key.same is not None:
        incident = _begin_again(key, key.same, severity, facts, event if is_told else None)
    else:
        incident = Incident(
            environment=environment,
            source=source,
            dedup_key=dedup_key,
            severity=severity.value,
            facts=dict(facts),
            started_at=started_at,
            received_at=now,
            last_received_at=now,
            is_quiet=not is_told,
        )
        key.changes.open(incident, event if is_told else None)
    key.changes.keep(actor)
    return incident


def update_evidence(*, incident: Incident, facts: Mapping[str, Any], now: datetime) -> None:
    """Put newer numbers in the place of those that were known. Nobody is told, and nothing is added to the history."""
    incident.facts, incident.last_received_at = _newest(incident, facts), now
    Incident.objects.filter(pk=incident.pk).update(facts=incident.facts, last_received_at=now)


def end_problem(
    *,
    incident: Incident,
    ended_at: datetime,
    facts: Mapping[str, Any],
    actor: ActorRef,
    now: datetime,
    is_told: bool = True,
) -> Incident:
    """Resolve it and end its escalations. Those are told who heard of it, by the route that the alarm took.

    One that is resolved already stays as it is.
    """
    environment = incident.environment
    key = _Key(environment, incident.dedup_key, incident.started_at, now)
    found = key.same
    if found is None or found.resolved_at is not None:
        return found or incident
    key.changes.rewrite(found, _newest(found, facts))
    key.changes.resolve(found, ended_at=ended_at)
    if is_told:
        key.changes.tell_end(found)
    key.changes.keep(actor)
    return found


def announce_incident(incident: Incident, event: IncidentEvent, *, now: datetime) -> Announcement | None:
    """Tell of an incident as it stands: under the topics of its severity, of an end under those that were heard of.

    None where nobody heard that it began, and therefore nobody hears that it is over.
    """
    topics = topics_of_incident(incident, event)
    if event in {IncidentEvent.RESOLVED, IncidentEvent.ACKNOWLEDGED}:
        heard_under = told_about(SubjectKind.INCIDENT, str(incident.pk)).topics
        topics = tuple(topic for topic in PROBLEM_TOPICS if topic in heard_under)
    if not topics:
        return None
    if incident.is_quiet:
        incident.is_quiet = False
        incident.save(update_fields=["is_quiet"])
    announcement = announce(topics, subject_of(incident, event), now=now)
    if event in EXPECTING:
        expect_answer(incident, now)
    return announcement


class _Key:
    """What is known under one key, locked until the transaction ends."""

    def __init__(self, environment: Environment, dedup_key: str, started_at: datetime, now: datetime) -> None:
        if not connection.in_atomic_block:
            raise RuntimeError("a problem is reported in the transaction of what was found")
        lock_keys(environment, [dedup_key])
        incidents = KnownIncidents(environment, [(dedup_key, started_at)])
        self.changes = Changes(environment, incidents, now)
        self.same = incidents.same(dedup_key, started_at)
        self.unresolved = incidents.open(dedup_key)


def _join(
    key: _Key, incident: Incident, severity: Severity, facts: Mapping[str, Any], event: IncidentEvent | None
) -> Incident:
    said = IncidentEvent.FOUND_MORE if event == IncidentEvent.OPENED else event
    incident.is_quiet = incident.is_quiet and said is None
    key.changes.rewrite(incident, _newest(incident, facts))
    if is_worse(severity, incident.severity):
        key.changes.worsen(incident, severity, IncidentEvent.WORSENED if said == IncidentEvent.FOUND_MORE else said)
    else:
        key.changes.tell(incident, said)
    return incident


def _begin_again(
    key: _Key, incident: Incident, severity: Severity, facts: Mapping[str, Any], event: IncidentEvent | None
) -> Incident:
    incident.severity, incident.is_quiet = severity.value, event is None
    key.changes.rewrite(incident, facts)
    key.changes.reopen(incident, IncidentEvent.REOPENED if event == IncidentEvent.OPENED else event)
    return incident


def _newest(incident: Incident, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the newest facts; that the integration was disabled because of it is never forgotten."""
    was_disabled = any(known.get(key) for known in (incident.facts, facts) for key in ("was_disabled", "disabled"))
    return {**facts, "was_disabled": True} if was_disabled else facts
