"""Taking in an event of the Events API v2: one transaction, one incident per occurrence of its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.loader import severity_from_word
from liaison.catalog.vocabulary import Severity
from liaison.health.acknowledging import newest_escalation
from liaison.health.changes import Changes, lock_keys, outside_key
from liaison.health.events_v2 import LONGEST_KEY, Action, ParsedEvent
from liaison.health.known import KnownIncidents
from liaison.health.models import Incident, IncidentState
from liaison.health.occurrences import Decision, Known, decide_resolve, decide_trigger
from liaison.health.severity import is_worse
from liaison.health.vocabulary import IncidentEvent, IncidentSource, SubjectKind
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment, IntakeKey
from liaison.lib.ids import new_public_id
from liaison.notifications.escalation import acknowledging
from liaison.notifications.escalation.acknowledging import Bearer
from liaison.notifications.models import NOBODY_HAS_IT, AcknowledgedVia

SAME_EVENT_WITHIN: Final = timedelta(minutes=1)
"""How long an event without a key is taken for the same as one that said exactly the same."""
_MOST_AHEAD: Final = timedelta(minutes=5)
_NEVER_BEGAN: Final = "never_began"


@dataclass(frozen=True)
class Enqueued:
    """What became of an event. `incident` is None for an acknowledgement of something that is not open."""

    dedup_key: str
    decision: Decision
    incident: Incident | None


def receive_event(*, key: IntakeKey, event: ParsedEvent, now: datetime) -> Enqueued:
    """Keep what the event says and tell who must be told (docs/decisions/0026).

    The key acknowledges and resolves as itself. The `dedup_key` of the answer names the problem from now on: the
    sender's own, or one that is made here.
    """
    environment = key.environment
    with transaction.atomic():
        dedup_key = event.dedup_key or _made_key(environment, event, now)
        kept = outside_key(dedup_key)
        lock_keys(environment, [kept])
        started_at = _start_of(event, now)
        incidents = KnownIncidents(environment, [(kept, started_at)])
        changes = Changes(environment, incidents, now)
        intake = _Intake(key, event, changes, incidents, kept, started_at, now)
        decision, incident = intake.receive()
        changes.keep(ActorRef(ActorKind.INTAKE_KEY, str(key.pk)))
        stamp_intake_key(key=key, now=now)
    return Enqueued(dedup_key, decision, incident)


def _made_key(environment: Environment, event: ParsedEvent, now: datetime) -> str:
    """Return the key of an open incident that said exactly the same a moment ago, else a new one.

    A sender that got no answer sends the same again; without a key nothing else tells it from a second problem.
    """
    prefix = f"{event.content_hash[:32]}-"
    lock_keys(environment, [prefix])
    same = Incident.objects.filter(
        environment=environment,
        dedup_key__startswith=prefix,
        resolved_at=None,
        last_received_at__gt=now - SAME_EVENT_WITHIN,
    )
    found = same.order_by("-pk").values_list("dedup_key", flat=True).first()
    return found or f"{prefix}{new_public_id()}"[:LONGEST_KEY]


def _start_of(event: ParsedEvent, now: datetime) -> datetime:
    """Return when it began: the sender's moment, unless its clock is ahead of ours by more than clocks are."""
    said = event.said_at
    return said if said is not None and said <= now + _MOST_AHEAD else now


