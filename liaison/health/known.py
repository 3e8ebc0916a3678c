"""The incidents that a transaction can concern: read in one query, kept up to date in memory, written at the end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from liaison.health.models import Incident
from liaison.integrations.models import Environment
from liaison.lib.bulk import as_json, insert_rows, next_ids, update_rows

_COLUMNS: Final = (
    "id", "public_id", "environment_id", "source", "dedup_key", "state", "severity", "title", "labels", "annotations",
    "started_at", "received_at", "last_received_at", "times_received", "resolved_at", "ended_at", "facts", "is_quiet",
)  # fmt: skip
_TABLE: Final = Incident._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
# As a query of the ORM it would be put into words anew for each payload, which takes longer than the database does.
_KNOWN: Final = f"""
SELECT * FROM {_TABLE}
WHERE environment_id = %s AND dedup_key = ANY(%s) AND (resolved_at IS NULL OR started_at = ANY(%s))
ORDER BY id
FOR UPDATE
"""  # noqa: S608  # the table's name is our own constant
_REWRITTEN: Final = ("id", "severity", "facts", "is_quiet")
_CHANGING: Final = ("id", "state", "last_received_at", "times_received", "resolved_at", "ended_at")


class KnownIncidents:
    """Locked from the start, so that nobody else changes them. `store` writes what was added and changed, once."""

    def __init__(self, environment: Environment, occurrences: Collection[tuple[str, datetime]]) -> None:
        """Read and lock those that are open under one of the keys, or have one of the moments as their start."""
        self._environment = environment
        self._by_occurrence: dict[tuple[str, datetime], Incident] = {}
        self._open: dict[str, Incident] = {}
        self._new: list[Incident] = []
        self._changed: dict[int, Incident] = {}
        self._rewritten: dict[int, Incident] = {}
        keys, starts = {key for key, _ in occurrences}, {start for _, start in occurrences}
        for incident in Incident.objects.raw(_KNOWN, [environment.pk, list(keys), list(starts)]):
            incident.environment = environment
            self._keep(incident)

    def same(self, dedup_key: str, started_at: datetime) -> Incident | None:
        """Return the incident of this very occurrence."""
        return self._by_occurrence.get((dedup_key, started_at))

    def open(self, dedup_key: str) -> Incident | None:
        """Return the open incident under the key, whatever its occurrence."""
        return self._open.get(dedup_key)

    def newest(self, dedup_key: str) -> Incident | None:
        """Return the last incident under the key, open or not: one more query."""
        rows = Incident.objects.filter(environment=self._environment, dedup_key=dedup_key)
        found = rows.select_for_update(no_key=True).order_by("-pk").first()
        if found is None:
            return None
        known = self._by_occurrence.get((dedup_key, found.started_at))
        if known is None:
            found.environment = self._environment
            self._keep(found)
        return known or found

    def add(self, incident: Incident) -> None:
        """Keep a new incident; it has no primary key before `store`."""
        self._new.append(incident)
        self._keep(incident)

    def change(self, incident: Incident, *, is_rewritten: bool = False) -> None:
        """Note that state, moments or counter of the incident have changed, or with `is_rewritten` what it says."""
        if incident.pk is not None:
            self._changed[incident.pk] = incident
            if is_rewritten:
                self._rewritten[incident.pk] = incident
        self._keep(incident)

    def store(self) -> None:
        """Write everything. What ended goes first: its key may be that of an incident that begins."""
        changed = list(self._changed.values())
        for is_over in (True, False):
            rows = [_change(incident) for incident in changed if (incident.resolved_at is not None) == is_over]
            update_rows(Incident, _CHANGING, rows)
        update_rows(Incident, _REWRITTEN, [_rewrite(incident) for incident in self._rewritten.values()])
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
        as_json(one.facts), one.is_quiet,
    )  # fmt: skip


def _change(one: Incident) -> tuple[Any, ...]:
    return one.pk, one.state, one.last_received_at, one.times_received, one.resolved_at, one.ended_at


def _rewrite(one: Incident) -> tuple[Any, ...]:
    return one.pk, one.severity, as_json(one.facts), one.is_quiet
