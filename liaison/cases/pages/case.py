"""The case itself: its page, Send, and reopening."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in, signed_in_for_a_form
from liaison.cases import access, actions, personal
from liaison.cases.checking import plain_text
from liaison.cases.drafts import draft_of, forget_draft, keep_draft
from liaison.cases.forms import FILES, SHOWING, ReopenForm, ReplyForm, said_in, typed
from liaison.cases.models import CaseUpdate
from liaison.cases.pages.case_history import entries_after
from liaison.cases.pages.case_refused import add_errors, findings_in, without
from liaison.cases.pages.case_view import CasePage, Refused
from liaison.cases.vocabulary import CaseCode, CaseRight, ChangeKind
from liaison.files.access import unused_files
from liaison.files.models import StoredFile
from liaison.files.unread import StorageAway
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to_address

NEWEST: Final = "#newest"
BACK: Final = ("case", "unsent")
"""Where a form of the page leads back to after signing in again, and what its script then knows."""
TYPED: Final = ("text", "reason", "severity_reason", "justification", "deletion_reason", "personal_reason")
"""The fields of the page's forms in which people write."""
_TWICE: Final = timedelta(minutes=2)
_SEARCHED: Final = ("text", "severity_reason", "justification", "deletion_reason", "personal_reason")
_MOST_DIGITS: Final = 9


