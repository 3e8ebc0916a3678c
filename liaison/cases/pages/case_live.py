"""What the page of a case says and asks in the background: that it is open, what is new, and what was typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from liaison.accounts.guards import signed_in
from liaison.cases import access
from liaison.cases.drafts import forget_draft, keep_draft
from liaison.cases.forms import SHOWING, typed, typed_note
from liaison.cases.pages.case import number_in, page_of
from liaison.cases.pages.case_summary import summary_of
from liaison.cases.presence import note_presence
from liaison.cases.vocabulary import CaseRight
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page

LOOKING, WRITING = "looking", "writing"


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the reader has the page open; answer with who else has, and with how much is new."""
    page = page_of(request, number)
    looked = note_presence(
        case=page.case,
        identity=page.reader,
        is_writing=request.POST.get("doing") == WRITING and CaseRight.COMMENT in page.rights,
        now=page.now,
        position=number_in(request.POST, "seen"),
        note=number_in(request.POST, "seen_note") if CaseRight.NOTE in page.rights else None,
    )
    new = looked.new
    context = {
        "case": page.case,
        "present": looked.present,
        "new": new,
        "is_news": new != number_in(request.POST, "told"),
        "shown": number_in(request.POST, "shown") + new,
    }
    return render_page(request, "cases/case_presence.html", context)


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is typed into the reply; answer with what Send will do."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.COMMENT, page.now)
    data, showing = typed(request.POST, page.case), request.POST.get(SHOWING, "")
    is_kept = keep_draft(actor=page.reader, case=page.case, data=data, showing=showing, now=page.now)
    form = page.reply_form(request.POST)
    context = {"case": page.case, "now": page.now, "is_kept": is_kept, "summary": summary_of(form, page.case)}
    return render_page(request, "cases/case_draft.html", context)


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def note_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is typed into an internal note."""
    page = page_of(request, number)
    access.require(page.reader, page.case, CaseRight.WORK, page.now)
    if "discard" in request.POST:
        forget_draft(actor=page.reader, case=page.case, is_note=True, now=page.now)
        return HttpResponse(_("Discarded."))
    data, showing = typed_note(request.POST), request.POST.get(SHOWING, "")
    is_kept = keep_draft(actor=page.reader, case=page.case, is_note=True, data=data, showing=showing, now=page.now)
    return render_page(request, "cases/case_note_draft.html", {"now": page.now, "is_kept": is_kept})
