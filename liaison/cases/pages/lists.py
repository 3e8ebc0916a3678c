"""My cases: the list with its filters, the same as a file, and closing many at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from liaison.accounts.access import visible_accounts
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.cases import labels
from liaison.cases.access import may_file, require_changing
from liaison.cases.actions import close_cases
from liaison.cases.actions.closing import MOST_AT_ONCE
from liaison.cases.lists.asking import MOST_COUNTED, count, listing, reader_of
from liaison.cases.lists.rows import rows_of
from liaison.cases.lists.taking import export_cases
from liaison.cases.lists.views import views_for
from liaison.cases.lists.wanted import Sort, Wanted, Whose, wanted_of
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.requests import CloseResult
from liaison.cases.vocabulary import CLOSE_REASONS_OF_ACCOUNT, CaseState, CloseReason
from liaison.catalog.vocabulary import CaseSeverity
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page, wants_fragment


@open_at_the_gate
@signed_in
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases that the reader sees, the last updated first, by whatever the reader asks for."""
    reader, wanted, now = identity_of(request), wanted_of(request.GET), utc_now()
    asking = reader_of(reader, now)
    page = listing(asking, wanted)
    total = count(asking, wanted, page)
    context: dict[str, Any] = {
        "rows": rows_of(page.lines, now),
        "page": page,
        "wanted": wanted,
        "query": wanted.query(),
        "total": min(total, MOST_COUNTED),
        "is_more": total > MOST_COUNTED,
        "is_staff": reader.is_staff,
        "may_close": reader.may(Privilege.WRITE_CASES) or reader.may(Privilege.STAFF_WORK_CASES),
        "may_file": may_file(reader, reader.account),
    }
    if not wants_fragment(request):
        context |= _around(reader, wanted)
    return render_page(request, "cases/list.html", context, fragment="list")


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
    return StreamingHttpResponse(
        (piece.encode() for piece in pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="cases.csv"', "X-Content-Type-Options": "nosniff"},
    )


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


def _around(reader: Identity, wanted: Wanted) -> dict[str, Any]:
    """Return what stands around the list and does not change with it."""
    own = Integration.objects.filter(account=reader.account).order_by("pk").values_list("public_id", "kind")
    views = views_for(reader)
    seen = visible_accounts(reader) if wanted.account and reader.is_staff else Account.objects.none()
    whose = {Whose.MINE: _("Filed by me"), Whose.FOLLOWED: _("Followed by me")}
    return {
        "views": views,
        "narrowed": sum(name != "q" for name, _value in wanted.pairs()),
        "view": next((view for view in views if view.query == wanted.query()), None),
        "states": [(state, labels.state_name(state)) for state in CaseState],
        "severities": [(one, labels.severity_name(one)) for one in CaseSeverity],
        "integrations": [] if reader.is_staff else [(public_id, kind_name(kind)) for public_id, kind in own],
        "whose": [*whose.items()] if reader.is_staff else [*whose.items(), (Whose.SHARED, _("Shared with me"))],
        "sorts": _sorts(),
        "account": seen.filter(slug=wanted.account).first(),
    }


def _sorts() -> list[tuple[Sort, str]]:
    return [
        (Sort.FIT, _("Best match")),
        (Sort.UPDATED, _("Last updated")),
        (Sort.CREATED, _("Filed")),
        (Sort.SEVERITY, _("Severity")),
        (Sort.STATUS, _("Status")),
    ]
