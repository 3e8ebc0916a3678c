"""What becomes of incidents of one environment in one transaction: decided in memory, written and told at the end.

Whoever reports problems stands on this: alert senders (`actions.py`, `enqueuing.py`) and our own rules
(`reporting.py`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from liaison.audit.actions import ActorRef, Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.expected import EXPECTING, expect_answers, expect_nothing
from liaison.health.known import KnownIncidents
from liaison.health.models import Incident, IncidentState
from liaison.health.routing import PROBLEM_TOPICS, subject_of, topics_of_incident
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.models import Environment
from liaison.notifications.actions import announce_each
from liaison.notifications.escalation.acknowledging import resolve_escalations
from liaison.notifications.told import told_about_each

# Many, so that two payloads seldom want the same; not endless, so that a long payload fits the server's lock table.
_LOCKS: Final = 8192
_LOCK_SPACE: Final = 0x48454C  # apart from the advisory locks of other rooms


def outside_key(dedup_key: str) -> str:
    """Return a sender's key as it is kept: one that looks like a key of our own rules must not reach theirs."""
    return f"sent:{dedup_key}"[:255] if dedup_key.startswith("rules:") else dedup_key


def lock_keys(environment: Environment, dedup_keys: Iterable[str]) -> None:
    """Let the same key be decided by one transaction at a time, and different keys side by side.

    Keys share a fixed number of locks, always taken in the same order: neither a long payload nor two payloads
    in opposite order can hurt.
    """
    wanted = {zlib.crc32(key.encode()) % _LOCKS for key in dedup_keys}
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


class Changes:
    """The incidents of one environment being changed; `keep` writes it all down, with its history, and tells."""

    def __init__(self, environment: Environment, incidents: KnownIncidents, now: datetime) -> None:
        self._environment = environment
        self._account_id = environment.integration.account_id
        self._incidents = incidents
        self._now = now
        self._noted: list[_Noted] = []
        self._to_tell: list[tuple[Incident, IncidentEvent]] = []
        self._ended: list[Incident] = []  # of which people are told, where somebody heard of the beginning

    def keep(self, actor: ActorRef) -> None:
        """Write what was decided, append it to the history, and tell everybody who must be told."""
        self._incidents.store()
        entries = (
            Entry(one.happened, one.incident.audit_ref, self._account_id, one.changes, one.facts) for one in self._noted
        )
        record_each(entries, actor=actor, now=self._now)
        self._announce_beginnings()
        self._announce_ends()
        self._end_escalations()

    def open(self, incident: Incident, event: IncidentEvent | None = IncidentEvent.OPENED) -> None:
        """Add a new incident. People are told of it as `event`, of one that is over already or without event nobody."""
        self._incidents.add(incident)
        self._note(Happened.INCIDENT_OPENED, incident, facts={"state": incident.state})
        if incident.resolved_at is None:
            self.tell(incident, event)

    def repeat(self, incident: Incident) -> None:
        """Count one more time that it was said."""
        self._count(incident)
        self._note(Happened.INCIDENT_REPEATED, incident, facts={"times_received": incident.times_received})

    def reopen(self, incident: Incident, event: IncidentEvent | None = IncidentEvent.REOPENED) -> None:
        """Let it go on after it was called resolved."""
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.FIRING.value, None, None
        self._count(incident)
        changes, facts = {"state": [before, incident.state]}, {"times_received": incident.times_received}
        self._note(Happened.INCIDENT_REOPENED, incident, changes=changes, facts=facts)
        self.tell(incident, event)

    def worsen(self, incident: Incident, severity: Severity, event: IncidentEvent | None) -> None:
        """Raise its severity, and tell everybody whom the new one concerns."""
        before, incident.severity = incident.severity, severity.value
        self._incidents.change(incident, is_rewritten=True)
        self._note(Happened.INCIDENT_WORSENED, incident, changes={"severity": [before, incident.severity]})
        self.tell(incident, event)

    def rewrite(self, incident: Incident, facts: Mapping[str, Any]) -> None:
        """Put newer evidence in the place of what was known."""
        incident.facts = dict(facts)
        incident.last_received_at = self._now
        self._incidents.change(incident, is_rewritten=True)

    def begin(self, incident: Incident, changed: Mapping[str, Any]) -> None:
        """Let an incident begin of which only the end was heard: `changed` are the words that came with it now."""
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.FIRING.value, None, None
        for name, value in changed.items():
            setattr(incident, name, value)
        incident.save(update_fields=list(changed))
        self._count(incident)
        self._note(Happened.INCIDENT_REOPENED, incident, changes={"state": [before, incident.state]})
        self.tell(incident, IncidentEvent.OPENED)

    def resolve(self, incident: Incident, *, ended_at: datetime | None) -> None:
        """End it; nobody is told but by `tell_end`."""
        before = incident.state
        incident.state, incident.resolved_at, incident.ended_at = IncidentState.RESOLVED.value, self._now, ended_at
        incident.last_received_at = self._now
        self._incidents.change(incident)
        self._note(Happened.INCIDENT_RESOLVED, incident, changes={"state": [before, incident.state]})

    def tell_end(self, incident: Incident) -> None:
        """Let those hear that it is over who heard of it."""
        self._ended.append(incident)

    def tell(self, incident: Incident, event: IncidentEvent | None) -> None:
        """Tell of it under the topics of its severity; without an event nobody is told."""
        if event is not None:
            self._to_tell.append((incident, event))

    def _count(self, incident: Incident) -> None:
        incident.times_received += 1
        incident.last_received_at = self._now
        self._incidents.change(incident)

    def _note(self, happened: Happened, incident: Incident, **details: Mapping[str, Any]) -> None:
        self._noted.append(_Noted(happened, incident, **details))

    def _announce_beginnings(self) -> None:
        """Tell under all topics of a severity in one announcement: who stands in two of them gets one message."""
        groups: dict[tuple[tuple[Topic, ...], IncidentEvent], list[Incident]] = {}
        for incident, event in self._to_tell:
            groups.setdefault((topics_of_incident(incident, event), event), []).append(incident)
        for (topics, event), incidents in groups.items():
            self._announce(topics, event, incidents)
        expect_answers([incident for incident, event in self._to_tell if event in EXPECTING], self._now)

    def _announce_ends(self) -> None:
        """Tell under the topics that reached somebody; where nobody was told, there is nobody to tell."""
        if not self._ended:
            return
        told = told_about_each(SubjectKind.INCIDENT, [str(incident.pk) for incident in self._ended])
        groups: dict[tuple[Topic, ...], list[Incident]] = {}
        for incident in self._ended:
            heard_under = told[str(incident.pk)].topics
            topics = tuple(topic for topic in PROBLEM_TOPICS if topic in heard_under)
            if topics:
                groups.setdefault(topics, []).append(incident)
        for topics, incidents in groups.items():
            self._announce(topics, IncidentEvent.RESOLVED, incidents)

    def _end_escalations(self) -> None:
        """Call nobody else about what is over at the end of the transaction."""
        over = {str(one.incident.pk) for one in self._noted if one.incident.state == IncidentState.RESOLVED}
        if over:
            resolve_escalations(SubjectKind.INCIDENT, over, now=self._now)
            expect_nothing(over, self._now)

    def _announce(self, topics: tuple[Topic, ...], event: IncidentEvent, incidents: Iterable[Incident]) -> None:
        subjects = [subject_of(one, event, account_id=self._account_id) for one in incidents]
        announce_each(topics, subjects, now=self._now)
