"""What this room shows on the home page: the newest incidents, and what is wrong in production right now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liaison.accounts.guards import identity_of
from liaison.health.access import visible_incidents
from liaison.health.navigation import sees_incidents
from liaison.health.open_escalations import OpenEscalation, open_escalations
from liaison.health.titles import title_of
from liaison.health.words import severity_name
from liaison.integrations.models import EnvironmentName
from liaison.integrations.wording import kind_name
from liaison.web.panels import Panel
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion

SHOWN: Final = 5


def recent_incidents(request: HttpRequest) -> Panel | None:
    """Return the newest incidents that the reader may see, with a way to all of them."""
    if not sees_incidents(request):
        return None
    reader = identity_of(request)
    facts = {
        "incidents": list(visible_incidents(reader).order_by("-pk")[:SHOWN]),
        "is_staff": reader.is_staff,
        "kind_name": kind_name,
        "severity_name": severity_name,
        "title_of": title_of,
    }
    return Panel("health/recent_incidents.html", facts, order=10)


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    """Name the emergencies that nobody has, and the problems in production that are not resolved."""
    if not sees_incidents(request):
        return
    reader = identity_of(request)
    yield from _suggest_to_take(open_escalations(reader))
    open_ones = visible_incidents(reader).filter(resolved_at=None, environment__name=EnvironmentName.PRODUCTION)
    count = open_ones.count()
    if count:
        yield Suggestion(
            title=_("Open incidents in production"),
            text=ngettext(
                "%(count)s problem in production is not resolved.",
                "%(count)s problems in production are not resolved.",
                count,
            )
            % {"count": count},
            label=_("Incidents"),
            address=reverse("incidents") + "?environment=production&state=open",
            kind=Kind.BAD,
            order=5,
        )


def _suggest_to_take(escalations: tuple[OpenEscalation, ...]) -> Iterator[Suggestion]:
    if not escalations:
        return
    first, count = escalations[0], len(escalations)
    yield Suggestion(
        title=_("Nobody has it yet"),
        text=ngettext(
            "%(count)s emergency waits for somebody who takes it. People are called until somebody acknowledges.",
            "%(count)s emergencies wait for somebody who takes them. People are called until somebody acknowledges.",
            count,
        )
        % {"count": count},
        label=_("Open the emergency"),
        address=reverse("escalation", kwargs={"public_id": first.public_id}),
        kind=Kind.BAD,
        order=1,
    )
