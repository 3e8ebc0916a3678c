"""What changes nobody's knowledge: suspicions, and newer numbers of what goes on. Written for all environments at once.

Each row is written only where nobody has written it since it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from liaison.detection.findings import Judged, is_tellable, judged_finding
from liaison.detection.incidents import facts_of
from liaison.detection.models import Finding
from liaison.detection.places import Place
from liaison.detection.steps import Change
from liaison.health.models import Incident
from liaison.lib.bulk import as_json, update_rows

_COLUMNS: Final = (
    "state", "since", "bad_since", "fired_at", "ended_at", "recent_ends", "is_flapping", "evidence", "judged_at",
)  # fmt: skip
_UPDATE: Final = f"""
UPDATE detection_finding AS kept SET {", ".join(f"{name} = new.{name}" for name in _COLUMNS)}
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
    %s::timestamptz[], %s::jsonb[], %s::boolean[], %s::jsonb[], %s::timestamptz[])
    AS new(id, was, {", ".join(_COLUMNS)})
WHERE kept.id = new.id AND kept.judged_at = new.was
RETURNING kept.incident_id
"""  # noqa: S608  # the columns above


@dataclass(frozen=True, slots=True)
class Light:
    """A finding as it is to be written, and when the row was written last; None for a new one."""

    finding: Finding
    was: datetime | None


def keep_lightly(
    places: Mapping[int, Place], judged: Mapping[int, Sequence[Judged]], findings: Iterable[Finding], *,
    end: datetime, now: datetime,
) -> tuple[int, dict[int, Sequence[Judged]]]:  # fmt: skip
    """Write what nobody is told of; return the number of changes, and what is left: where something fires or ends.

    `findings` are the rows as they were read, of all that is `judged`.
    """
    known = {(one.environment_id, one.rule, one.scope): one for one in findings}
    left: dict[int, Sequence[Judged]] = {}
    light: list[Light] = []
    changes = 0
    for environment_id, found in judged.items():
        if any(is_tellable(one) for one in found):
            left[environment_id] = found
            continue
        for one in found:
            row = known.get((environment_id, one.rule, one.scope))
            was = None if row is None else row.judged_at
            kept = judged_finding(row, places[environment_id], one, end)
            if kept.is_written:
                light.append(Light(kept.finding, was))
                changes += kept.change is not Change.NONE
    with transaction.atomic():
        Finding.objects.bulk_create([one.finding for one in light if one.was is None], ignore_conflicts=True)
        incident_ids = _update([one for one in light if one.was is not None])
    # Not while the findings are locked: a pause locks incidents first, and they would wait for each other.
    with transaction.atomic():
        _renew_incidents(incident_ids, now)
    return changes, left


def _update(light: Sequence[Light]) -> set[int]:
    """Update the rows that nobody has written since; return their incidents."""
    if not light:
        return set()
    rows = [(one.finding.pk, one.was, *_values(one.finding)) for one in light]
    # In the order in which everybody locks findings, so that nobody waits for each other.
    list(Finding.objects.select_for_update().filter(pk__in=[row[0] for row in rows]).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [list(column) for column in zip(*rows, strict=True)])
        return {incident_id for (incident_id,) in cursor.fetchall() if incident_id is not None}


def _values(finding: Finding) -> Iterable[Any]:
    for name in _COLUMNS:
        value = getattr(finding, name)
        yield as_json(value) if name in {"recent_ends", "evidence"} else value


def _renew_incidents(incident_ids: set[int], now: datetime) -> None:
    """Put the newest numbers into the incidents that go on."""
    if not incident_ids:
        return
    rows = Incident.objects.select_for_update(of=("self",), no_key=True).filter(resolved_at__isnull=True)
    open_ones = list(rows.filter(pk__in=incident_ids).order_by("pk"))
    belonging: dict[int, list[Finding]] = {one.pk: [] for one in open_ones}
    for finding in Finding.objects.filter(incident__in=belonging).order_by("pk"):
        if finding.incident_id is not None and finding.fired_at is not None:
            belonging[finding.incident_id].append(finding)
    changed = [(one.pk, as_json(facts_of(belonging[one.pk], one.facts)), now) for one in open_ones]
    update_rows(Incident, ("id", "facts", "last_received_at"), changed)
