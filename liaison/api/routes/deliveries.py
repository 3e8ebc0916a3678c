"""The ledger of deliveries: list, read, open what was sent, send again, note as seen."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.accounts.models import Identity
from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page
from liaison.api.operations import Operations
from liaison.api.shapes import deliveries as shapes
from liaison.ledger import actions
from liaison.ledger.access import delivery_for, require_ledger, visible_deliveries
from liaison.ledger.listing import listing
from liaison.ledger.rows import rows_of
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.notifications.models import Delivery
from liaison.notifications.queries import ledger_lines

operations = Operations("deliveries")
WantedQuery = Annotated[shapes.WantedDeliveries, Query()]


@operations.get("/deliveries", Page[shapes.LedgerDelivery], _("List who was told of what, newest first"))
def list_deliveries(request: HttpRequest, window: Asked, asked: WantedQuery) -> Page[shapes.LedgerDelivery]:
    """List deliveries with every attempt. The newest announcement comes first, its deliveries together."""
    actor = actor_of(request)
    require_ledger(actor)
    cursor = window.cursor.replace("\x00", "")
    if window.cursor and not visible_deliveries(actor).filter(public_id=cursor).exists():
        raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),))
    found = listing(actor, asked.wanted(), zone="UTC", before=cursor, most=window.limit)
    return Page(items=[shapes.LedgerDelivery.of(row) for row in found.rows], next=found.older or None)


@operations.get("/deliveries/{delivery_id}", shapes.LedgerDelivery, _("Read a delivery"))
def read_delivery(request: HttpRequest, delivery_id: str) -> shapes.LedgerDelivery:
    actor = actor_of(request)
    return _shown(actor, delivery_for(actor, delivery_id))


@operations.get("/deliveries/{delivery_id}/message", shapes.SentBytes, _("Read a message as it was sent"))
def read_sent_message(request: HttpRequest, delivery_id: str) -> shapes.SentBytes:
    """Show the bytes to those who see the address. That they were opened is noted. Confidential ones are missing.

    Forbidden while they hold the recipient's own link to acknowledge an emergency that nobody has yet.
    """
    actor = actor_of(request)
    return shapes.SentBytes.of(
        actions.open_sent_message(actor=actor, delivery=delivery_for(actor, delivery_id), now=utc_now())
    )


@operations.write(
    "POST", "/deliveries/{delivery_id}/again", shapes.LedgerDelivery, _("Send a failed delivery again"), status=201
)
def send_delivery_again(request: HttpRequest, delivery_id: str) -> Status[shapes.LedgerDelivery]:
    """Show the new delivery; a second call shows the same one."""
    actor = actor_of(request)
    again = actions.resend_delivery(actor=actor, delivery=delivery_for(actor, delivery_id), now=utc_now())
    return Status(201, _shown(actor, again))


@operations.write("POST", "/deliveries/{delivery_id}/now", shapes.LedgerDelivery, _("Send a deferred delivery at once"))
def send_delivery_now(request: HttpRequest, delivery_id: str) -> shapes.LedgerDelivery:
    """Let it go with everything else that waits for the same reader until the same moment."""
    actor = actor_of(request)
    delivery = delivery_for(actor, delivery_id)
    actions.send_deferred_delivery(actor=actor, delivery=delivery, now=utc_now())
    return _shown(actor, delivery)


@operations.write(
    "PUT", "/deliveries/{delivery_id}/review", shapes.LedgerDelivery, _("Note that staff have seen a failed delivery")
)
def review_delivery(request: HttpRequest, delivery_id: str) -> shapes.LedgerDelivery:
    actor = actor_of(request)
    delivery = delivery_for(actor, delivery_id)
    actions.mark_delivery_seen(actor=actor, delivery=delivery, now=utc_now())
    return _shown(actor, delivery)


@operations.write("POST", "/resendings", shapes.Resent, _("Send everything that failed since a moment again"))
def send_failed_again(request: HttpRequest, body: shapes.Resending) -> shapes.Resent:
    """Send at most 500 again; call it again for the rest."""
    actor = actor_of(request)
    return shapes.Resent.of(actions.resend_failed_deliveries(actor=actor, since=body.since, now=utc_now()))


def _shown(actor: Identity, delivery: Delivery) -> shapes.LedgerDelivery:
    (row,) = rows_of(ledger_lines(Delivery.objects.filter(pk=delivery.pk)), actor)
    return shapes.LedgerDelivery.of(row)
