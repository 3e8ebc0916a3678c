"""The page behind the links of case mails: no e-mails about this case, or about any (R5, RFC 8058)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liaison.accounts.limits import comes_too_often
from liaison.cases import actions
from liaison.cases.letters.unsubscribing import Unsubscribing, unsubscribing_of
from liaison.cases.numbers import shown
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Missing
from liaison.web.gate import public
from liaison.web.pages import render_page

MOST_POSTS: Final = 60


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: mail programs post without a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; only a post changes anything, for scanners open links too."""
    found = unsubscribing_of(token)
    if found is None:
        raise Missing
    if request.method != "POST":
        return _page(request, found)
    if comes_too_often(request, "cases:mails", most=MOST_POSTS):
        return _page(request, found, status=HTTPStatus.TOO_MANY_REQUESTS)
    return _page(request, actions.end_case_mails(token=token, now=utc_now()), is_done=True)


def _page(
    request: HttpRequest, found: Unsubscribing, *, is_done: bool = False, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "number": shown(found.case.number) if found.case else "",
        "is_done": is_done,
        "is_too_often": status == HTTPStatus.TOO_MANY_REQUESTS,
        "has_settings": found.identity is not None,
    }
    response = render_page(request, "cases/mails.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
