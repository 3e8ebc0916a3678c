"""Who could see a case at a moment, and why; and who of other accounts did look: for its account and staff (D5)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.cases import access
from liaison.cases.delegated.audience import MOST_LOOKS, Viewer, audience_of, looks_at, reads_access
from liaison.cases.delegated.proving import Way
from liaison.cases.delegated.words import RULES, WAYS, right_label
from liaison.cases.numbers import shown
from liaison.lib.clock import utc_now
from liaison.lib.zones import resolve_local
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page

_LONGEST: Final = 32


@open_at_the_gate
@never_cache
@signed_in
@require_safe
def case_access(request: HttpRequest, number: str) -> HttpResponse:
    """Answer for `?at=2026-03-03T12:00` in the reader's zone, else for now. A delegate may not ask (W14)."""
    reader, now = identity_of(request), utc_now()
    case = access.case_for(reader, number, now)
    if not reads_access(reader, case):
        raise access.refusal_of(reader, case, now)
    zone = timezone.get_current_timezone_name()
    asked = request.GET.get("at", "")[:_LONGEST]
    at, problem = _moment(asked, zone, now)
    found = audience_of(case, at)
    context: dict[str, Any] = {
        "case": case,
        "number": shown(case.number),
        "at": at,
        "is_now": at == now,
        "is_before": at < case.created_at,
        "asked": asked if problem else at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M"),
        "problem": problem,
        "seeing": [_row(one) for one in found.seeing],
        "others": [_row(one) for one in found.others],
        "looks": [(one, RULES[one.rule], WAYS[Way(one.way)]) for one in looks_at(case, at)],
        "most_looks": MOST_LOOKS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render_page(request, "cases/case_access.html", context, status=status)


def _row(viewer: Viewer) -> dict[str, Any]:
    return {"viewer": viewer, "rule": RULES[viewer.rule], "right": right_label(viewer.rule, viewer.right)}


def _moment(asked: str, zone: str, now: datetime) -> tuple[datetime, str]:
    """Return the moment that is asked for, else now with what is wrong with it."""
    if not asked:
        return now, ""
    try:
        at = resolve_local(datetime.fromisoformat(asked), zone).instant_utc
    except ValueError:
        return now, _("Give a date and a time.")
    if at > now:
        return now, _("This moment has not come yet.")
    return at, ""
