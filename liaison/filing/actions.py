"""The verbs of filing: a draft is saved, discarded, filed. Nothing typed is lost, and nothing is filed twice."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from liaison.accounts.models import Account, Identity
from liaison.cases.access import case_for
from liaison.cases.actions import file_case
from liaison.cases.models import Case
from liaison.cases.requests import NewCase, PersonalDataSaid
from liaison.catalog.casework import checked
from liaison.filing import access
from liaison.filing.checking import problems_of
from liaison.filing.likely import linked_incidents
from liaison.filing.models import Draft
from liaison.filing.setting import Setting, is_urgent, severity_for
from liaison.filing.sheet import Sheet, as_data
from liaison.filing.vocabulary import LONGEST_DRAFT, MOST_DRAFTS, FilingCode, Step
from liaison.lib.bulk import as_json, update_rows
from liaison.lib.driver import preparing_cursor
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing

__all__ = ["discard_draft", "file_draft", "save_draft"]

# Behind the name of a showing of the form: one of its buttons was pressed, so it is not on the screen any more.
_LEFT: Final = "-"
_KEPT: Final = ("id", "data", "step", "version", "saved_from", "saved_at")
_REMOVE: Final = f"DELETE FROM {Draft._meta.db_table} WHERE id = %s"  # noqa: S608, SLF001  # a name of our own
_LOCKED: Final = Prepared(
    lambda identity, key: Draft.objects.select_for_update().filter(identity=identity, public_id=key), int, str
)


def save_draft(
    *,
    actor: Identity,
    public_id: str,
    account: Account,
    sheet: Sheet,
    step: Step,
    version: int,
    saved_from: str,
    by_itself: bool = False,
    now: datetime,
) -> Draft:
    """Keep what was typed, and return the draft. What changes nothing is no new version.

    `version` is the one that the form went on from, 0 for a draft that was never saved; `saved_from` is the showing
    of the form. What a form saved `by_itself` and comes after a button of the same showing is late, and not kept.
    A delegate's is kept whatever the customer grants by now, also where it is its customer no longer. Raises Missing,
    Forbidden, Invalid where it is too much to be kept, and Conflict: another tab saved it since, it was discarded, or
    there are too many.
    """
    data = as_data(sheet)
    if _weight(data) > LONGEST_DRAFT:
        raise Invalid((FieldProblem("description", FilingCode.DRAFT_TOO_LONG),))
    made = Draft(
        public_id=public_id,
        identity=actor,
        account=account,
        version=0,
        saved_from=saved_from,
        created_at=now,
        saved_at=now,
    )
    with transaction.atomic():
        draft = next(iter(_LOCKED.rows(actor.pk, public_id)), None)
        if draft is None:
            access.require_drafting(actor, account)
            draft = _begun(made, version)
        else:
            access.require_keeping(actor, account)
        if draft.account_id != account.pk:
            raise Missing
        is_same_showing = draft.saved_from.removesuffix(_LEFT) == saved_from
        if draft.version != version and not is_same_showing:
            raise Conflict(FilingCode.CHANGED_ELSEWHERE, version=draft.version)
        is_late = by_itself and is_same_showing and draft.saved_from.endswith(_LEFT)
        if not is_late:
            _keep(draft, data, step, saved_from if by_itself else f"{saved_from}{_LEFT}", now)
    draft.account = account
    return draft


@transaction.atomic
def discard_draft(*, actor: Identity, public_id: str, now: datetime) -> None:
    """Throw one's own draft away, for good. Raises Missing where there is none."""
    deleted, _rows = Draft.objects.filter(identity=actor, public_id=public_id).delete()
    if not deleted:
        raise Missing


def file_draft(*, actor: Identity, draft: Draft, setting: Setting, sheet: Sheet, now: datetime) -> Case:
    """File the case that a draft describes; filed twice, it is the same case. Then the draft is gone.

    Raises Invalid with everything that is missing or wrong, also for personal data without a reason (D9).
    """
    before = access.filed_from(actor, draft.public_id)
    if before is not None:
        return before
    problems = problems_of(sheet, setting)
    if problems:
        raise Invalid(problems)
    # Outside of the transaction: that the case which it follows is refused is kept (D5).
    new = _new_case(actor, draft, setting, sheet, now)
    with transaction.atomic():
        case = file_case(actor=actor, new=new, now=now)
        with preparing_cursor() as cursor:
            cursor.execute(_REMOVE, [draft.pk])
    return case


def _new_case(actor: Identity, draft: Draft, setting: Setting, sheet: Sheet, now: datetime) -> NewCase:
    category, severity = setting.category_of(sheet), severity_for(sheet)
    if category is None or severity is None:
        raise Invalid((FieldProblem("category", FilingCode.CATEGORY_MISSING),))
    answers, _wrong = checked(category, sheet.answers)
    return NewCase(
        account=setting.account,
        product=setting.product_of(sheet),
        title=sheet.title,
        description=sheet.description,
        category=category.key,
        answers=answers,
        severity=severity,
        language=sheet.language,
        time_zone=sheet.time_zone,
        integration=setting.integration_of(sheet),
        criterion=sheet.criterion if is_urgent(sheet) else "",
        files=sheet.files,
        incidents=linked_incidents(setting, sheet),
        follows=_followed(actor, sheet, now),
        personal_data=PersonalDataSaid(frozenset(sheet.said_kinds), sheet.said_reason) if sheet.said_reason else None,
        submission=access.submission_of(actor, draft.public_id),
    )


def _followed(actor: Identity, sheet: Sheet, now: datetime) -> Case | None:
    try:
        return case_for(actor, sheet.follows, now) if sheet.follows else None
    except Missing as missing:
        raise Invalid((FieldProblem("follows", FilingCode.CASE_GONE),)) from missing


def _begun(made: Draft, version: int) -> Draft:
    if version:
        raise Conflict(FilingCode.DRAFT_IS_GONE)
    if access.drafts_of(made.identity).count() >= MOST_DRAFTS:
        raise Conflict(FilingCode.TOO_MANY_DRAFTS, most=MOST_DRAFTS)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        # The same form saved itself at the same moment.
        return Draft.objects.select_for_update().get(identity=made.identity, public_id=made.public_id)
    # Asked after the row is there: whoever files removes it first, so it is one of the two.
    if access.filed_from(made.identity, made.public_id) is not None:
        raise Conflict(FilingCode.DRAFT_IS_GONE)
    return made


def _keep(draft: Draft, data: dict[str, object], step: Step, saved_from: str, now: datetime) -> None:
    if (draft.data, draft.step) != (_as_kept(data), step.value):
        draft.data, draft.step, draft.saved_at = data, step.value, now
        draft.version += 1
    elif draft.saved_from == saved_from:
        return
    draft.saved_from = saved_from
    row = (draft.pk, as_json(draft.data), draft.step, draft.version, draft.saved_from, draft.saved_at)
    update_rows(Draft, _KEPT, [row])


def _as_kept(data: dict[str, object]) -> dict[str, object]:
    """Return the data as JSON gives them back."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def _weight(data: dict[str, object]) -> int:
    return sum(len(str(value)) for value in data.values())
