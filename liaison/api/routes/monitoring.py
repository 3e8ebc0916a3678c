"""How integrations do: all that the caller sees, the worst first, and one environment over a range of time."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema

from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page
from liaison.api.operations import Operations
from liaison.api.shapes import monitoring as shapes
from liaison.api.shapes.common import GivenMoment
from liaison.integrations.models import EnvironmentName, Status
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.monitoring.access import environment_for
from liaison.monitoring.detail import detail_of
from liaison.monitoring.overview import Level, Order, Wanted, page_of
from liaison.monitoring.spans import SpanProblem, between

operations = Operations("monitoring")


class WantedEnvironments(Schema):
    """Which environments, and in which order; nothing given means all, the worst first."""

    account: str = ""
    kind: str = ""
    environment: EnvironmentName | None = None
    status: Status | None = None
    level: Level | None = None
    order: Order = Order.WORST


class Range(Schema):
    """The range of time; the last day where nothing is given. It is at most 92 days long."""

    start: GivenMoment | None = None
    end: GivenMoment | None = None
    action: str = ""


@operations.get(
    "/monitoring", Page[shapes.EnvironmentStanding], _("List how the integrations that you see do, the worst first")
)
def list_standings(
    request: HttpRequest, window: Asked, asked: Annotated[WantedEnvironments, Query()]
) -> Page[shapes.EnvironmentStanding]:
    """List environments. What changes between two pages may be missing on both, or stand on both."""
    wanted = Wanted(
        account=asked.account,
        kind=asked.kind,
        environment=asked.environment or "all",
        status=asked.status or "",
        level=asked.level or "",
        order=asked.order,
    )
    page = page_of(actor_of(request), wanted, after=window.cursor, most=window.limit)
    if page is None:
        raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),))
    items: list[Any] = [shapes.EnvironmentStanding.of(row) for row in page.rows]
    return Page(items=items, next=page.following or None)


@operations.get(
    "/integrations/{integration_id}/environments/{environment}/monitoring",
    shapes.Monitoring,
    _("Read how an environment does"),
)
def read_monitoring(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, asked: Annotated[Range, Query()]
) -> shapes.Monitoring:
    """Show its standing, and its calls in at most 200 pieces per action."""
    now = utc_now()
    found = environment_for(actor_of(request), integration_id, environment)
    span = between(asked.start, asked.end, now)
    if isinstance(span, SpanProblem):
        raise Invalid((FieldProblem("start", span),))
    return shapes.Monitoring.of(detail_of(found, span, now, asked.action))
