"""Expressing interest, signed in or not, and the page behind the link that proves the address (S1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.limits import comes_too_often
from liaison.accounts.refused import mark
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.support.actions import confirm_interest, express_interest
from liaison.support.forms import InterestForm, names_of
from liaison.support.links import find_interest
from liaison.support.pages.shared import public_page, reader_of
from liaison.support.pages.support import support_page
from liaison.support.requests import NewInterest
from liaison.support.vocabulary import InterestCode, Situation
from liaison.web import wording
from liaison.web.addresses import is_same_origin
from liaison.web.gate import public
from liaison.web.pages import redirect_to_address, render_page

MOST_POSTS: Final = 10


@public
@csrf_exempt  # who is signed out has no session, so the origin is checked instead
@require_POST
def express(request: HttpRequest) -> HttpResponse:
    """Keep what was sent. The answer is the same for every address, whoever it belongs to."""
    reader = reader_of(request)
    form = InterestForm(request.POST, reader=reader)
    if not is_same_origin(request):
        return _again(request, form, InterestCode.ELSEWHERE, HTTPStatus.FORBIDDEN)
    if not form.is_valid():
        return support_page(request, asked=Situation.INTERESTED, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if comes_too_often(request, "support:interest", most=MOST_POSTS):
        return _again(request, form, InterestCode.TOO_MANY, HTTPStatus.TOO_MANY_REQUESTS)
    given = {**form.cleaned_data, "kinds": tuple(form.cleaned_data["kinds"])}
    try:
        made = express_interest(actor=reader, new=NewInterest(**given), now=utc_now())
    except Invalid as refusal:
        mark(form, refusal)
        return support_page(request, asked=Situation.INTERESTED, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if reader is not None and made is not None and made.confirmed_at is not None:
        messages.success(request, _("Thank you. We have your expression of interest and answer by e-mail."))
        return redirect_to_address(request, f"{reverse('support')}?situation={Situation.INTERESTED}")
    return redirect_to_address(request, reverse("interest_sent"))


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next, without a word about who it was."""
    return public_page(request, "support/interest_sent.html", {})


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of the address say that it is theirs. Scanners follow links, so only the button does it."""
    found = find_interest(token, utc_now())
    if found is None:
        return _kept(request, {"state": "over"}, HTTPStatus.GONE)
    if request.method == "POST":
        try:
            found = confirm_interest(token=token, now=utc_now())
        except Conflict:  # it was decided between the two
            return _kept(request, {"state": "over"}, HTTPStatus.GONE)
    state = "asks" if found.confirmed_at is None else "done"
    return _kept(request, {"state": state, "interest": found, "kinds": names_of(found)}, HTTPStatus.OK)


def _again(request: HttpRequest, form: InterestForm, code: InterestCode, status: HTTPStatus) -> HttpResponse:
    form.add_error(None, wording.text(code))
    return support_page(request, asked=Situation.INTERESTED, form=form, status=status)


def _kept(request: HttpRequest, context: dict[str, object], status: HTTPStatus) -> HttpResponse:
    response = render_page(request, "support/interest_confirm.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
