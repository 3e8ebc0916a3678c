"""Pages behind the mail to people who are named: nobody is signed in, and only a button changes anything (C7).

They stay open while the gate of an account is closed (C3). Mail scanners follow links, so looking does nothing.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liaison.accounts.limits import comes_too_often
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.actions import decline_contact, leave_contact, verify_contact, verify_contact_by_code
from liaison.contacts.codes import VerificationCode
from liaison.contacts.labels import field_label
from liaison.contacts.mailboxes import entries_at
from liaison.contacts.requests import find_request
from liaison.contacts.vocabulary import Purpose
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.pages import render_page

MOST_POSTS: Final = 30
_VERBS: Final = {
    Purpose.VERIFY: verify_contact,
    Purpose.DECLINE: decline_contact,
    Purpose.LEFT: leave_contact,
}


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of a mailbox say that they can be reached there."""
    return _page(request, Purpose.VERIFY, token)


@public
@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Let them say that they do not want to be a contact."""
    return _page(request, Purpose.DECLINE, token)


@public
@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, token: str) -> HttpResponse:
    """Let them say that they no longer work there."""
    return _page(request, Purpose.LEFT, token)


@public
@never_cache
@csrf_exempt  # the code is the only right there is here
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Let somebody who reads the mail elsewhere type its code."""
    if request.method != "POST":
        return _code_page(request)
    typed = {name: request.POST.get(name, "")[:300] for name in ("address", "code")}
    if comes_too_often(request, "contacts:code", most=MOST_POSTS):
        text = wording.text(VerificationCode.TOO_MANY_POSTS)
        return _code_page(request, typed["address"], text, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        verify_contact_by_code(**typed, now=utc_now())
    except Conflict as refusal:
        return _code_page(request, typed["address"], wording.text_of(refusal), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _kept(request, "contacts/verification_done.html", {"purpose": Purpose.VERIFY.value})


def _page(request: HttpRequest, purpose: Purpose, token: str) -> HttpResponse:
    now = utc_now()
    found = find_request(purpose, token, now)
    entries = entries_at(found.record, found.mailbox) if found else []
    if found is None or not entries:
        return _over(request)
    with timezone.override(ZoneInfo(found.time_zone)):
        context: dict[str, object] = {
            "purpose": purpose.value,
            "account": found.record.account.name,
            "operator": settings.OPERATOR_NAME,
            "address": found.address,
            "fields": [field_label(field) for field in ContactField if field in {entry.field for entry in entries}],
            "until": found.expires_at,
        }
        if request.method != "POST":
            return _kept(request, "contacts/verification.html", context)
        return _press(request, purpose, token, context)


def _press(request: HttpRequest, purpose: Purpose, token: str, context: dict[str, object]) -> HttpResponse:
    try:
        _VERBS[purpose](token=token, now=utc_now())
    except Conflict:  # it ended between the two
        return _over(request)
    return _kept(request, "contacts/verification_done.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    reason = wording.text(VerificationCode.LINK_OVER)
    return _kept(request, "contacts/verification_over.html", {"reason": reason}, HTTPStatus.GONE)


def _code_page(
    request: HttpRequest, address: str = "", problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, object] = {"problem": problem, "address": address}
    return _kept(request, "contacts/verification_code.html", context, status)


def _kept(
    request: HttpRequest, template: str, context: dict[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    response = render_page(request, template, context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
