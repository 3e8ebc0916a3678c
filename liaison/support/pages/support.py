"""The support page: one tab for each situation, for everybody, in an identity slot or signed out (S1, C3)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from liaison.lib.clock import utc_now
from liaison.support.forms import InterestForm
from liaison.support.pages.shared import public_page, reader_of
from liaison.support.view import view_for
from liaison.web.gate import public


@public
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Show the tab of `situation`, else that of the account's integrations; `q` looks for help articles."""
    return support_page(request, asked=request.GET.get("situation", ""))


def support_page(
    request: HttpRequest, *, asked: str, form: InterestForm | None = None, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Return the page, with a form that was sent and refused in the place of the empty one."""
    reader = reader_of(request)
    view = view_for(reader, asked=asked, question=request.GET.get("q", ""), now=utc_now())
    context: dict[str, Any] = {"view": view, "reader": reader}
    if view.shows_form:
        context["form"] = form or InterestForm(reader=reader)
    return public_page(request, "support/support.html", context, status=status, address=reverse("support"))
