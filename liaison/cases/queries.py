"""Reading cases for somebody: what they hold as facts, as far as the reader sees it, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from liaison.accounts.actors import Actor
from liaison.cases import access, transitions
from liaison.cases.models import Attachment, Case, CaseIncident, CaseLink, CaseUpdate, InternalNote
from liaison.cases.saying import Known
from liaison.cases.vocabulary import CaseRight
from liaison.health.access import visible_incidents
from liaison.health.models import Incident
from liaison.health.titles import title_of

MOST_RELATED: Final = 100
# What of a change names something that not everybody who sees the case may see.
_NAMED: Final = ("case", "incident")


@dataclass(frozen=True, slots=True)
class Related:
    """A case that has to do with another one and that the reader sees; `link` is a LinkKind, empty for a follow-up."""

    case: Case
    link: str


def last_moment_to_reopen(case: Case) -> datetime | None:
    """Return the last moment (UTC) at which the account can reopen a closed case; None for an open one (D8)."""
    return transitions.last_moment_to_reopen(case.closed_at) if case.closed_at is not None else None


def updates_of(case: Case) -> QuerySet[CaseUpdate]:
    """Return everything that was sent, oldest first, with its sender and attachments. Two queries for any number."""
    return CaseUpdate.objects.filter(case=case).select_related("by").prefetch_related(_attachments()).order_by("pk")


def notes_of(reader: Actor, case: Case, now: datetime) -> QuerySet[InternalNote]:
    """Return the internal notes with their attachments, for staff who may read them; none for anybody else (W8)."""
    return access.visible_notes(reader, case, now).prefetch_related(_attachments())


def attachments_of(reader: Actor, case: Case, now: datetime) -> QuerySet[Attachment]:
    """Return the attachments that the reader sees, with their files, in the order in which they came. One query."""
    attachments = Attachment.objects.filter(case=case).select_related("file", "deleted_by").order_by("pk")
    is_open = CaseRight.NOTE in access.rights_on(reader, case, now)
    return attachments if is_open else attachments.filter(note=None)


def related_cases(reader: Actor, case: Case, now: datetime) -> tuple[Related, ...]:
    """Return what the case follows, what follows it and what it is linked with, as far as the reader sees it."""
    pairs = CaseLink.objects.filter(Q(case=case) | Q(other=case)).values_list("case_id", "other_id", "kind")
    links = {(other if first == case.pk else first): kind for first, other, kind in pairs}
    near = Q(pk__in=[*links, *([case.follows_id] if case.follows_id else [])]) | Q(follows=case)
    found = access.visible_cases(reader, now).filter(near).order_by("-pk")[:MOST_RELATED]
    return tuple(Related(one, links.get(one.pk, "")) for one in found)


def related_incidents(reader: Actor, case: Case) -> tuple[Incident, ...]:
    """Return the incidents that the case is about, as far as the reader sees them."""
    ids = CaseIncident.objects.filter(case=case).values("incident_id")
    return tuple(visible_incidents(reader).filter(pk__in=ids).order_by("-pk")[:MOST_RELATED])


def known_to(reader: Actor, case: Case, updates: Iterable[CaseUpdate], now: datetime) -> Known:
    """Return what the changes of updates name and the reader may see. At most a query for each kind of thing."""
    changes = [change for update in updates for change in update.changes]
    files = _ids(changes, "attachment") | {one for change in changes for one in change.get("attachments", ())}
    cases, incidents, shares = (_ids(changes, kind) for kind in ("case", "incident", "share"))
    sees_shares = bool(access.rights_on(reader, case, now) & {CaseRight.CHANGE, CaseRight.NOTE})
    seen = access.visible_cases(reader, now).filter(number__in=cases) if cases else Case.objects.none()
    happened = visible_incidents(reader).filter(public_id__in=incidents) if incidents else ()
    shared = case.shares.filter(public_id__in=shares) if shares and sees_shares else case.shares.none()
    attached = Attachment.objects.filter(case=case, note=None, public_id__in=files)
    return Known(
        files=dict(attached.values_list("public_id", "file__name")) if files else {},
        cases=dict(seen.values_list("number", "title")),
        incidents={one.public_id: title_of(one) for one in happened},
        shares=dict(shared.values_list("public_id", "address")),
    )


def without_unseen(changes: Iterable[Mapping[str, Any]], known: Known) -> list[dict[str, Any]]:
    """Return changes as facts, without the name of what the reader does not see."""
    seen = {"case": known.cases, "incident": known.incidents}
    return [
        {name: value for name, value in change.items() if name not in _NAMED or value in seen[name]}
        for change in changes
    ]


def in_order(numbers: Sequence[str]) -> list[Case]:
    """Return cases that somebody was found to see, by number and in that order, with what a list names. One query."""
    rows = Case.objects.select_related("account", "integration", "filed_by").filter(number__in=numbers)
    found = {case.number: case for case in rows} if numbers else {}
    return [found[number] for number in numbers if number in found]


def _attachments() -> Prefetch[str, QuerySet[Attachment], str]:
    rows = Attachment.objects.select_related("file", "deleted_by").order_by("pk")
    return Prefetch("attachments", rows)


def _ids(changes: Iterable[Mapping[str, Any]], kind: str) -> set[str]:
    return {str(change[kind]) for change in changes if change.get(kind)}
