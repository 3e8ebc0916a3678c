"""The form of a case: four steps, each with its address. Whatever is pressed, what was typed is kept first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in_for_a_form
from liaison.cases.models import Case
from liaison.cases.personal import Searched
from liaison.cases.vocabulary import CaseCode
from liaison.delegation.actions import ask_access
from liaison.delegation.vocabulary import GrantLevel
from liaison.files.unread import StorageAway
from liaison.filing import access, actions
from liaison.filing.attached import gone, with_sent_files
from liaison.filing.checking import problems_of, step_of
from liaison.filing.findings import findings_of, is_said, search, without
from liaison.filing.pages.desk import Desk, Trouble, opened, show
from liaison.filing.pages.posted import Posted, Press, after, before, read_post, step_named, whole
from liaison.filing.setting import INTEGRATION, NORMAL_SUPPORT, PRODUCT
from liaison.filing.sheet import ANSWER, Sheet, taken
from liaison.filing.vocabulary import LONGEST_REASON, FilingCode, Step
from liaison.lib.clock import utc_now
from liaison.lib.ids import new_public_id
from liaison.lib.refusals import Conflict, FieldProblem, Forbidden, Invalid, Missing, Refusal
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, wants_fragment


@never_cache
@open_at_the_gate
@signed_in_for_a_form(typed=("title", "description", ANSWER, "said_reason"))
@require_http_methods(["GET", "HEAD", "POST"])
def case_draft(request: HttpRequest, draft: str) -> HttpResponse:
    """Show a step of the form, or do what was pressed on it."""
    wanted = request.GET.get("step", "")
    desk = opened(request, draft, step_named(wanted) if wanted else None, utc_now())
    if desk is None or desk.draft is None:
        case = access.filed_from(identity_of(request), draft)
        if case is not None:
            return _filed_before(request, case)
    if desk is None:
        return redirect_to(request, "new_case")
    if request.method != "POST":
        return show(request, desk)
    return _take(request, desk)


def _take(request: HttpRequest, desk: Desk) -> HttpResponse:
    posted = read_post(request.POST, desk.step)
    sheet = taken(desk.sheet, desk.step, request.POST)
    refused: tuple[FieldProblem, ...] = ()
    if "files_shown" in request.POST and not posted.is_quiet:
        sheet, refused = with_sent_files(request, desk.setting, sheet)
    desk = desk.with_sheet(_as_allowed(desk, _changed(desk, posted, sheet)))
    if posted.is_quiet and desk.draft is None and desk.sheet.is_empty:
        return show(request, desk, posted)  # nothing was typed: nothing is kept
    try:
        draft = actions.save_draft(
            actor=desk.setting.actor,
            public_id=desk.public_id,
            account=desk.setting.account,
            sheet=desk.sheet,
            step=desk.step,
            version=posted.version,
            saved_from=posted.page,
            by_itself=posted.is_quiet,
            now=desk.now,
        )
    except Invalid as refusal:
        status, problems = HTTPStatus.UNPROCESSABLE_ENTITY, refusal.problems
        return show(request, desk, posted, Trouble(status, problems=problems, is_unsaved=True))
    except Conflict as refusal:
        return show(request, desk, posted, Trouble(HTTPStatus.CONFLICT, conflict=refusal, is_unsaved=True))
    desk = replace(desk, draft=draft)
    if refused:
        return show(request, desk, posted, Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, problems=refused))
    return _PRESSED.get(posted.press, _stay)(request, desk, posted)


def _changed(desk: Desk, posted: Posted, sheet: Sheet) -> Sheet:
    """Return the sheet with what the pressed button itself changes."""
    argument = posted.argument
    match posted.press:
        case Press.REMOVE:
            field, _colon, span = argument.rpartition(":")[0].rpartition(":")
            start, end = whole(span), whole(argument.rpartition(":")[2])
            return without(sheet, desk.setting, field, start, end)
        case Press.DROP:
            return replace(sheet, files=tuple(one for one in sheet.files if one != argument))
        case Press.LINK if argument not in sheet.incidents and len(sheet.incidents) < _MOST_INCIDENTS:
            return replace(sheet, incidents=(*sheet.incidents, argument[:14]))
        case Press.UNLINK:
            return replace(sheet, incidents=tuple(one for one in sheet.incidents if one != argument))
        case Press.NORMAL:
            return replace(sheet, category=NORMAL_SUPPORT, criterion="")
        case _:
            return sheet


def _as_allowed(desk: Desk, sheet: Sheet) -> Sheet:
    """Return the sheet with product and category as they were where the customer has not granted filing (D3)."""
    if desk.setting.barrier is None:
        return sheet
    kept = desk.sheet
    return replace(sheet, about=kept.about, category=kept.category, criterion=kept.criterion)


def _next(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    """Go on, unless something of this step is missing or wrong."""
    here = [one for one in problems_of(desk.sheet, desk.setting) if step_of(one.field) == desk.step]
    if desk.step is Step.DESCRIPTION and gone(desk.setting.actor, desk.sheet.files):
        here.append(FieldProblem("files", FilingCode.FILE_UNUSABLE))
    if here:
        return show(request, desk, posted, Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, problems=tuple(here)))
    return redirect_to_address(request, desk.address_of(after(desk.step)))


def _back(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    return redirect_to_address(request, desk.address_of(before(desk.step)))


def _go_to(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    return redirect_to_address(request, desk.address_of(step_named(posted.argument, desk.step)))


def _stay(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    if posted.is_quiet and wants_fragment(request):
        return show(request, desk, posted)
    if posted.press is Press.SAVE:
        messages.success(request, _("Draft saved."))
    address = desk.address
    if posted.wanted:
        # Without scripts the words that were looked for go along.
        return show(request, desk, posted)
    return redirect_to_address(request, address)


def _another(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    """Begin a second case about the same product or integration; this draft stays (S2)."""
    return redirect_to_address(request, address_of_another(desk.sheet.about, desk.setting.account.slug))


def _submit(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    desk = replace(desk, step=Step.REVIEW)
    try:
        searched = search(desk.sheet, desk.setting)
    except StorageAway as away:
        return _unsearched(request, desk, posted, away)
    problems = _problems_of_reason(desk.sheet, is_said=is_said(searched.found, desk.sheet))
    if gone(desk.setting.actor, desk.sheet.files):
        problems += (FieldProblem("files", FilingCode.FILE_UNUSABLE),)
    problems = (*problems_of(desk.sheet, desk.setting), *problems)
    if problems or desk.draft is None:
        trouble = Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems, searched=searched)
        return show(request, desk, posted, trouble)
    try:
        case = actions.file_draft(
            actor=desk.setting.actor, draft=desk.draft, setting=desk.setting, sheet=desk.sheet, now=desk.now
        )
    except Invalid as refusal:
        trouble = Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, problems=_of_case(refusal), searched=searched)
        return show(request, desk, posted, trouble)
    except StorageAway as away:
        return _unsearched(request, desk, posted, away)
    except (Forbidden, Missing) as refusal:
        return _barred(request, desk, posted, refusal)
    return redirect_to(request, "case_filed", number=case.number)


def _ask(request: HttpRequest, desk: Desk, posted: Posted) -> HttpResponse:
    """Ask the customer to let this account file and manage its cases (D3)."""
    setting = desk.setting
    try:
        ask_access(actor=setting.actor, customer=setting.account, level=GrantLevel.MANAGE, now=desk.now)
    except Refusal as refusal:
        messages.warning(request, wording.text_of(refusal))
    else:
        messages.success(request, _("The customer was asked. You hear from it by e-mail."))
    return redirect_to_address(request, desk.address)


def _barred(request: HttpRequest, desk: Desk, posted: Posted, refusal: Forbidden | Missing) -> HttpResponse:
    """Say that the customer's grant ended at this moment; the draft waits."""
    setting = replace(desk.setting, barrier=refusal)
    problems = problems_of(desk.sheet, setting)
    return show(request, replace(desk, setting=setting), posted, Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, problems))


