"""My cases: the list with its filters, the same as a file, and closing many at once."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from markupsafe import escape

from liaison.accounts.access import visible_accounts
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.cases import labels
from liaison.cases.access import may_file, require_changing, shares_read
from liaison.cases.actions import close_cases
from liaison.cases.actions.closing import MOST_AT_ONCE
from liaison.cases.lists.asking import count, listing, reader_of
from liaison.cases.lists.choices import choices_of, customers_like, customers_of
from liaison.cases.lists.taking import export_cases
from liaison.cases.lists.wanted import Wanted, wanted_of
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.pages.list_html import filters_html, listed_html, views_html
from liaison.cases.pages.list_rows import rows_html
from liaison.cases.requests import CloseResult
from liaison.cases.vocabulary import CLOSE_REASONS_OF_ACCOUNT, CloseReason
from liaison.delegation.access import seat_of, works_for_customers
from liaison.delegation.pages.customers import why_not_all
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.lib.searching import LONGEST_QUESTION
from liaison.web import wording
from liaison.web.downloads import spreadsheet
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page, wants_fragment
from liaison.web.tokens import token_input
from liaison.web.whole import render_whole


@open_at_the_gate
@signed_in
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases that the reader sees, the last updated first, by whatever the reader asks for."""
    reader, wanted, now = identity_of(request), wanted_of(request.GET), utc_now()
    asking = reader_of(reader, now, shares_read(request))
    page = listing(asking, wanted, is_counted=True)
    may_close = reader.may(Privilege.WRITE_CASES) or reader.may(Privilege.STAFF_WORK_CASES)
    may_close = may_close or works_for_customers(reader)
    account_as = "account" if reader.is_staff else "customer" if seat_of(reader) else ""
    rows = rows_html(page.lines, now, may_close=may_close, account_as=account_as)
    total = count(asking, wanted, page)
    shown = {
        "is_staff": reader.is_staff,
        "may_close": may_close,
        "may_file": may_file(reader, reader.account) or works_for_customers(reader),
        "is_filtered": wanted.is_filtered,
        "is_delegate": account_as == "customer",
        "is_partner": reader.account.kind == AccountKind.SUPPORT_PARTNER,
    }
    listed = listed_html(wanted, page, total, rows, token_input(request), may_close=may_close) if rows else ""
    holes = {"listed": listed, "domain_of_customers": "", "why": "", "views": "", "filters": ""}
    if not wants_fragment(request):
        holes |= _around(reader, asking.scope.customers, wanted)
        if account_as == "customer":
            holes |= {"domain_of_customers": escape(reader.domain.name), "why": why_not_all(request, reader)}
    return render_whole(request, "cases/list.html", shown, holes, fragment="list")


@open_at_the_gate
@signed_in
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Suggest customers to a delegate that types one, or searches without a script; nothing to anybody else."""
    asked = request.GET.get("customer", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    context = {"customers": customers_like(identity_of(request), asked), "asked": asked}
    return render_page(request, "cases/list_customers.html", context, fragment="options")


@open_at_the_gate
@signed_in
@require_GET
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Send what the list shows, all pages of it, as a file for spreadsheets. Who takes it is noted."""
    reader = identity_of(request)
    pieces = export_cases(
        actor=reader,
        wanted=wanted_of(request.GET),
        zone=reader.effective_time_zone,
        language=get_language() or "en",
        now=utc_now(),
    )
    return spreadsheet(pieces, "cases.csv")


@open_at_the_gate
@signed_in
@require_POST
def close_many(request: HttpRequest) -> HttpResponse:
    """Ask for the reason with the selected cases before the reader's eyes, then close them and say of each how."""
    actor, now = identity_of(request), utc_now()
    require_changing(actor)
    numbers = [one.replace("\x00", "") for one in request.POST.getlist("number")]
    back = wanted_of(QueryDict(request.POST.get("list", "")[:1000])).query()
    reason = _reason(actor, request.POST.get("reason", ""))
    if "close" not in request.POST or reason is None:
        return _ask(request, actor, numbers, back)
    try:
        results = close_cases(actor=actor, numbers=numbers, reason=reason, now=now)
    except Invalid as refusal:
        problem = refusal.problems[0]
        return _ask(request, actor, numbers[:MOST_AT_ONCE], back, wording.text(problem.code, problem.facts))
    context = {"results": [_result(one) for one in results], "back": back}
    return render_page(request, "cases/list_closed.html", context)


def _ask(request: HttpRequest, actor: Identity, numbers: list[str], back: str, problem: str = "") -> HttpResponse:
    visible = reader_of(actor, utc_now()).scope.condition()
    found = Case.objects.filter(visible, number__in=numbers[:MOST_AT_ONCE]).order_by("-updated_at", "-pk")
    chosen = [(number, shown(number), title, state) for number, title, state in
              found.values_list("number", "title", "state")]  # fmt: skip
    if "close" in request.POST and not problem:
        problem = _("Choose why they are closed.")
    if len(numbers) > MOST_AT_ONCE and not problem:
        problem = _("At most %(most)s cases can be closed at once; the others were left out.") % {"most": MOST_AT_ONCE}
    reasons = [(one.value, labels.CLOSE_REASONS[one]) for one in _reasons(actor)]
    context = {"chosen": chosen, "reasons": reasons, "back": back, "problem": problem}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render_page(request, "cases/list_close.html", context, status=status)


def _reasons(actor: Identity) -> tuple[CloseReason, ...]:
    return tuple(CloseReason) if actor.is_staff else CLOSE_REASONS_OF_ACCOUNT


def _reason(actor: Identity, key: str) -> CloseReason | None:
    return next((one for one in _reasons(actor) if one.value == key), None)


def _result(result: CloseResult) -> dict[str, str]:
    why = wording.text(result.refusal, result.facts) if result.refusal else ""
    return {"number": result.number, "shown": shown(result.number), "title": result.title, "why": why}


def _around(reader: Identity, customers: frozenset[int] | None, wanted: Wanted) -> dict[str, str]:
    """Return what stands around the list and does not change with it; `customers` as a scope has them."""
    is_staff, choices = reader.is_staff, choices_of(reader)
    seen = visible_accounts(reader).filter(slug=wanted.account) if wanted.account and is_staff else None
    account = seen.first() if seen is not None else None
    return {
        "views": views_html(choices.views, wanted.query(), is_staff=is_staff),
        "filters": filters_html(
            wanted,
            choices.integrations,
            account.name if account else "",
            customers_of(reader, customers, wanted.account),
            is_staff=is_staff,
        ),
    }
