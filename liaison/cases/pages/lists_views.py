"""Views: lists of cases that somebody saved under a name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.guards import identity_of, signed_in
from liaison.cases.lists.views import LONGEST_NAME, delete_view, rename_view, save_view, views_of
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid, Refusal
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to_address, render_page


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """Show the reader's own views; a form keeps the list that it comes from as a new one."""
    if request.method != "POST":
        return _page(request)
    name, query = request.POST.get("name", ""), request.POST.get("query", "")[:2000]
    try:
        view = save_view(actor=identity_of(request), name=name, query=query, now=utc_now())
    except Invalid as refusal:
        return _page(request, problem=_words(refusal), name=name[:200], query=query)
    except Refusal as refusal:
        return _page(request, problem=wording.text_of(refusal), name=name[:200], query=query)
    messages.success(request, _("The view was saved."))
    return redirect_to_address(request, f"{reverse('cases')}?{view.query}")


@open_at_the_gate
@signed_in
@require_POST
def rename(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        rename_view(actor=identity_of(request), public_id=public_id, name=request.POST.get("name", ""), now=utc_now())
    except Invalid as refusal:
        return _page(request, problem=_words(refusal))
    messages.success(request, _("The view was renamed."))
    return redirect_to_address(request, reverse("case_views"))


@open_at_the_gate
@signed_in
@require_POST
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a view at once; the answer can take it back."""
    view = delete_view(actor=identity_of(request), public_id=public_id, now=utc_now())
    return _page(request, deleted=view)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    own = views_of(identity_of(request))
    context = {"views": own, "problem": "", "name": "", "query": "", "deleted": None, "longest": LONGEST_NAME, **more}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["problem"] else HTTPStatus.OK
    return render_page(request, "cases/list_views.html", context, status=status, address=reverse("case_views"))


def _words(refusal: Invalid) -> str:
    return wording.text(refusal.problems[0].code, refusal.problems[0].facts)
