"""What cases put on the home page: for an account its open ones, for staff the newest."""

from __future__ import annotations

from typing import Final

from django.db.models import Case as Choose
from django.db.models import QuerySet, When
from django.http import HttpRequest

from liaison.accounts.guards import identity_of
from liaison.cases import access
from liaison.cases.labels import SEVERITY_KINDS, severity_name
from liaison.cases.models import Case
from liaison.cases.navigation import sees_cases
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import CaseState
from liaison.lib.clock import utc_now
from liaison.web.panels import Panel

SHOWN: Final = 5


def open_cases(request: HttpRequest) -> Panel | None:
    """Return the open cases that the reader may see: those that wait for the account first, or the newest for staff."""
    if not sees_cases(request):
        return None
    reader = identity_of(request)
    found = access.visible_cases(reader, utc_now()).exclude(state=CaseState.CLOSED)
    ordered = found.order_by("-pk") if reader.is_staff else _waiting_first(found)
    facts = {
        "cases": list(ordered.select_related("account")[:SHOWN]),
        "is_staff": reader.is_staff,
        "shown": shown,
        "severity_name": severity_name,
        "severity_kinds": SEVERITY_KINDS,
    }
    return Panel("cases/case_home.html", facts, order=15)


def _waiting_first(cases: QuerySet[Case]) -> QuerySet[Case]:
    waits = Choose(When(state=CaseState.ACTION_REQUIRED, then=0), default=1)
    return cases.order_by(waits, "-updated_at", "-pk")
