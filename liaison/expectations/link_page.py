"""The page behind the link of a message: its reader answers without signing in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liaison.accounts.limits import comes_too_often
from liaison.accounts.refused import mark
from liaison.expectations import actions
from liaison.expectations.forms import AnswerForm
from liaison.expectations.links import Reader, reader_of
from liaison.expectations.panel import standing_of
from liaison.expectations.subjects import describe
from liaison.expectations.vocabulary import ExpectationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.pages import render_page

MOST_POSTS: Final = 60


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is expected and how it stands; only the button answers, for scanners follow links too."""
    reader = reader_of(token)
    if reader is None:
        raise Missing
    with timezone.override(ZoneInfo(reader.delivery.time_zone)):
        if request.method != "POST":
            return _page(request, reader)
        if comes_too_often(request, "expectations:answer", most=MOST_POSTS):
            text = wording.text(ExpectationCode.TOO_MANY)
            return _page(request, reader, problem=text, status=HTTPStatus.TOO_MANY_REQUESTS)
        return _answer(request, token, reader)


def _answer(request: HttpRequest, token: str, reader: Reader) -> HttpResponse:
    form = _form(reader, request)
    if not reader.expectation.is_open:
        return _page(request, reader, status=HTTPStatus.GONE)
    if not form.is_valid():
        return _page(request, reader, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        actions.answer_expectation_by_link(token=token, **form.cleaned_data, now=utc_now())
    except Invalid as refusal:
        mark(form, refusal)
        return _page(request, reader, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refusal:
        reader.expectation.refresh_from_db()
        return _page(request, reader, problem=wording.text_of(refusal), status=HTTPStatus.CONFLICT)
    reader.expectation.refresh_from_db()
    return _page(request, reader, is_kept=True)


def _page(
    request: HttpRequest,
    reader: Reader,
    *,
    form: AnswerForm | None = None,
    is_kept: bool = False,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    found = reader.expectation
    subject = describe([found]).get((found.subject_kind, found.subject_id))
    if subject is None:
        raise Missing
    asks = found.is_open and not is_kept
    context = {
        "subject": subject,
        "account_name": found.account.name,
        "standing": standing_of(found, utc_now()),
        "estimate_at": found.estimate_at,
        "form": (form or _form(reader)) if asks else None,
        "is_kept": is_kept,
        "problem": problem,
    }
    response = render_page(request, "expectations/link.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _form(reader: Reader, request: HttpRequest | None = None) -> AnswerForm:
    data = None if request is None else request.POST
    return AnswerForm(data, before=reader.expectation.answer, zone=reader.delivery.time_zone)