@open_at_the_gate
@never_cache
@signed_in
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case; `?shown=60` shows more of a long history."""
    return page_of(request, number).show()


@open_at_the_gate
@never_cache
@signed_in_for_a_form(*BACK, typed=TYPED)
@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send everything that was written and collected, at once; what is not taken comes back as it was typed."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.COMMENT, page.now)
    if "discard" in request.POST:
        forget_draft(actor=page.reader, case=page.case, now=page.now)
        messages.info(request, _("What you had collected was discarded. Nothing was sent."))
        return to_case(request, page, "#reply")
    if _is_sent_already(page):
        return _gone(page)
    data, file_problems = page.sent_files(FILES)
    if "remove" in data:
        return _removed(page, without(data, str(data["remove"]), FILES))
    keep_draft(actor=page.reader, case=page.case, data=typed(data, page.case), now=page.now)
    if page.case.is_closed:
        return _closed_meanwhile(page)
    form = page.reply_form(data)
    if not form.is_valid() or file_problems:
        return page.show(Refused(reply=form, file_problems=file_problems))
    return _sent(page, form)


@open_at_the_gate
@never_cache
@signed_in_for_a_form(*BACK, typed=TYPED)
@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Reopen a closed case, before it is too late (D8)."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.CHANGE, page.now)
    data = without(request.POST, request.POST["remove"], FILES) if "remove" in request.POST else request.POST
    form = ReopenForm(data, auto_id="reopen-%s")
    if not form.is_valid() or "remove" in data:
        return page.show(Refused(reopen=form))
    said = said_in(request.POST)
    try:
        actions.reopen_case(
            actor=page.reader, case=page.case, reason=form.cleaned_data["reason"], personal_data=said, now=page.now
        )
    except Invalid as refusal:
        add_errors(form, refusal.problems)
        return page.show(Refused(reopen=form, findings=findings_in(refusal.problems, form)))
    except Conflict as refusal:
        if not _is_reopened_already(page, form.cleaned_data["reason"]):
            return _not_reopened(page, form.cleaned_data["reason"], wording.text_of(refusal))
    messages.success(request, _("The case is open again."))
    return to_case(request, page, NEWEST)


def page_of(request: HttpRequest, number: str) -> CasePage:
    """Return the case and its reader; raises Missing for who does not see it."""
    reader, now = identity_of(request), utc_now()
    return CasePage(request, access.case_for(reader, number, now), reader, now)


def to_case(request: HttpRequest, page: CasePage, place: str = "") -> HttpResponse:
    return redirect_to_address(request, reverse("case", kwargs={"number": page.case.number}) + place)


def number_in(data: QueryDict, name: str) -> int:
    """Return a number that the page itself put into the form; 0, which no version is, where it is none."""
    value = data.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS else 0


def _sent(page: CasePage, form: ReplyForm) -> HttpResponse:
    sending = form.sending(number_in(page.request.POST, "expected_version"))
    try:
        update = actions.send_update(actor=page.reader, case=page.case, sending=sending, now=page.now)
    except Invalid as refusal:
        add_errors(form, refusal.problems)
        return page.show(Refused(reply=form, findings=findings_in(refusal.problems, form)))
    except Conflict as refusal:
        return _conflict(page, form, refusal)
    except Forbidden as refusal:
        refusal.keep()
        form.add_error("escalate" if "escalate" in form.fields else None, wording.text_of(refusal))
        return page.show(Refused(reply=form, status=HTTPStatus.FORBIDDEN))
    except StorageAway as refusal:
        return page.show(Refused(reply=form, problem=wording.text_of(refusal), status=refusal.status))
    warn_of_unread(page.request, update.personal_data)
    return _gone(page, closed=sending.close is not None)


def warn_of_unread(request: HttpRequest, personal_data: Mapping[str, Any]) -> None:
    """Say which of the files that were just sent could not be searched for personal data, or not wholly (D9)."""
    unread = personal_data.get("unread", ())
    names = StoredFile.objects.filter(public_id__in=unread).values_list("name", flat=True) if unread else ()
    for name in names:
        messages.warning(request, _("Not all of “%(name)s” could be searched for personal data.") % {"name": name})


def _gone(page: CasePage, *, closed: bool = False) -> HttpResponse:
    """Say that it was sent, and show it at its place."""
    forget_draft(actor=page.reader, case=page.case, sent_from=page.request.POST.get(SHOWING, ""), now=page.now)
    messages.success(page.request, _("The case is closed.") if closed else _("Sent."))
    return to_case(page.request, page, NEWEST)


def _conflict(page: CasePage, form: ReplyForm, refusal: Conflict) -> HttpResponse:
    """Show what came meanwhile above the text that was typed; Send again goes."""
    if _is_sent_already(page):
        return _gone(page)
    page = page_of(page.request, page.case.number)
    if refusal.code == CaseCode.CLOSED:
        return _closed_meanwhile(page)
    seen = number_in(page.request.POST, "seen")
    came = entries_after(page.case, page.reader, page.rights, seen, page.now)
    words = wording.text_of(refusal)
    return page.show(Refused(reply=form, meanwhile=came, problem=words, status=HTTPStatus.CONFLICT))


def _not_reopened(page: CasePage, reason: str, words: str) -> HttpResponse:
    """Say why, and keep what was typed with what was not sent yet: as an answer, or for a follow-up case."""
    draft = draft_of(page.reader, page.case)
    kept = dict(draft.data) if draft else {}
    if reason not in str(kept.get("text", "")):
        kept["text"] = "\n\n".join(filter(None, (kept.get("text"), reason)))
    keep_draft(actor=page.reader, case=page.case, data=kept, now=page.now)
    fresh = page_of(page.request, page.case.number)
    return fresh.show(Refused(problem=words, status=HTTPStatus.CONFLICT))


def _closed_meanwhile(page: CasePage) -> HttpResponse:
    """Say that somebody closed the case; what was typed is a draft that comes back when it is open again."""
    words = _("The case was closed before you sent. What you wrote is kept below: reopen the case to send it.")
    return page.show(Refused(problem=words, status=HTTPStatus.CONFLICT))


def _is_sent_already(page: CasePage) -> bool:
    """Say whether the newest update is this very message: the button was pressed twice."""
    newest = CaseUpdate.objects.filter(case=page.case).order_by("-position").first()
    text = plain_text(page.request.POST.get("text", ""))
    return (
        newest is not None
        and newest.position > number_in(page.request.POST, "seen")
        and newest.by_id == page.reader.pk
        and bool(text)
        and newest.text == text
        and page.now - newest.at < _TWICE
    )


def _is_reopened_already(page: CasePage, reason: str) -> bool:
    """Say whether the newest update is this very reopening: the button was pressed twice."""
    newest = CaseUpdate.objects.filter(case=page.case, by=page.reader).order_by("-position").first()
    reopened = {"kind": ChangeKind.REOPENED.value, "reason": plain_text(reason)}
    return newest is not None and reopened in newest.changes and page.now - newest.at < _TWICE


def _removed(page: CasePage, data: QueryDict) -> HttpResponse:
    """Show the form again without one finding, and what is still found; nothing is sent."""
    form = page.reply_form(data)
    keep_draft(actor=page.reader, case=page.case, data=typed(data, page.case), now=page.now)
    if not form.is_valid():
        return page.show(Refused(reply=form))
    texts = {name: plain_text(data.get(name, "")) for name in _SEARCHED}
    known = personal.known_addresses(page.reader, page.case.filed_by)
    try:
        personal.require_said(texts, unused_files(page.reader, form.file_ids), None, known=known)
    except Invalid as refusal:
        return page.show(Refused(reply=form, findings=findings_in(refusal.problems, form), status=HTTPStatus.OK))
    except StorageAway as refusal:
        return page.show(Refused(reply=form, problem=wording.text_of(refusal), status=refusal.status))
    return page.show(Refused(reply=form, status=HTTPStatus.OK))
