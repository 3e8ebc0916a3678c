"""What this room shows on the home page: how one's own integrations do, or the worst of those one looks after."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from liaison.accounts.guards import identity_of
from liaison.integrations.models import EnvironmentName
from liaison.integrations.navigation import is_of_partner
from liaison.monitoring.access import visible_environments
from liaison.monitoring.navigation import looks_after_others
from liaison.monitoring.overview import Wanted, page_of, rows_of
from liaison.monitoring.pages.shared import address_of_environment, common_words
from liaison.web.panels import Panel

WORST: Final = 5


def own_panel(request: HttpRequest) -> Panel | None:
    """Return how the production of each integration of the reader's account does."""
    if not is_of_partner(request):
        return None
    reader = identity_of(request)
    found = visible_environments(reader).filter(integration__account=reader.account, name=EnvironmentName.PRODUCTION)
    rows = rows_of(list(found.order_by("integration")))
    if not rows:
        return None
    facts = {**common_words(reader), "rows": rows, "address_of": address_of_environment}
    return Panel("monitoring/own_panel.html", facts, order=15)


def worst_panel(request: HttpRequest) -> Panel | None:
    """Return the integrations with the worst problems of those that the reader looks after."""
    if not looks_after_others(request):
        return None
    reader = identity_of(request)
    page = page_of(reader, Wanted(with_problems=True), most=WORST)
    rows = page.rows if page else ()
    facts = {**common_words(reader), "rows": rows, "address_of": address_of_environment}
    return Panel("monitoring/worst_panel.html", facts, order=5)
