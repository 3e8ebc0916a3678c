"""Attachments: downloaded by whoever sees the case, deleted by support alone, never without a trace."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.cases import access, actions
from liaison.cases.forms import DeleteForm
from liaison.cases.models import Attachment
from liaison.cases.numbers import shown
from liaison.cases.opening import note_opened
from liaison.cases.pages.case import page_of, to_case
from liaison.cases.pages.case_history import file_line
from liaison.cases.pages.case_refused import add_errors
from liaison.cases.pages.case_rows import FileRow
from liaison.cases.pages.case_view import CasePage
from liaison.cases.vocabulary import CaseRight
from liaison.files.serving import file_response
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page


@open_at_the_gate
@never_cache
@signed_in
@require_safe
def attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponseBase:
    """Give a file out, or say why there is nothing to give: it was deleted, or it is held back."""
    page = page_of(request, number)
    found = attachment_in(page, public_id)
    if found.deleted_at is not None:
        return _tombstone(page, found)
    response = file_response(request, found.file)
    if request.method == "GET" and response.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        note_opened(actor=page.reader, attachment=found, now=page.now)
    return response


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete_attachment(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    """Ask for the reason, then delete what the attachment holds; its tombstone stays."""
    page = page_of(request, number)
    found = attachment_in(page, public_id)
    access.require(identity_of(request), page.case, CaseRight.WORK, page.now)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete_attachment(
                actor=page.reader, attachment=found, reason=form.cleaned_data["reason"], now=page.now
            )
        except Invalid as refusal:
            add_errors(form, refusal.problems)
        except Conflict as refusal:
            messages.warning(request, wording.text_of(refusal))
            return to_case(request, page)
        else:
            messages.success(request, _("The attachment was deleted. Its name, size and SHA-256 stay in the case."))
            return to_case(request, page, "#newest")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {**_about(page, found), "form": form, "is_internal": found.note_id is not None}
    return render_page(request, "cases/case_attachment_delete.html", context, status=status)


def attachment_in(page: CasePage, public_id: str) -> Attachment:
    """Return an attachment of the case; raises Missing also for one of a note that the reader may not read (W8)."""
    of_case = Attachment.objects.filter(case=page.case, public_id=public_id.replace("\x00", ""))
    if CaseRight.NOTE not in page.rights:  # in the same statement, so that one of a note is like one that is not there
        of_case = of_case.filter(note=None)
    found = of_case.select_related("file", "deleted_by", "case__account").first()
    if found is None:
        raise Missing
    return found


def _tombstone(page: CasePage, found: Attachment) -> HttpResponse:
    return render_page(page.request, "cases/case_attachment_gone.html", _about(page, found), status=HTTPStatus.GONE)


def _about(page: CasePage, found: Attachment) -> dict[str, object]:
    return {
        "case": page.case,
        "number": shown(page.case.number),
        "file": file_line(FileRow.of(found), may_delete=False),
    }
