"""Pauses for maintenance: now and planned. Pausing is never locked by the gate (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import pauses as shapes
from liaison.integrations import actions, models
from liaison.integrations.access import integration_for, pause_for
from liaison.integrations.models import PauseState
from liaison.lib.clock import utc_now

operations = Operations("integrations")


@operations.get(
    "/integrations/{integration_id}/pauses",
    Page[shapes.Pause],
    _("List the pauses of an integration: planned, running and past"),
    open_at_the_gate=True,
)
def list_pauses(request: HttpRequest, integration_id: str, window: Asked) -> Page[shapes.Pause]:
    integration = integration_for(actor_of(request), integration_id)
    found = models.Pause.objects.filter(integration=integration).select_related("integration")
    return page_of(found, window, shapes.Pause.of)


@operations.write(
    "POST",
    "/integrations/{integration_id}/pauses",
    shapes.Pause,
    _("Pause an integration now, or plan a pause"),
    status=201,
    open_at_the_gate=True,
)
def create_pause(request: HttpRequest, integration_id: str, body: shapes.NewPause) -> Status[shapes.Pause]:
    """Pause, now or later. One that is paused already gets the new end and reason instead of a second pause."""
    actor, now = actor_of(request), utc_now()
    integration = integration_for(actor, integration_id)
    if body.starts_at is not None:
        made = actions.schedule_pause(
            actor=actor,
            integration=integration,
            starts_at=body.starts_at,
            until=body.until,
            reason=body.reason,
            ends_by_itself=body.ends_by_itself,
            now=now,
        )
    else:
        actions.pause_integration(
            actor=actor,
            integration=integration,
            until=body.until,
            reason=body.reason,
            ends_by_itself=body.ends_by_itself,
            now=now,
        )
        made = _begun_last(integration)
    return Status(201, shapes.Pause.of(made))


@operations.get("/pauses/{pause_id}", shapes.Pause, _("Read a pause"), open_at_the_gate=True)
def read_pause(request: HttpRequest, pause_id: str) -> shapes.Pause:
    return shapes.Pause.of(pause_for(actor_of(request), pause_id))


@operations.write(
    "PUT",
    "/pauses/{pause_id}",
    shapes.Pause,
    _("Change a planned or running pause"),
    open_at_the_gate=True,
)
def change_pause(request: HttpRequest, pause_id: str, body: shapes.PauseChange) -> shapes.Pause:
    """Change its end or reason, and the start of a planned one. Past the operator's cap only staff may."""
    actor = actor_of(request)
    changed = actions.change_pause(
        actor=actor,
        pause=pause_for(actor, pause_id),
        starts_at=body.starts_at,
        until=body.until,
        reason=body.reason,
        ends_by_itself=body.ends_by_itself,
        now=utc_now(),
    )
    return shapes.Pause.of(changed)


@operations.write("DELETE", "/pauses/{pause_id}", None, _("Cancel a planned pause"), status=204, open_at_the_gate=True)
def cancel_pause(request: HttpRequest, pause_id: str) -> Status[None]:
    """Cancel it. One that runs is ended by resuming the integration."""
    actor = actor_of(request)
    actions.cancel_pause(actor=actor, pause=pause_for(actor, pause_id), now=utc_now())
    return Status(204, None)


def _begun_last(integration: models.Integration) -> models.Pause:
    """Return the pause that runs; where somebody has ended it meanwhile, as it was in the end."""
    begun = integration.pauses.filter(state__in=[PauseState.RUNNING, PauseState.OVER])
    return begun.select_related("integration").order_by("-starts_at", "-pk")[0]
