"""Deploy marks: what was changed on purpose, which incidents are held against."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema, Status

from liaison.accounts.models import Account, Identity
from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.senders import sender_of
from liaison.api.shapes import marks as shapes
from liaison.health.access import visible_marks
from liaison.health.actions import set_mark, set_mark_by_key
from liaison.integrations.access import integration_for
from liaison.integrations.intake import turns
from liaison.integrations.models import Environment
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid, Missing

operations = Operations("marks")


class WantedMarks(Schema):
    """Which marks; nothing given means all."""

    account: str = ""
    integration: str = ""


WantedQuery = Annotated[WantedMarks, Query()]


@operations.take_in(
    "/marks", shapes.Mark, _("Note that something was changed, for example that a release went out"), status=201
)
def create_mark(request: HttpRequest, body: shapes.MarkBody) -> Status[shapes.Mark]:
    """Keep a mark. An intake key marks its own environment; a token names an integration, else its whole account."""
    sender, now = sender_of(request), utc_now()
    with turns.one():
        if sender.key is not None:
            mark = set_mark_by_key(key=sender.key, title=body.title, link=body.link, at=body.at or now, now=now)
        else:
            actor = sender.identity
            if actor is None:
                raise TypeError("A sender is a key or an identity.")
            account, environment = _place_of(body, actor)
            mark = set_mark(
                actor=actor,
                account=account,
                environment=environment,
                title=body.title,
                link=body.link,
                at=body.at or now,
                now=now,
            )
    return Status(HTTPStatus.CREATED, shapes.Mark.of(mark))


@operations.get("/marks", Page[shapes.Mark], _("List the marks that you see, the newest first"))
def list_marks(request: HttpRequest, window: Asked, asked: WantedQuery) -> Page[shapes.Mark]:
    marks = visible_marks(actor_of(request))
    if asked.account:
        marks = marks.filter(account__slug=asked.account)
    if asked.integration:
        marks = marks.filter(environment__integration__public_id=asked.integration)
    return page_of(marks, window, shapes.Mark.of, newest_first=True)


def _place_of(body: shapes.MarkBody, actor: Identity) -> tuple[Account, Environment | None]:
    """Return what the mark concerns. Raises Invalid for what the actor does not see."""
    if not body.integration:
        return actor.account, None
    try:
        integration = integration_for(actor, body.integration)
    except Missing:
        raise Invalid((FieldProblem("integration", ValueCode.UNKNOWN_INTEGRATION),)) from None
    places = Environment.objects.select_related("integration__account")
    return integration.account, places.get(integration=integration, name=body.environment)
