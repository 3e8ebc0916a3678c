"""A customer hands open cases over to whoever works for it now, and takes them back (D5, W4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.accounts.refused import say
from liaison.cases import access, actions
from liaison.cases.delegated.handing import (
    MOST_AT_ONCE,
    Target,
    account_bound,
    bond_to,
    open_and_unseen,
    require_handing_over,
    require_taking_back,
    targets_of,
)
from liaison.cases.labels import severity_name
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.delegation.access import own_customer
from liaison.delegation.actions.writing import signed_in as doer
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_number
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to_address, render_page

_LONGEST: Final = 100


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """List the open cases that an account which works for the customer cannot see; hand the chosen ones over."""
    reader = identity_of(request)
    access.require_changing(reader)
    customer = own_customer(reader)
    require_handing_over(reader, customer)
    if request.method != "POST":
        return _page(request, targets_of(customer), request.GET.get("account", "")[:_LONGEST])
    account = account_bound(customer, request.POST.get("account", "")[:_LONGEST])
    numbers = None if "all" in request.POST else request.POST.getlist("number")
    try:
        given = actions.hand_over_cases(
            actor=doer(reader), customer=customer, account=account, numbers=numbers, now=utc_now()
        )
    except Invalid as refusal:
        problem = wording.text(refusal.problems[0].code, refusal.problems[0].facts)
        return _page(request, targets_of(customer), account.slug, problem=problem, chosen=numbers or ())
    except Conflict as refusal:
        say(request, refusal)
        return redirect_to_address(request, reverse("hand_over"))
    messages.success(request, handed_over_words(len(given), account.name))
    if "case" in request.POST and given:
        return redirect_to_address(request, reverse("case", args=[given[0].number]) + "#delegates")
    return redirect_to_address(request, _address(account))


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Close a case to an account that it was handed over to."""
    reader, now = identity_of(request), utc_now()
    case = access.case_for(reader, number, now)
    require_taking_back(reader, case, now)
    account = account_bound(case.account, request.POST.get("account", "")[:_LONGEST])
    try:
        actions.take_back_case(actor=doer(reader), case=case, account=account, now=now)
    except Conflict as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("%(account)s does not see this case any more.") % {"account": account.name})
    return redirect_to_address(request, reverse("case", args=[case.number]) + "#delegates")


def handed_over_words(count: int, account: str) -> str:
    """Return what became of it."""
    if not count:
        return _("Nothing was left to hand over to %(account)s.") % {"account": account}
    words = ngettext(
        "One case is handed over to %(account)s.", "%(count)s cases are handed over to %(account)s.", count
    )
    return words % {"count": format_number(count, get_language() or "en"), "account": account}


def rows_of(cases: Any) -> list[dict[str, Any]]:
    """Return cases as a list to choose from: what names them, and nothing else (W11)."""
    return [
        {
            "number": one.number,
            "shown": shown(one.number),
            "title": one.title,
            "state": one.state,
            "severity": severity_name(one.severity),
            "filed": one.created_at,
        }
        for one in cases
    ]


def _page(
    request: HttpRequest, targets: tuple[Target, ...], slug: str, *, problem: str = "", chosen: Any = ()
) -> HttpResponse:
    target = next((one for one in targets if one.account.slug == slug), None)
    target = target or next((one for one in targets if one.waiting), targets[0] if targets else None)
    context = {
        "targets": targets,
        "target": target,
        "tabs": [(one.account.slug, one.account.name, _address(one.account)) for one in targets],
        "rows": rows_of(_newest(request, target)) if target else [],
        "most": MOST_AT_ONCE,
        "problem": problem,
        "chosen": frozenset(chosen),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render_page(request, "cases/hand_over.html", context, status=status)


def _address(account: Account) -> str:
    return f"{reverse('hand_over')}?{urlencode({'account': account.slug})}"


def _newest(request: HttpRequest, target: Target) -> list[Case]:
    bond = bond_to(identity_of(request).account, target.account)
    return list(open_and_unseen(bond).order_by("-updated_at", "-pk")[:MOST_AT_ONCE]) if bond else []
