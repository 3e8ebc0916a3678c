"""Taking in what Alertmanager says: one transaction for a whole payload, one incident per occurrence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.catalog.loader import severity_from_word
from liaison.health.alertmanager import ParsedAlert
from liaison.health.changes import Changes, lock_keys, outside_key
from liaison.health.known import KnownIncidents
from liaison.health.models import Incident, IncidentState
from liaison.health.occurrences import Decision, Known, Signal, decide
from liaison.health.vocabulary import IncidentSource
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment, IntakeKey


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
        lock_keys(environment, (outside_key(alert.fingerprint) for alert in alerts))
        occurrences = [(outside_key(alert.fingerprint), alert.starts_at) for alert in alerts]
        incidents = KnownIncidents(environment, occurrences)
        changes = Changes(environment, incidents, now)
        intake = _Intake(environment, incidents, changes, now)
        received = tuple(intake.receive(alert) for alert in alerts)
        changes.keep(ActorRef(ActorKind.INTAKE_KEY, str(key.pk)))
        stamp_intake_key(key=key, now=now)
    return received


class _Intake:
    """One payload being taken in, alert by alert and in memory."""

    def __init__(self, environment: Environment, incidents: KnownIncidents, changes: Changes, now: datetime) -> None:
        self._environment = environment
        self._incidents = incidents
        self._changes = changes
        self._now = now

    def receive(self, alert: ParsedAlert) -> Received:
        dedup_key = outside_key(alert.fingerprint)
        same, unresolved = self._incidents.same(dedup_key, alert.starts_at), self._incidents.open(dedup_key)
        signal = Signal(alert.is_firing, alert.starts_at, alert.ends_at)
        decision = decide(signal, same=_known(same), unresolved=_known(unresolved), now=self._now)
        return Received(self._carry_out(decision, alert, same, unresolved), decision)

    def _carry_out(
        self, decision: Decision, alert: ParsedAlert, same: Incident | None, unresolved: Incident | None
    ) -> Incident:
        incident = same or unresolved
        if decision == Decision.REPLACE and unresolved is not None:
            self._changes.resolve(unresolved, ended_at=None)
        if incident is None or decision in {Decision.OPEN, Decision.REPLACE, Decision.STORE_RESOLVED}:
            incident = self._new(alert)
            self._changes.open(incident)
        elif decision == Decision.REOPEN:
            self._changes.reopen(incident)
        elif decision == Decision.RESOLVE:
            self._changes.resolve(incident, ended_at=alert.ends_at)
            self._changes.tell_end(incident)
        else:
            self._changes.repeat(incident)
        return incident

    def _new(self, alert: ParsedAlert) -> Incident:
        resolved = not alert.is_firing
        return Incident(
            environment=self._environment,
            source=IncidentSource.ALERTMANAGER.value,
            dedup_key=outside_key(alert.fingerprint),
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


def _known(incident: Incident | None) -> Known | None:
    return Known(incident.started_at, incident.resolved_at) if incident else None
