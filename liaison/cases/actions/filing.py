"""Filing a case: one issue, with everything that support needs to begin (S2, S3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.cases import access, following, personal
from liaison.cases.actions.attaching import offered, taken
from liaison.cases.actions.updating import Changes, keep_attachments, person, record_changes
from liaison.cases.filling import Filled, filled
from liaison.cases.models import Case, CaseIncident, CaseUpdate
from liaison.cases.numbers import new_case_number
from liaison.cases.requests import NewCase
from liaison.cases.search.writing import index_case
from liaison.cases.telling import tell
from liaison.cases.vocabulary import CaseCode, CaseState, ChangeKind, UrgentState
from liaison.files.models import StoredFile
from liaison.lib.bulk import insert_object
from liaison.lib.refusals import FieldProblem, Invalid

_MOST_TRIES: Final = 5


def file_case(*, actor: Actor, new: NewCase, now: datetime) -> Case:
    """File a case for an account. The same `submission` sent twice by one actor for one account is one case.

    Raises Missing and Forbidden for the account, and Invalid with everything that is wrong, also personal data that
    nobody gave a reason for. An urgent case (S3) names the criterion that holds, and triage has still to confirm it.
    """
    access.require_filing(actor, new.account)
    values = filled(actor, new, now)
    files = offered(actor, values.files)
    said = personal.require_said(values.texts, files, new.personal_data, known=personal.known_addresses(actor))
    with transaction.atomic():
        case = _inserted(actor, new, values, now)
        if case is None:
            return _filed_before(actor, new, values.submission)
        used = taken(actor, values.files, now)
        update = _first_update(case, values, used, said, actor=actor, now=now)
        _link(actor, case, new, now)
        index_case(case, values.description)
        if isinstance(actor, Identity):
            following.begin(case, actor, now)
        tell(update, now)
    return case


def _inserted(actor: Actor, new: NewCase, values: Filled, now: datetime) -> Case | None:
    """Return the new row; None when this submission was filed before."""
    case = Case(
        number=new_case_number(),
        account=new.account,
        integration=new.integration,
        product=new.product,
        category=new.category,
        criterion=new.criterion,
        urgent_state=UrgentState.CLAIMED.value if new.criterion else "",
        title=values.title,
        answers=values.answers,
        severity=new.severity.value,
        state=CaseState.NEW.value,
        language=new.language,
        time_zone=new.time_zone,
        filed_by=person(actor),
        filed_via=new.via.value,
        created_at=now,
        updated_at=now,
        staff_updated_at=now,
        follows=new.follows,
        submission=values.submission,
    )
    for _ in range(_MOST_TRIES):
        if insert_object(case, unless_there=True):
            return case
        if values.submission and Case.objects.filter(submission=values.submission).exists():
            return None
        case.number = new_case_number()
    raise RuntimeError("no free case number was found")


def _filed_before(actor: Actor, new: NewCase, submission: str | None) -> Case:
    """Return the case of the same submission. One that somebody else made, or for another account, is not told of."""
    found = Case.objects.select_related("account", "integration", "filed_by").get(submission=submission)
    if found.account_id != new.account.pk or found.filed_by != person(actor):
        raise Invalid((FieldProblem("submission", CaseCode.SUBMISSION_TAKEN),))
    return found


def _first_update(
    case: Case, values: Filled, used: list[StoredFile], said: dict[str, Any], *, actor: Actor, now: datetime
) -> CaseUpdate:
    changes = Changes()
    changes.fact(ChangeKind.FILED)
    changes.event(
        Happened.CASE_FILED,
        number=case.number,
        product=case.product,
        category=case.category,
        severity=case.severity,
        criterion=case.criterion,
        via=case.filed_via,
    )
    changes.attach(case, used)
    update = CaseUpdate(
        case=case,
        position=1,
        by=person(actor),
        is_by_staff=not isinstance(actor, Identity) or actor.account.pk != case.account_id,
        via=case.filed_via,
        at=now,
        text=values.description,
        changes=changes.facts,
        personal_data=said,
    )
    insert_object(update)
    keep_attachments(changes.attachments, update=update)
    record_changes(actor, case, changes, now)
    return update


def _link(actor: Actor, case: Case, new: NewCase, now: datetime) -> None:
    if new.incidents:
        links = [CaseIncident(case=case, incident=one, linked_by=person(actor), linked_at=now) for one in new.incidents]
        CaseIncident.objects.bulk_create(links)
