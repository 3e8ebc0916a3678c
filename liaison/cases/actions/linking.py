"""What a case has to do with others: cases, and incidents. Whoever links sees both sides; so does whoever is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from liaison.accounts.actors import Actor
from liaison.audit.vocabulary import Happened
from liaison.cases import access
from liaison.cases.actions.updating import Changes, append_update, locked, person, refuse_closed, side_of
from liaison.cases.checking import MOST_LINKED
from liaison.cases.models import Case, CaseIncident, CaseLink, CaseUpdate
from liaison.cases.vocabulary import CaseCode, CaseRight, ChangeKind, LinkKind
from liaison.health.access import visible_incidents
from liaison.health.models import Incident
from liaison.lib.bulk import insert_object
from liaison.lib.refusals import Conflict, FieldProblem, Invalid


def link_case(*, actor: Actor, case: Case, other: Case, kind: LinkKind, now: datetime) -> CaseUpdate:
    """Link two cases of one account. The link stands in the history of `case`, and is shown at both.

    Raises Missing, Forbidden, Invalid (`other` is the case itself, or not to be seen) and Conflict.
    """
    _require(actor, case, now)
    if other.pk == case.pk:
        raise Invalid((FieldProblem("case", CaseCode.NOT_ABOUT_ITSELF),))
    if other.account_id != case.account_id or not access.rights_on(actor, other, now):
        raise Invalid((FieldProblem("case", CaseCode.UNKNOWN_CASE),))
    with transaction.atomic():
        current = _open(case)
        _refuse_more(CaseLink.objects.filter(Q(case=current) | Q(other=current)).count(), "case")
        first, second = sorted((current, other), key=lambda one: one.pk)
        link = CaseLink(case=first, other=second, kind=kind.value, linked_by=person(actor), linked_at=now)
        if not insert_object(link, unless_there=True):
            raise Conflict(CaseCode.LINKED_ALREADY)
        return _written(actor, current, ChangeKind.LINKED, now, case=other.number, link=kind.value)


def unlink_case(*, actor: Actor, case: Case, other: Case, now: datetime) -> CaseUpdate:
    """Take the link between two cases away. Raises Missing, Forbidden, and Conflict when there is none."""
    _require(actor, case, now)
    access.require(actor, other, CaseRight.READ, now)
    with transaction.atomic():
        current = _open(case)
        first, second = sorted((current, other), key=lambda one: one.pk)
        link = CaseLink.objects.filter(case=first, other=second).first()
        if link is None:
            raise Conflict(CaseCode.NOT_LINKED)
        link.delete()
        return _written(actor, current, ChangeKind.UNLINKED, now, case=other.number, link=link.kind)


def link_incident(*, actor: Actor, case: Case, incident: Incident, now: datetime) -> CaseUpdate:
    """Say that a case is about an incident of its account. Raises Missing, Forbidden, Invalid and Conflict."""
    _require(actor, case, now)
    seen = visible_incidents(actor).filter(pk=incident.pk, environment__integration__account=case.account_id)
    if not seen.exists():
        raise Invalid((FieldProblem("incident", CaseCode.UNKNOWN_INCIDENT),))
    with transaction.atomic():
        current = _open(case)
        _refuse_more(CaseIncident.objects.filter(case=current).count(), "incident")
        link = CaseIncident(case=current, incident=incident, linked_by=person(actor), linked_at=now)
        if not insert_object(link, unless_there=True):
            raise Conflict(CaseCode.LINKED_ALREADY)
        return _written(
            actor, current, ChangeKind.LINKED, now, incident=incident.public_id, link=LinkKind.RELATED.value
        )


def unlink_incident(*, actor: Actor, case: Case, incident: Incident, now: datetime) -> CaseUpdate:
    """Take an incident away from a case. Raises Missing, Forbidden, and Conflict when it is not linked."""
    _require(actor, case, now)
    with transaction.atomic():
        current = _open(case)
        deleted, _ = CaseIncident.objects.filter(case=current, incident=incident).delete()
        if not deleted:
            raise Conflict(CaseCode.NOT_LINKED)
        return _written(
            actor, current, ChangeKind.UNLINKED, now, incident=incident.public_id, link=LinkKind.RELATED.value
        )


def _require(actor: Actor, case: Case, now: datetime) -> None:
    access.require(actor, case, CaseRight.CHANGE, now)


def _open(case: Case) -> Case:
    current = locked(case)
    refuse_closed(current)
    return current


def _refuse_more(count: int, field: str) -> None:
    if count >= MOST_LINKED:
        raise Invalid((FieldProblem(field, CaseCode.TOO_MANY, {"most": MOST_LINKED}),))


def _written(actor: Actor, case: Case, kind: ChangeKind, now: datetime, /, **facts: Any) -> CaseUpdate:
    changes = Changes()
    changes.fact(kind, **facts)
    happened = Happened.CASE_LINKED if kind is ChangeKind.LINKED else Happened.CASE_UNLINKED
    changes.event(happened, **facts)
    side = side_of(access.rights_on(actor, case, now))
    return append_update(actor=actor, case=case, side=side, changes=changes, now=now)