def _unsearched(request: HttpRequest, desk: Desk, posted: Posted, away: StorageAway) -> HttpResponse:
    """Say that files cannot be searched now, so that nothing was sent; the draft waits."""
    found = Searched(tuple(findings_of(desk.sheet, desk.setting)), ())
    return show(request, desk, posted, Trouble(HTTPStatus(away.status), searched=found, away=away))


def _problems_of_reason(sheet: Sheet, *, is_said: bool) -> tuple[FieldProblem, ...]:
    if len(sheet.said_reason) > LONGEST_REASON:
        return (FieldProblem("said_reason", FilingCode.REASON_TOO_LONG, {"longest": LONGEST_REASON}),)
    return () if is_said else (FieldProblem("said_reason", FilingCode.PERSONAL_DATA_FOUND),)


def _of_case(refusal: Invalid) -> tuple[FieldProblem, ...]:
    """Return what the verb of cases refuses; personal data is one problem here, its findings stand on the page."""
    found = any(one.code is CaseCode.PERSONAL_DATA for one in refusal.problems)
    rest = tuple(one for one in refusal.problems if one.code is not CaseCode.PERSONAL_DATA)
    return (*rest, *((FieldProblem("said_reason", FilingCode.PERSONAL_DATA_FOUND),) if found else ()))


def _filed_before(request: HttpRequest, case: Case) -> HttpResponse:
    """Lead to the case that this draft became: it was sent twice, or another tab still has the form."""
    return redirect_to(request, "case_filed", number=case.number)


def address_of_another(about: str, account: str) -> str:
    """Return where a fresh form begins, about the same thing and for the same account."""
    kind, _colon, key = about.partition(":")
    parameters = {kind: key} if kind in {INTEGRATION, PRODUCT} and key else {}
    address = reverse("case_draft", kwargs={"draft": new_public_id()})
    return address + "?" + urlencode({"account": account, **parameters})


_MOST_INCIDENTS: Final = 10
_PRESSED: Final[Mapping[Press, Callable[[HttpRequest, Desk, Posted], HttpResponse]]] = {
    Press.NEXT: _next,
    Press.BACK: _back,
    Press.GO_TO: _go_to,
    Press.ANOTHER: _another,
    Press.SUBMIT: _submit,
    Press.ASK: _ask,
}
