"""Taking in what alert senders say: one transaction for a whole payload, one incident per occurrence."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.loader import severities, severity_from_word
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.alertmanager import ParsedAlert
from liaison.health.models import Incident, IncidentState
from liaison.health.occurrences import Decision, Known, Signal, decide
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment, IntakeKey
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject
from liaison.notifications.told import told_about

SOURCE: Final = "alertmanager"
_LOCKS: Final = 64
_LOCK_SPACE: Final = 0x48454C  # apart from the advisory locks of other rooms


@dataclass(frozen=True)
class Received:
    """What became of one alert."""

    incident: Incident
    decision: Decision


def receive_alerts(*, key: IntakeKey, alerts: Sequence[ParsedAlert], now: datetime) -> tuple[Received, ...]:
    """Keep what the alerts say and tell who must be told, all or nothing; the outcome is in the alerts' order.

    The same occurrence any number of times, also at once, is one incident (docs/decisions/0008).
    """
    environment = key.environment
    with transaction.atomic():
        _lock(environment, alerts)
        incidents = _Incidents(environment, alerts)
        intake = _Intake(environment, incidents, ActorRef(ActorKind.INTAKE_KEY, str(key.pk)), now)
        received = tuple(intake.receive(alert) for alert in alerts)
        stamp_intake_key(key=key, now=now)
    return received


def _lock(environment: Environment, alerts: Sequence[ParsedAlert]) -> None:
    """Let the same key be decided by one transaction at a time, and different keys side by side.

    Keys share a fixed number of locks, always taken in the same order: neither a long payload nor two payloads
    in opposite order can hurt.
    """
    wanted = {zlib.crc32(alert.fingerprint.encode()) % _LOCKS for alert in alerts}
    numbers = sorted((environment.pk * _LOCKS + lock) % 2**31 for lock in wanted)
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, number])


class _Incidents:
    """The incidents that the payload's alerts can concern, read in one query and kept up to date."""

    def __init__(self, environment: Environment, alerts: Sequence[ParsedAlert]) -> None:
        mentioned = Q(resolved_at__isnull=True) | Q(started_at__in={alert.starts_at for alert in alerts})
        keys = {alert.fingerprint for alert in alerts}
        rows = Incident.objects.filter(mentioned, environment=environment, dedup_key__in=keys)
        self._by_occurrence: dict[tuple[str, datetime], Incident] = {}
        self._open: dict[str, Incident] = {}
        for incident in rows.select_for_update().order_by("pk"):
            self.keep(incident)

    def same(self, alert: ParsedAlert) -> Incident | None:
        return self._by_occurrence.get((alert.fingerprint, alert.starts_at))

    def open(self, alert: ParsedAlert) -> Incident | None:
        return self._open.get(alert.fingerprint)

    def keep(self, incident: Incident) -> None:
        self._by_occurrence[incident.dedup_key, incident.started_at] = incident
        if incident.resolved_at is None:
            self._open[incident.dedup_key] = incident
        elif self._open.get(incident.dedup_key) is incident:
            del self._open[incident.dedup_key]


