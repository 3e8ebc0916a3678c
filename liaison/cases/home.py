"""What cases put on the home page: for an account its open ones, for staff the newest."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Case as Choose
from django.db.models import QuerySet, When
from django.http import HttpRequest

from liaison.accounts.guards import identity_of
from liaison.accounts.models import Identity
from liaison.cases import access
from liaison.cases.labels import SEVERITY_KINDS, severity_name
from liaison.cases.lists.asking import listing, reader_of
from liaison.cases.lists.wanted import OPEN_STATES, Wanted
from liaison.cases.models import Case
from liaison.cases.navigation import sees_cases
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import CaseState
from liaison.delegation.access import seat_of
from liaison.lib.clock import utc_now
from liaison.web.panels import Panel

SHOWN: Final = 5


def open_cases(request: HttpRequest) -> Panel | None:
    """Return the open cases that the reader may see: those that wait for the account first, or the newest for staff."""
    if not sees_cases(request):
        return None
    reader = identity_of(request)
    facts = {
        "cases": _of_customers(reader, utc_now()) if seat_of(reader) else _newest(reader, utc_now()),
        "is_staff": reader.is_staff,
        "shown": shown,
        "severity_name": severity_name,
        "severity_kinds": SEVERITY_KINDS,
    }
    return Panel("cases/case_home.html", facts, order=15)


def _newest(reader: Identity, now: datetime) -> list[Case]:
    found = access.visible_cases(reader, now).exclude(state=CaseState.CLOSED)
    ordered = found.order_by("-pk") if reader.is_staff else _waiting_first(found)
    return list(ordered.select_related("account")[:SHOWN])


def _of_customers(reader: Identity, now: datetime) -> list[Case]:
    """Return the same for a delegate, by the statements of its lists: there may be a million."""
    asking = reader_of(reader, now)
    lines = list(listing(asking, Wanted(states=(CaseState.ACTION_REQUIRED,)), SHOWN).lines)
    if len(lines) < SHOWN:
        others = tuple(state for state in OPEN_STATES if state is not CaseState.ACTION_REQUIRED)
        lines += listing(asking, Wanted(states=others), SHOWN - len(lines)).lines
    places = {line.number: place for place, line in enumerate(lines)}
    found = Case.objects.select_related("account").filter(number__in=places)
    return sorted(found, key=lambda case: places[case.number])


def _waiting_first(cases: QuerySet[Case]) -> QuerySet[Case]:
    waits = Choose(When(state=CaseState.ACTION_REQUIRED, then=0), default=1)
    return cases.order_by(waits, "-updated_at", "-pk")
