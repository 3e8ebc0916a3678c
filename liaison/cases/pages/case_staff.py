"""What else is done at a case: internal notes, which only staff write and read, and what it belongs with."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from liaison.accounts.guards import signed_in, signed_in_for_a_form
from liaison.cases import access, actions
from liaison.cases.drafts import forget_draft, keep_draft
from liaison.cases.forms import NOTE_FILES, SHOWING, LinkForm, NoteForm, said_in, typed_note
from liaison.cases.models import Case
from liaison.cases.pages.case import BACK, NEWEST, TYPED, number_in, page_of, to_case, warn_of_unread
from liaison.cases.pages.case_refused import add_errors, findings_in, without
from liaison.cases.pages.case_view import CasePage, Refused
from liaison.cases.vocabulary import CaseRight
from liaison.files.unread import StorageAway
from liaison.health.access import incident_for
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.web import wording
from liaison.web.gate import open_at_the_gate

_LINKS = "#links"


@open_at_the_gate
@never_cache
@signed_in_for_a_form(*BACK, typed=TYPED)
@require_POST
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write an internal note. It has its own form and its own address, so that it never becomes an answer (W8)."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.WORK, page.now)
    data, file_problems = page.sent_files(NOTE_FILES)
    if "remove" in data:
        data = without(data, str(data["remove"]), NOTE_FILES)
    form = NoteForm(data)
    keep_draft(actor=page.reader, case=page.case, is_note=True, data=typed_note(data), now=page.now)
    if not form.is_valid() or file_problems or "remove" in data:
        return page.show(Refused(note=form, file_problems=file_problems))
    return _noted(page, form)


@open_at_the_gate
@never_cache
@signed_in_for_a_form(*BACK, typed=TYPED)
@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Link another case, or an incident."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.CHANGE, page.now)
    if "incident" in request.POST:
        return _done(page, lambda: _link_incident(page), _("The incident is linked."))
    form = LinkForm(request.POST)
    if not form.is_valid():
        return page.show(Refused(link=form))
    try:
        other = _case_of(page, form.cleaned_data["number"])
        actions.link_case(actor=page.reader, case=page.case, other=other, kind=form.chosen, now=page.now)
    except Missing:
        form.add_error("number", _("There is no such case in this account, or you cannot see it."))
        return page.show(Refused(link=form))
    except Invalid as refusal:
        for problem in refusal.problems:
            form.add_error("number", wording.text(problem.code, problem.facts))
        return page.show(Refused(link=form))
    except Conflict as refusal:
        form.add_error("number", wording.text_of(refusal))
        return page.show(Refused(link=form, status=HTTPStatus.CONFLICT))
    messages.success(request, _("The case is linked."))
    return to_case(request, page, _LINKS)


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def unlink(request: HttpRequest, number: str) -> HttpResponse:
    """Take a link away; the history of the case says so, and it can be linked again."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.CHANGE, page.now)
    if "incident" in request.POST:
        return _done(page, lambda: _unlink_incident(page), _("The incident is not linked any more."))
    return _done(page, lambda: _unlink_case(page), _("The case is not linked any more."))


def _noted(page: CasePage, form: NoteForm) -> HttpResponse:
    try:
        note = actions.add_note(
            actor=page.reader,
            case=page.case,
            text=form.cleaned_data["text"],
            files=form.file_ids,
            expected_version=number_in(page.request.POST, "expected_version"),
            personal_data=said_in(page.request.POST),
            now=page.now,
        )
    except Invalid as refusal:
        add_errors(form, refusal.problems)
        return page.show(Refused(note=form, findings=findings_in(refusal.problems, form)))
    except Conflict as refusal:
        fresh = page_of(page.request, page.case.number)
        words = wording.text_of(refusal)
        return fresh.show(Refused(note=form, problem=words, status=HTTPStatus.CONFLICT))
    except StorageAway as refusal:
        return page.show(Refused(note=form, problem=wording.text_of(refusal), status=refusal.status))
    warn_of_unread(page.request, note.personal_data)
    showing = page.request.POST.get(SHOWING, "")
    forget_draft(actor=page.reader, case=page.case, is_note=True, sent_from=showing, now=page.now)
    messages.success(page.request, _("The internal note is kept. Only staff see it."))
    return to_case(page.request, page, NEWEST)


def _done(page: CasePage, verb: Callable[[], object], success: str) -> HttpResponse:
    try:
        verb()
    except Invalid as refusal:
        messages.error(page.request, wording.text(refusal.problems[0].code, refusal.problems[0].facts))
    except Conflict as refusal:
        messages.warning(page.request, wording.text_of(refusal))
    else:
        messages.success(page.request, success)
    return to_case(page.request, page, _LINKS)


def _case_of(page: CasePage, number: str) -> Case:
    return access.case_for(page.reader, number, page.now)


def _link_incident(page: CasePage) -> None:
    incident = incident_for(page.reader, page.request.POST["incident"].replace("\x00", ""))
    actions.link_incident(actor=page.reader, case=page.case, incident=incident, now=page.now)


def _unlink_incident(page: CasePage) -> None:
    incident = incident_for(page.reader, page.request.POST["incident"].replace("\x00", ""))
    actions.unlink_incident(actor=page.reader, case=page.case, incident=incident, now=page.now)


def _unlink_case(page: CasePage) -> None:
    other = _case_of(page, page.request.POST.get("number", ""))
    actions.unlink_case(actor=page.reader, case=page.case, other=other, now=page.now)
