"""Taking in what alert senders say: one transaction for a whole payload, one incident per occurrence."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from liaison.audit.actions import ActorRef, Entry, record_each
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.loader import severities, severity_from_word
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.alertmanager import ParsedAlert
from liaison.health.known import KnownIncidents
from liaison.health.models import Incident, IncidentState
from liaison.health.occurrences import Decision, Known, Signal, decide
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment, IntakeKey
from liaison.notifications.actions import announce_each
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.registry import Subject
from liaison.notifications.told import told_about_each

SOURCE: Final = "alertmanager"
# Many, so that two payloads seldom want the same; not endless, so that a long payload fits the server's lock table.
_LOCKS: Final = 8192
_LOCK_SPACE: Final = 0x48454C  # apart from the advisory locks of other rooms


@dataclass(frozen=True)
class Received:
    """What became of one alert."""

    incident: Incident
    decision: Decision


def receive_alerts(*, key: IntakeKey, alerts: Sequence[ParsedAlert], now: datetime) -> tuple[Received, ...]:
    """Keep what the alerts say and tell who must be told, all or nothing; the outcome is in the alerts' order.

    The same occurrence any number of times, also at once, is one incident (docs/decisions/0008). The number of
    statements does not depend on the number of alerts.
    """
    environment = key.environment
    with transaction.atomic():
        _lock(environment, alerts)
        intake = _Intake(environment, KnownIncidents(environment, alerts), now)
        received = tuple(intake.receive(alert) for alert in alerts)
        intake.keep(ActorRef(ActorKind.INTAKE_KEY, str(key.pk)))
        stamp_intake_key(key=key, now=now)
    return received


def topics_of(severity: Severity) -> tuple[Topic, ...]:
    """Return the topics that a problem of this severity raises (catalog)."""
    return severities()[severity].raises


def _lock(environment: Environment, alerts: Sequence[ParsedAlert]) -> None:
    """Let the same key be decided by one transaction at a time, and different keys side by side.

    Keys share a fixed number of locks, always taken in the same order: neither a long payload nor two payloads
    in opposite order can hurt.
    """
    wanted = {zlib.crc32(alert.fingerprint.encode()) % _LOCKS for alert in alerts}
    numbers = sorted((environment.pk * _LOCKS + lock) % 2**31 for lock in wanted)
    with connection.cursor() as cursor:
        # The rows of `unnest` come, and are locked, in the order of the list.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, number) FROM unnest(%s::integer[]) AS number", [_LOCK_SPACE, numbers]
        )


@dataclass(frozen=True)
class _Noted:
    """One event of the history to be; its incident may have no key yet."""

    happened: Happened
    incident: Incident
    changes: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class _Intake:
    """One payload being taken in: `receive` decides, alert by alert and in memory, and `keep` writes it all down."""

    def __init__(self, environment: Environment, incidents: KnownIncidents, now: datetime) -> None:
        self._environment = environment
        self._account_id = environment.integration.account_id
        self._incidents = incidents
        self._now = now
        self._noted: list[_Noted] = []
        self._begun: list[tuple[Incident, IncidentEvent]] = []
        self._ended: list[Incident] = []  # of which people are told, where somebody heard of the beginning

    def receive(self, alert: ParsedAlert) -> Received:
        same, unresolved = self._incidents.same(alert), self._incidents.open(alert)
        signal = Signal(alert.is_firing, alert.starts_at, alert.ends_at)
        decision = decide(signal, same=_known(same), unresolved=_known(unresolved), now=self._now)
        return Received(self._carry_out(decision, alert, same, unresolved), decision)

    def keep(self, actor: ActorRef) -> None:
        self._incidents.store()
        entries = (
            Entry(one.happened, one.incident.audit_ref, self._account_id, one.changes, one.facts) for one in self._noted
        )
        record_each(entries, actor=actor, now=self._now)
        self._announce_beginnings()
        self._announce_ends()
        self._end_escalations()

    def _carry_out(
        self, decision: Decision, alert: ParsedAlert, same: Incident | None, unresolved: Incident | None
    ) -> Incident:
        incident = same or unresolved
        if decision == Decision.REPLACE and unresolved is not None:
            self._resolve(unresolved, ended_at=None)
        if incident is None or decision in {Decision.OPEN, Decision.REPLACE, Decision.STORE_RESOLVED}:
            return self._open(alert)
        if decision == Decision.REOPEN:
            self._reopen(incident)
        elif decision == Decision.RESOLVE:
            self._resolve(incident, ended_at=alert.ends_at)
            self._ended.append(incident)
        else:
            self._repeat(incident)
        return incident

    def _open(self, alert: ParsedAlert) -> Incident:
        resolved = not alert.is_firing
        incident = Incident(
            environment=self._environment,
            source=SOURCE,
            dedup_key=alert.fingerprint,
            state=(IncidentState.RESOLVED if resolved else IncidentState.FIRING).value,
            severity=severity_from_word(alert.severity_word).value,
            title=alert.title,
            labels=dict(alert.labels),
            annotations=dict(alert.annotations),
            started_at=alert.starts_at,
            received_at=self._now,
            last_received_at=self._now,
            resolved_at=self._now if resolved else None,
            ended_at=alert.ends_at,
        )
        self._incidents.add(incident)
        self._note(Happened.INCIDENT_OPENED, incident, facts={"state": incident.state})
        if not resolved:
            self._begun.append((incident, IncidentEvent.OPENED))
        return incident

    def _repeat(self, incident: Incident) -> None:
        self._count(incident)
        self._note(Happened.INCIDENT_REPEATED, incident, facts={"times_received": incident.times_received})

    def _reopen(self, incident: Incident) -> None:
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.FIRING.value, None, None
        self._count(incident)
        changes, facts = {"state": [before, incident.state]}, {"times_received": incident.times_received}
        self._note(Happened.INCIDENT_REOPENED, incident, changes=changes, facts=facts)
        self._begun.append((incident, IncidentEvent.REOPENED))

    def _count(self, incident: Incident) -> None:
        incident.times_received += 1
        incident.last_received_at = self._now
        self._incidents.change(incident)

    def _resolve(self, incident: Incident, *, ended_at: datetime | None) -> None:
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.RESOLVED.value, self._now, ended_at
        incident.last_received_at = self._now
        self._incidents.change(incident)
        self._note(Happened.INCIDENT_RESOLVED, incident, changes={"state": [before, incident.state]})

    def _note(self, happened: Happened, incident: Incident, **details: Mapping[str, Any]) -> None:
        self._noted.append(_Noted(happened, incident, **details))

    def _announce_beginnings(self) -> None:
        """Tell under all topics of a severity in one announcement: who stands in two of them gets one message."""
        groups: dict[tuple[tuple[Topic, ...], IncidentEvent], list[Incident]] = {}
        for incident, event in self._begun:
            groups.setdefault((topics_of(Severity(incident.severity)), event), []).append(incident)
        for (topics, event), incidents in groups.items():
            self._announce(topics, event, incidents)

    def _announce_ends(self) -> None:
        """Tell under the topics that reached somebody; where nobody was told, there is nobody to tell."""
        if not self._ended:
            return
        told = told_about_each(SubjectKind.INCIDENT, [str(incident.pk) for incident in self._ended])
        groups: dict[tuple[Topic, ...], list[Incident]] = {}
        for incident in self._ended:
            heard_under = told[str(incident.pk)].topics
            topics = tuple(topic for topic in topics_of(Severity(incident.severity)) if topic in heard_under)
            if topics:
                groups.setdefault(topics, []).append(incident)
        for topics, incidents in groups.items():
            self._announce(topics, IncidentEvent.RESOLVED, incidents)

    def _end_escalations(self) -> None:
        """Call nobody else about what is over at the end of the payload."""
        over = {str(one.incident.pk) for one in self._noted if one.incident.state == IncidentState.RESOLVED}
        if over:
            resolve_escalations(SubjectKind.INCIDENT, over, now=self._now)

    def _announce(self, topics: tuple[Topic, ...], event: IncidentEvent, incidents: Iterable[Incident]) -> None:
        facts = {"event": event.value, "environment": self._environment.pk}
        subjects = [Subject(SubjectKind.INCIDENT, str(one.pk), self._account_id, facts) for one in incidents]
        announce_each(topics, subjects, now=self._now)


def _known(incident: Incident | None) -> Known | None:
    return Known(incident.started_at, incident.resolved_at) if incident else None
