"""All integrations, the worst first: for those who look after them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from liaison.accounts.guards import identity_of
from liaison.accounts.rights import Privilege
from liaison.catalog.loader import integration_kinds
from liaison.health.words import ENVIRONMENT_NAMES
from liaison.integrations.models import Stage, Status
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.monitoring import words
from liaison.monitoring.access import for_staff
from liaison.monitoring.overview import Level, Totals, Wanted, page_of, totals_of, wanted_of
from liaison.monitoring.pages.shared import address_of_environment, common_words
from liaison.web.pages import render_page
from liaison.web.states import Kind, state_of

_ALL: Final[Promise] = gettext_lazy("All")


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List every integration that the reader sees, as it is asked for; an unknown place means the beginning."""
    reader, now = identity_of(request), utc_now()
    wanted = wanted_of(request.GET.dict())
    page = page_of(reader, wanted, after=request.GET.get("after", "")) or page_of(reader, wanted)
    totals = totals_of(reader, wanted.environment)
    context = {
        **common_words(reader),
        "page": page,
        "wanted": wanted,
        "totals": totals,
        "tiles": _tiles(wanted, totals),
        "is_late": totals.is_late(now),
        "now": now,
        "kinds": [(key, kind_name(key)) for key in integration_kinds()],
        "statuses": [*Status, Stage.INTEGRATING, Stage.INTERESTED],
        "levels": list(Level),
        "environments": [*ENVIRONMENT_NAMES.items(), ("all", _ALL)],
        "orders": list(words.ORDERS.items()),
        "address_of": address_of_environment,
        "short_moment": words.short_moment,
        "sees_all": reader.may(Privilege.STAFF_VIEW_ALL),
    }
    return render_page(request, "monitoring/overview.html", context, fragment="live")


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that leads to what it counts. `query` is the address of that list, `is_shown` says that it is here."""

    label: str
    number: int
    kind: Kind
    query: str
    is_shown: bool


def _tiles(wanted: Wanted, totals: Totals) -> list[Tile]:
    everything = replace(Wanted(), environment=wanted.environment)
    all_words, nothing_chosen = _("All integrations"), not (wanted.level or wanted.status)
    tiles = [Tile(all_words, totals.all, Kind.NEUTRAL, everything.query(), nothing_chosen)]
    for level, number in totals.by_level.items():
        query = everything.query(level=level.value)
        tiles.append(Tile(words.level_name(level), number, words.LEVEL_KINDS[level], query, wanted.level == level))
    for status, number in ((Status.PAUSED, totals.paused), (Status.DISABLED, totals.disabled)):
        state, query = state_of(status), everything.query(status=status.value)
        tiles.append(Tile(str(state.label), number, state.kind, query, wanted.status == status))
    return tiles
