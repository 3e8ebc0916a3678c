"""The pages behind the links of messages: answering a drill, and saying that a test arrived. Nobody signs in."""

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
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.drills import actions
from liaison.drills.access import delivery_told
from liaison.drills.actions.answering import LONGEST_NAME, drill_of_link
from liaison.drills.actions.proving import tested_by_link
from liaison.drills.models import TestArrival
from liaison.drills.results import clock
from liaison.drills.vocabulary import DrillCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Missing
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.pages import render_page

MOST_POSTS: Final = 60


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def drill_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show what it is about; only the button answers, for scanners follow links too."""
    found = drill_of_link(token)
    if found is None:
        raise Missing
    drill, delivery = found
    status, problem = HTTPStatus.OK, ""
    if request.method == "POST" and comes_too_often(request, "drills:answer", most=MOST_POSTS):
        status, problem = HTTPStatus.TOO_MANY_REQUESTS, wording.text(DrillCode.TOO_MANY_ANSWERS)
    elif request.method == "POST":
        try:
            drill = actions.answer_drill_by_link(token=token, name=request.POST.get("name", ""), now=utc_now())
        except Conflict:
            status = HTTPStatus.GONE
    drill.refresh_from_db()
    told = delivery_told(drill, delivery.recipient_key) or delivery
    answer = drill.answers.filter(delivery=told).first()
    with timezone.override(ZoneInfo(delivery.time_zone)):
        context = {
            "drill": drill,
            "account_name": drill.account.name,
            "field": field_label(ContactField(drill.field)),
            "answer": answer,
            "took": clock(answer.at - told.due_at) if answer else "",
            "is_identity": delivery.identity_id is not None,
            "problem": problem,
            "typed": request.POST.get("name", "")[:LONGEST_NAME],
        }
        return _unreferred(render_page(request, "drills/answer.html", context, status=status))


@public
@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def arrival_of_test(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of a test say that it arrived, once."""
    found = tested_by_link(token)
    if found is None:
        raise Missing
    test, delivery = found
    status, problem = HTTPStatus.OK, ""
    if request.method == "POST" and comes_too_often(request, "drills:answer", most=MOST_POSTS):
        status, problem = HTTPStatus.TOO_MANY_REQUESTS, wording.text(DrillCode.TOO_MANY_ANSWERS)
    elif request.method == "POST":
        actions.confirm_test_message(token=token, now=utc_now())
    arrival = TestArrival.objects.filter(delivery=delivery).first()
    with timezone.override(ZoneInfo(delivery.time_zone)):
        context = {"test": test, "account_name": test.account.name, "arrival": arrival, "problem": problem}
        return _unreferred(render_page(request, "drills/arrival.html", context, status=status))


def _unreferred(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