@dataclass(frozen=True)
class _Intake:
    """One event being taken in."""

    key: IntakeKey
    event: ParsedEvent
    changes: Changes
    incidents: KnownIncidents
    dedup_key: str
    started_at: datetime
    now: datetime

    def receive(self) -> tuple[Decision, Incident | None]:
        unresolved = self.incidents.open(self.dedup_key)
        if self.event.action is Action.ACKNOWLEDGE:
            if unresolved is None:
                return Decision.IGNORE, None
            self._acknowledge(unresolved)
            return Decision.REPEAT, unresolved
        newest = unresolved or self.incidents.newest(self.dedup_key)
        if self.event.action is Action.RESOLVE:
            return self._resolve(newest, unresolved)
        return self._trigger(newest, unresolved)

    def _trigger(self, newest: Incident | None, unresolved: Incident | None) -> tuple[Decision, Incident]:
        same = self.incidents.same(self.dedup_key, self.started_at)
        decision = decide_trigger(
            self.event.said_at, same=_known(same), newest=_known(newest), unresolved=_known(unresolved), now=self.now
        )
        incident = unresolved or same or newest
        if incident is None or decision == Decision.OPEN:
            incident = self._new()
            self.changes.open(incident)
        elif decision == Decision.REOPEN:
            self.changes.reopen(incident)
        elif decision == Decision.BEGIN:
            self.changes.begin(incident, self._beginning(same))
        else:
            self.changes.repeat(incident)
            self._worsen(incident)
        return decision, incident

    def _resolve(self, newest: Incident | None, unresolved: Incident | None) -> tuple[Decision, Incident]:
        decision = decide_resolve(newest=_known(newest), unresolved=_known(unresolved), now=self.now)
        incident = unresolved or newest
        if incident is None or decision == Decision.STORE_RESOLVED:
            incident = self._new(state=IncidentState.RESOLVED.value, resolved_at=self.now, ended_at=self.started_at)
            incident.facts = {_NEVER_BEGAN: True}
            self.changes.open(incident)
        elif decision == Decision.RESOLVE:
            self.changes.resolve(incident, ended_at=max(self.started_at, incident.started_at))
            self.changes.tell_end(incident)
        else:
            self.changes.repeat(incident)
        return decision, incident

    def _worsen(self, incident: Incident) -> None:
        severity = self._severity()
        if incident.resolved_at is None and is_worse(severity, incident.severity):
            self.changes.worsen(incident, severity, IncidentEvent.WORSENED)

    def _acknowledge(self, incident: Incident) -> None:
        """Take it in the key's name; where nobody is called about it, it is only noted."""
        actor = ActorRef(ActorKind.INTAKE_KEY, str(self.key.pk))
        escalation = newest_escalation(SubjectKind.INCIDENT, incident.pk)
        if escalation is not None and escalation.state in NOBODY_HAS_IT:
            bearer = Bearer(actor, f"intake_key:{self.key.pk}", AcknowledgedVia.API, name=self.key.name)
            acknowledging.acknowledge_escalation(bearer=bearer, escalation=escalation, now=self.now)
        elif incident.state == IncidentState.FIRING:
            before, incident.state = incident.state, IncidentState.ACKNOWLEDGED.value
            incident.save(update_fields=["state"])
            record(
                Happened.INCIDENT_ACKNOWLEDGED,
                actor=actor,
                subject=incident.audit_ref,
                account_id=self.key.environment.integration.account_id,
                changes={"state": [before, incident.state]},
                now=self.now,
            )

    def _new(self, **more: Any) -> Incident:
        return Incident(
            environment=self.key.environment,
            source=IncidentSource.EVENTS.value,
            dedup_key=self.dedup_key,
            severity=self._severity().value,
            started_at=self.started_at,
            received_at=self.now,
            last_received_at=self.now,
            **self._words(),
            **more,
        )

    def _words(self) -> dict[str, Any]:
        event = self.event
        return {"title": event.title, "labels": dict(event.labels), "annotations": dict(event.annotations)}

    def _beginning(self, same: Incident | None) -> dict[str, Any]:
        """Return everything that a trigger says of an incident of which only the end was heard before."""
        start = {"started_at": self.started_at} if same is None else {}
        return self._words() | start | {"severity": self._severity().value, "facts": {}}

    def _severity(self) -> Severity:
        return severity_from_word(self.event.severity_word)


def _known(incident: Incident | None) -> Known | None:
    if incident is None:
        return None
    return Known(incident.started_at, incident.resolved_at, never_began=bool(incident.facts.get(_NEVER_BEGAN)))
