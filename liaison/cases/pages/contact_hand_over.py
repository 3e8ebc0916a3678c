"""Behind the signed link to a customer's contact: which open cases the new account sees. Nobody is signed in (W11)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liaison.accounts.limits import comes_too_often
from liaison.cases import actions
from liaison.cases.delegated.handing import MOST_AT_ONCE, bond_to, open_and_unseen
from liaison.cases.pages.hand_over import handed_over_words, rows_of
from liaison.delegation.contactlinks import find_link
from liaison.delegation.models import ContactLink
from liaison.delegation.pages.links import kept, link_over
from liaison.delegation.vocabulary import DelegationCode, LinkPurpose
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.gate import public

MOST_POSTS: Final = 30


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def decide_hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """Let the contact choose which open cases the account sees; looking at the page decides nothing."""
    link = find_link(token, LinkPurpose.HAND_OVER, utc_now())
    if link is None or link.account is None:
        return link_over(request)
    with timezone.override(ZoneInfo(link.customer.time_zone)):
        if request.method != "POST":
            return _page(request, link)
        if comes_too_often(request, "cases:hand_over_link", most=MOST_POSTS):
            return _page(request, link, wording.text(DelegationCode.TOO_MANY_TRIES))
        numbers = None if "all" in request.POST else request.POST.getlist("number")
        try:
            given = actions.hand_over_by_link(token=token, numbers=numbers, now=utc_now())
        except Invalid as refusal:
            return _page(request, link, wording.text(refusal.problems[0].code, refusal.problems[0].facts))
        except Conflict:  # it was used between the two, or the relation ended
            return link_over(request)
        return _page(request, link, done=handed_over_words(len(given), link.account.name))


def _page(request: HttpRequest, link: ContactLink, problem: str = "", done: str = "") -> HttpResponse:
    bond = bond_to(link.customer, link.account) if link.account else None
    waiting = open_and_unseen(bond).order_by("-updated_at", "-pk") if bond and not done else None
    context: dict[str, Any] = {
        "link": link,
        "rows": rows_of(waiting[:MOST_AT_ONCE]) if waiting is not None else [],
        "waiting": waiting.count() if waiting is not None else 0,
        "most": MOST_AT_ONCE,
        "problem": problem,
        "done": done,
        "title": _("Thank you: it is decided") if done else _("Which open cases may be seen?"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return kept(request, "cases/contact_hand_over.html", context, status)
