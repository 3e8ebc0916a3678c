"""Pages behind the signed links to a sales record's contact: nobody is signed in, looking does nothing (W11)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from liaison.accounts.limits import comes_too_often
from liaison.accounts.refused import mark
from liaison.delegation import actions
from liaison.delegation.contactlinks import find_link
from liaison.delegation.forms import NOTHING, LinkForm, chosen_level, posted
from liaison.delegation.models import ContactLink, Grant
from liaison.delegation.relations import has_users, relation_with
from liaison.delegation.vocabulary import DelegationCode, LinkPurpose
from liaison.delegation.wording import level_label
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.lib.zones import zone_info
from liaison.web import wording
from liaison.web.gate import public
from liaison.web.pages import render_page

MOST_POSTS: Final = 30


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def decide_access(request: HttpRequest, token: str) -> HttpResponse:
    """Let the contact decide what one account may do with the customer's cases."""
    link = find_link(token, LinkPurpose.GRANTS, utc_now())
    relation = relation_with(link.customer, link.account) if link and link.account else None
    if link is None or relation is None:
        return link_over(request)
    with timezone.override(zone_info(link.customer.time_zone)):
        form = LinkForm(posted(request), initial={"level": link.level or relation.level or NOTHING})
        context: dict[str, Any] = {
            "form": form,
            "link": link,
            "relation": relation,
            "now": level_label(relation.level),
            "has_users": has_users(link.customer),
        }
        if request.method == "POST" and form.is_valid() and not _too_often(request, form):
            try:
                actions.use_contact_link(
                    token=token, level=chosen_level(form), why=form.cleaned_data["why"], now=utc_now()
                )
            except Invalid as refusal:
                mark(form, refusal)
            except Conflict:  # it was used between the two
                return link_over(request)
            else:
                return kept(request, "delegation/link_done.html", {**context, "now": _level_now(link)})
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return kept(request, "delegation/link_access.html", context, status)


@public
@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Let the former contact say that links may go to the new address."""
    link = find_link(token, LinkPurpose.NEW_ADDRESS, utc_now())
    if link is None:
        return link_over(request)
    context: dict[str, Any] = {
        "link": link,
        "address": link.customer.sales_record.contact_address,
        "is_done": request.method == "POST",
    }
    if request.method == "POST":
        try:
            actions.confirm_contact_address(token=token, now=utc_now())
        except Conflict:  # somebody confirmed it between the two
            return link_over(request)
    with timezone.override(zone_info(link.customer.time_zone)):
        return kept(request, "delegation/link_address.html", context)


def link_over(request: HttpRequest) -> HttpResponse:
    """Answer for every link that does not count, whatever the reason."""
    reason = wording.text(DelegationCode.LINK_OVER)
    return kept(request, "delegation/link_over.html", {"reason": reason}, HTTPStatus.GONE)


def kept(
    request: HttpRequest, template: str, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Return a page behind a link: its address, which is a right, goes to no other site.

    It also knows who sends links, and where one asks for the next.
    """
    known = {"operator": settings.OPERATOR_NAME, "support": settings.OPERATOR_SUPPORT_EMAIL}
    response = render_page(request, template, {**known, **context}, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _too_often(request: HttpRequest, form: LinkForm) -> bool:
    if comes_too_often(request, "delegation:link", most=MOST_POSTS):
        form.add_error(None, wording.text(DelegationCode.TOO_MANY_TRIES))
        return True
    return False


def _level_now(link: ContactLink) -> str:
    grant = Grant.objects.filter(customer=link.customer_id, account=link.account_id, ended_at=None).first()
    return level_label(grant.level if grant else "")
