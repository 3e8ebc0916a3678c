"""The incidents that a payload can concern: read in one query, kept up to date in memory, written at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from liaison.health.alertmanager import ParsedAlert
from liaison.health.models import Incident
from liaison.integrations.models import Environment
from liaison.lib.bulk import as_json, insert_rows, next_ids, update_rows

_COLUMNS: Final = (
    "id", "public_id", "environment_id", "source", "dedup_key", "state", "severity", "title", "labels", "annotations",
    "started_at", "received_at", "last_received_at", "times_received", "resolved_at", "ended_at",
)  # fmt: skip
_TABLE: Final = Incident._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
# As a query of the ORM it would be put into words anew for each payload, which takes longer than the database does.
_KNOWN: Final = f"""
SELECT * FROM {_TABLE}
WHERE environment_id = %s AND dedup_key = ANY(%s) AND (resolved_at IS NULL OR started_at = ANY(%s))
ORDER BY id
FOR UPDATE
"""  # noqa: S608  # the table's name is our own constant
_CHANGING: Final = ("id", "state", "last_received_at", "times_received", "resolved_at", "ended_at")


class KnownIncidents:
    """Locked from the start, so that nobody else changes them. `store` writes what was added and changed, once."""

    def __init__(self, environment: Environment, alerts: Sequence[ParsedAlert]) -> None:
        self._by_occurrence: dict[tuple[str, datetime], Incident] = {}
        self._open: dict[str, Incident] = {}
        self._new: list[Incident] = []
        self._changed: dict[int, Incident] = {}
        keys, starts = {alert.fingerprint for alert in alerts}, {alert.starts_at for alert in alerts}
        for incident in Incident.objects.raw(_KNOWN, [environment.pk, list(keys), list(starts)]):
            self._keep(incident)

    def same(self, alert: ParsedAlert) -> Incident | None:
        """Return the incident of the alert's own occurrence."""
        return self._by_occurrence.get((alert.fingerprint, alert.starts_at))

    def open(self, alert: ParsedAlert) -> Incident | None:
        """Return the open incident under the alert's key, whatever its occurrence."""
        return self._open.get(alert.fingerprint)

    def add(self, incident: Incident) -> None:
        """Keep a new incident; it has no primary key before `store`."""
        self._new.append(incident)
        self._keep(incident)

    def change(self, incident: Incident) -> None:
        """Note that state, moments or counter of the incident have changed."""
        if incident.pk is not None:
            self._changed[incident.pk] = incident
        self._keep(incident)

    def store(self) -> None:
        """Write everything. What ended goes first: its key may be that of an incident that begins."""
        changed = list(self._changed.values())
        for is_over in (True, False):
            rows = [_change(incident) for incident in changed if (incident.resolved_at is not None) == is_over]
            update_rows(Incident, _CHANGING, rows)
        for incident, key in zip(self._new, next_ids(Incident, len(self._new)), strict=True):
            incident.pk = key
        if self._new:
            insert_rows(Incident, _COLUMNS, map(_row, self._new))

    def _keep(self, incident: Incident) -> None:
        self._by_occurrence[incident.dedup_key, incident.started_at] = incident
        if incident.resolved_at is None:
            self._open[incident.dedup_key] = incident
        elif self._open.get(incident.dedup_key) is incident:
            del self._open[incident.dedup_key]


def _row(one: Incident) -> tuple[Any, ...]:
    return (
        one.pk, one.public_id, one.environment_id, one.source, one.dedup_key, one.state, one.severity, one.title,
        as_json(one.labels), as_json(one.annotations),
        one.started_at, one.received_at, one.last_received_at, one.times_received, one.resolved_at, one.ended_at,
    )  # fmt: skip


def _change(one: Incident) -> tuple[Any, ...]:
    return one.pk, one.state, one.last_received_at, one.times_received, one.resolved_at, one.ended_at
