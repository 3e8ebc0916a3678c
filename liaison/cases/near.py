"""What stands around one case: the cases and incidents that it belongs with, and whether there is anything at all.

Each is one statement that the server prepares, because it is asked at each look at a case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from liaison.accounts.actors import Actor
from liaison.cases import access
from liaison.cases.models import Attachment, Case, CaseIncident, CaseLink, Presence, ReplyDraft, Share
from liaison.cases.presence import SEEN_FOR
from liaison.cases.scope import Scope
from liaison.health.access import sees_incidents_of
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.integrations.models import Environment, Integration
from liaison.lib.driver import rows_of, table_of

MOST_RELATED: Final = 100


_CASE, _LINK = table_of(Case), table_of(CaseLink)
_NAMED, _INCIDENT = table_of(CaseIncident), table_of(Incident)
_ENVIRONMENT, _INTEGRATION = table_of(Environment), table_of(Integration)
_ATTACHMENT, _DRAFT, _PRESENCE, _SHARE = table_of(Attachment), table_of(ReplyDraft), table_of(Presence), table_of(Share)

_AROUND: Final = f"""
SELECT %(follows)s::bigint IS NOT NULL
        OR EXISTS (SELECT 1 FROM {_LINK} WHERE case_id = %(case)s)
        OR EXISTS (SELECT 1 FROM {_LINK} WHERE other_id = %(case)s)
        OR EXISTS (SELECT 1 FROM {_CASE} WHERE follows_id = %(case)s),
    EXISTS (SELECT 1 FROM {_NAMED} WHERE case_id = %(case)s)
        OR EXISTS (SELECT 1 FROM {_INTEGRATION} AS held JOIN {_ENVIRONMENT} AS place ON place.integration_id = held.id
            JOIN {_INCIDENT} AS happened ON happened.environment_id = place.id WHERE held.account_id = %(account)s),
    EXISTS (SELECT 1 FROM {_ATTACHMENT} WHERE case_id = %(case)s AND (note_id IS NULL OR %(sees_notes)s)),
    EXISTS (SELECT 1 FROM {_DRAFT} WHERE case_id = %(case)s AND identity_id = %(reader)s),
    EXISTS (SELECT 1 FROM {_PRESENCE}
        WHERE case_id = %(case)s AND identity_id <> %(reader)s AND seen_at > %(since)s),
    EXISTS (SELECT 1 FROM {_SHARE} WHERE case_id = %(case)s AND revoked_at IS NULL)
"""  # noqa: S608  # table names are our own

_CASES: Final = f"""
WITH near (id, kind) AS (
    SELECT other_id, kind FROM {_LINK} WHERE case_id = %(case)s
    UNION ALL SELECT case_id, kind FROM {_LINK} WHERE other_id = %(case)s
    UNION ALL SELECT id, '' FROM {_CASE} WHERE follows_id = %(case)s
    UNION ALL SELECT follows_id, '' FROM {_CASE} WHERE id = %(case)s AND follows_id IS NOT NULL
)
SELECT other.id, other.account_id, other.urgent_state, other.number, other.title, other.state, other.follows_id,
    max(near.kind)
FROM near JOIN {_CASE} AS other ON other.id = near.id GROUP BY other.id ORDER BY other.id DESC
"""  # noqa: S608  # as above

_INCIDENT_COLUMNS: Final = "id, public_id, state, title, source, facts, started_at"
# Of the case's account alone, whatever the case names: that is whose incidents the reader was found to see. The newest
# of each environment are read from its index: an account may have had a hundred thousand.
_INCIDENTS: Final = f"""
(SELECT happened.*, TRUE FROM {_NAMED} AS named
    CROSS JOIN LATERAL (
        SELECT {_INCIDENT_COLUMNS} FROM {_INCIDENT} AS one WHERE id = named.incident_id
            AND environment_id IN (SELECT place.id FROM {_ENVIRONMENT} AS place
                JOIN {_INTEGRATION} AS held ON held.id = place.integration_id WHERE held.account_id = %(account)s)
        OFFSET 0
    ) AS happened
    WHERE named.case_id = %(case)s ORDER BY happened.id DESC LIMIT {MOST_RELATED})