class _Intake:
    """One payload being taken in."""

    def __init__(self, environment: Environment, incidents: _Incidents, actor: ActorRef, now: datetime) -> None:
        self._environment = environment
        self._account_id = environment.integration.account_id
        self._incidents = incidents
        self._actor = actor
        self._now = now

    def receive(self, alert: ParsedAlert) -> Received:
        same, unresolved = self._incidents.same(alert), self._incidents.open(alert)
        signal = Signal(alert.is_firing, alert.starts_at, alert.ends_at)
        decision = decide(signal, same=_known(same), unresolved=_known(unresolved), now=self._now)
        incident = self._carry_out(decision, alert, same, unresolved)
        self._incidents.keep(incident)
        return Received(incident, decision)

    def _carry_out(
        self, decision: Decision, alert: ParsedAlert, same: Incident | None, unresolved: Incident | None
    ) -> Incident:
        incident = same or unresolved
        if decision == Decision.REPLACE and unresolved is not None:
            self._resolve(unresolved, ended_at=None)
            self._incidents.keep(unresolved)
        if incident is None or decision in {Decision.OPEN, Decision.REPLACE, Decision.STORE_RESOLVED}:
            return self._open(alert)
        if decision == Decision.REOPEN:
            self._reopen(incident)
        elif decision == Decision.RESOLVE:
            self._resolve(incident, ended_at=alert.ends_at)
            self._announce_end(incident)
        else:
            self._repeat(incident)
        return incident

    def _open(self, alert: ParsedAlert) -> Incident:
        resolved = not alert.is_firing
        incident = Incident.objects.create(
            environment=self._environment,
            source=SOURCE,
            dedup_key=alert.fingerprint,
            state=IncidentState.RESOLVED if resolved else IncidentState.FIRING,
            severity=severity_from_word(alert.severity_word),
            title=alert.title,
            labels=dict(alert.labels),
            annotations=dict(alert.annotations),
            started_at=alert.starts_at,
            received_at=self._now,
            last_received_at=self._now,
            resolved_at=self._now if resolved else None,
            ended_at=alert.ends_at,
        )
        self._record(Happened.INCIDENT_OPENED, incident, facts={"state": incident.state})
        if not resolved:
            self._announce(incident, IncidentEvent.OPENED, topics_of(Severity(incident.severity)))
        return incident

    def _repeat(self, incident: Incident) -> None:
        incident.times_received += 1
        incident.last_received_at = self._now
        incident.save(update_fields=["times_received", "last_received_at"])
        self._record(Happened.INCIDENT_REPEATED, incident, facts={"times_received": incident.times_received})

    def _reopen(self, incident: Incident) -> None:
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.FIRING, None, None
        incident.times_received += 1
        incident.last_received_at = self._now
        incident.save()
        self._record(
            Happened.INCIDENT_REPEATED,
            incident,
            changes={"state": [before, incident.state]},
            facts={"times_received": incident.times_received},
        )
        self._announce(incident, IncidentEvent.REOPENED, topics_of(Severity(incident.severity)))

    def _resolve(self, incident: Incident, *, ended_at: datetime | None) -> None:
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.RESOLVED, self._now, ended_at
        incident.last_received_at = self._now
        incident.save(update_fields=["state", "resolved_at", "ended_at", "last_received_at"])
        self._record(Happened.INCIDENT_RESOLVED, incident, changes={"state": [before, incident.state]})

    def _announce(self, incident: Incident, event: IncidentEvent, topics: tuple[Topic, ...]) -> None:
        """Tell under all topics in one announcement: who stands in two of them gets one message."""
        facts = {"event": event.value}
        announce(topics, Subject(SubjectKind.INCIDENT, str(incident.pk), self._account_id, facts), now=self._now)

    def _announce_end(self, incident: Incident) -> None:
        """Tell under the topics that reached somebody; where nobody was told, there is nobody to tell."""
        told = told_about(SubjectKind.INCIDENT, str(incident.pk))
        topics = tuple(topic for topic in topics_of(Severity(incident.severity)) if topic in told.topics)
        if topics:
            self._announce(incident, IncidentEvent.RESOLVED, topics)

    def _record(
        self,
        happened: Happened,
        incident: Incident,
        *,
        changes: dict[str, list[str]] | None = None,
        facts: dict[str, str | int] | None = None,
    ) -> None:
        record(
            happened,
            actor=self._actor,
            subject=incident.audit_ref,
            account_id=self._account_id,
            changes=changes,
            facts=facts,
            now=self._now,
        )


def topics_of(severity: Severity) -> tuple[Topic, ...]:
    """Return the topics that a problem of this severity raises (catalog)."""
    return severities()[severity].raises


def _known(incident: Incident | None) -> Known | None:
    return Known(incident.started_at, incident.resolved_at) if incident else None
