"""Filing a case: one issue, with everything that support needs to begin (S2, S3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import event_of
from liaison.audit.vocabulary import Happened
from liaison.cases import access, following, personal
from liaison.cases.actions.attaching import offered, taken
from liaison.cases.actions.updating import Changes, entries_of, keep_attachments, person
from liaison.cases.filling import Filled, filled
from liaison.cases.models import Attachment, Case, CaseIncident, CaseUpdate
from liaison.cases.numbers import new_case_number
from liaison.cases.requests import NewCase
from liaison.cases.search.writing import rows_of
from liaison.cases.telling import tell
from liaison.cases.vocabulary import CaseCode, CaseState, ChangeKind, UrgentState
from liaison.lib.bulk import Other, insert_with
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
        update = _Filing(actor, new, values, said, now).insert()
        if update is None:
            return _filed_before(actor, new, values.submission)
        tell(update, now)
    return update.case


@dataclass(frozen=True, slots=True)
class _Filing:
    """A case that is being filed, with everything that is written with it."""

    actor: Actor
    new: NewCase
    values: Filled
    said: dict[str, Any]
    now: datetime

    def insert(self) -> CaseUpdate | None:
        """Write the case and return its first update; None when this submission was filed before.

        One statement, but for what it is about: the files are taken once it is known that they were not taken before.
        """
        submission = self.values.submission
        for _ in range(_MOST_TRIES):
            case = self._case()
            changes = self._changes(case)
            update = self._update(case, changes)
            if insert_with(case, self._with_it(case, update, changes), unless_there=True):
                self._attach(update, changes.attachments)
                self._link(case)
                return update
            if submission and Case.objects.filter(submission=submission).exists():
                return None
        raise RuntimeError("no free case number was found")

    def _case(self) -> Case:
        new, values, now = self.new, self.values, self.now
        return Case(
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
            filed_by=person(self.actor),
            filed_via=new.via.value,
            created_at=now,
            updated_at=now,
            staff_updated_at=now,
            follows=new.follows,
            submission=values.submission,
        )

    def _changes(self, case: Case) -> Changes:
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
        changes.attach_each([Attachment(case=case) for _ in self.values.files])
        return changes

    def _update(self, case: Case, changes: Changes) -> CaseUpdate:
        actor = self.actor
        return CaseUpdate(
            case=case,
            position=1,
            by=person(actor),
            is_by_staff=not isinstance(actor, Identity) or actor.is_staff,
            via=case.filed_via,
            at=self.now,
            text=self.values.description,
            changes=changes.facts,
            personal_data=self.said,
        )

    def _with_it(self, case: Case, update: CaseUpdate, changes: Changes) -> list[Other]:
        """Return the rows that go in with the case, each with the name of the column that takes its key."""
        actor, now = self.actor, self.now
        events = [event_of(one, actor=actor.audit_ref, now=now) for one in entries_of(case, changes)]
        followed = [following.begun(case, actor, now)] if isinstance(actor, Identity) else []
        of_case = (update, *followed, *rows_of(case, self.values.description))
        return [*((one, "case_id") for one in of_case), *((one, "subject_id") for one in events)]

    def _attach(self, update: CaseUpdate, attachments: list[Attachment]) -> None:
        files = taken(self.actor, self.new.account, self.values.files, self.now)
        for one, file in zip(attachments, files, strict=True):
            one.file = file
        keep_attachments(attachments, update=update)

    def _link(self, case: Case) -> None:
        by, now = person(self.actor), self.now
        links = [CaseIncident(case=case, incident=one, linked_by=by, linked_at=now) for one in self.new.incidents]
        if links:
            CaseIncident.objects.bulk_create(links)


def _filed_before(actor: Actor, new: NewCase, submission: str | None) -> Case:
    """Return the case of the same submission. One that somebody else made, or for another account, is not told of."""
    found = Case.objects.select_related("account", "integration", "filed_by").get(submission=submission)
    if found.account_id != new.account.pk or found.filed_by != person(actor):
        raise Invalid((FieldProblem("submission", CaseCode.SUBMISSION_TAKEN),))
    return found