UNION ALL
(SELECT happened.*, FALSE FROM {_INTEGRATION} AS held JOIN {_ENVIRONMENT} AS place ON place.integration_id = held.id
    CROSS JOIN LATERAL (
        SELECT {_INCIDENT_COLUMNS} FROM {_INCIDENT} AS one WHERE environment_id = place.id
            AND NOT EXISTS (SELECT 1 FROM {_NAMED} WHERE case_id = %(case)s AND incident_id = one.id)
        ORDER BY id DESC LIMIT %(offered)s
    ) AS happened
    WHERE held.account_id = %(account)s ORDER BY happened.id DESC LIMIT %(offered)s)
"""  # noqa: S608  # as above


class Around(NamedTuple):
    """Whether a case has any of these, so that a page asks only for what there is. They say nothing of who sees it."""

    cases: bool = True
    incidents: bool = True
    attachments: bool = True
    drafts: bool = True
    present: bool = True
    shares: bool = True


class Related(NamedTuple):
    """A case that has to do with another one and that the reader sees; `link` is a LinkKind, empty for a follow-up."""

    pk: int
    account_id: int
    urgent_state: str
    number: str
    title: str
    state: str
    follows_id: int | None
    link: str

    @classmethod
    def of(cls, case: Case, link: str = "") -> Related:
        return cls(
            case.pk, case.account_id, case.urgent_state, case.number, case.title, case.state, case.follows_id, link
        )


class NearIncident(NamedTuple):
    """An incident of the case's account; `is_linked` where the case is about it."""

    pk: int
    public_id: str
    state: str
    title: str
    source: str
    facts: Mapping[str, Any]
    started_at: datetime
    is_linked: bool

    @property
    def name(self) -> str:
        """The incident's title in the active language."""
        return title_of(self)


def around(case: Case, reader: int, now: datetime, *, sees_notes: bool) -> Around:
    """Return what a case has for this identity, by its key. One query.

    Attachments of notes are told of only to who `sees_notes`: not even how long the page takes tells of them (W8).
    """
    asked = {
        "case": case.pk,
        "account": case.account_id,
        "reader": reader,
        "follows": case.follows_id,
        "since": now - SEEN_FOR,
        "sees_notes": sees_notes,
    }
    return Around(*rows_of(_AROUND, asked)[0])


def related_cases(reader: Actor, case: Case, now: datetime) -> tuple[Related, ...]:
    """Return what the case follows, what follows it and what it is linked with, as far as the reader sees it."""
    rows = rows_of(_CASES, {"case": case.pk})
    scope = access.scope_of(reader, now) if rows else Scope()
    near = tuple(map(Related._make, rows))
    reached = _reached(scope, [one for one in near if not scope.covers(one)])
    return tuple(one for one in near if scope.covers(one) or one.pk in reached)[:MOST_RELATED]


def _reached(scope: Scope, near: Sequence[Related]) -> frozenset[int]:
    """Return the keys of those that a delegate's seat reaches."""
    if scope.seat is None or not near:
        return frozenset()
    found = Case.objects.filter(Scope(seat=scope.seat).condition(), pk__in=[one.pk for one in near])
    return frozenset(found.values_list("pk", flat=True))


def near_incidents(reader: Actor, case: Case, offered: int = 0) -> tuple[NearIncident, ...]:
    """Return the incidents that the case is about, then up to `offered` newest others of its account, as seen."""
    if not sees_incidents_of(reader, case.account):
        return ()
    rows = rows_of(_INCIDENTS, {"case": case.pk, "account": case.account_id, "offered": offered})
    return tuple(NearIncident._make((*row[:5], json.loads(row[5]), *row[6:])) for row in rows)
