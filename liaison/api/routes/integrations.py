"""Integrations: create, stages and launch, pause and disable. Pausing is never locked by the gate (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.access import account_for
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import integrations as shapes
from liaison.integrations import actions, models
from liaison.integrations.access import integration_for, visible_account
from liaison.lib.clock import utc_now

operations = Operations("integrations")
_ADMINISTER = TokenScope.ADMINISTER


@operations.get("/accounts/{slug}/integrations", Page[shapes.Integration], _("List the integrations of an account"))
def list_integrations(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Integration]:
    actor = actor_of(request)
    account = visible_account(actor, account_for(actor, slug))
    integrations = models.Integration.objects.filter(account=account).select_related("account")
    return page_of(integrations, window, shapes.Integration.of)


@operations.write(
    "POST",
    "/accounts/{slug}/integrations",
    shapes.Integration,
    _("Create an integration"),
    scope=_ADMINISTER,
    status=201,
)
def create_integration(request: HttpRequest, slug: str, body: shapes.NewIntegration) -> Status[shapes.Integration]:
    actor = actor_of(request)
    account = account_for(actor, slug)
    made = actions.create_integration(actor=actor, account=account, kind=body.kind, stage=body.stage, now=utc_now())
    return Status(201, shapes.Integration.of(made))


@operations.get("/integrations/{integration_id}", shapes.Integration, _("Read an integration"))
def read_integration(request: HttpRequest, integration_id: str) -> shapes.Integration:
    return shapes.Integration.of(integration_for(actor_of(request), integration_id))


@operations.write(
    "PUT",
    "/integrations/{integration_id}/stage",
    shapes.Integration,
    _("Move an integration to its next stage"),
    scope=_ADMINISTER,
)
def change_stage(request: HttpRequest, integration_id: str, body: shapes.StageChoice) -> shapes.Integration:
    """Go to the next stage. To launch is refused while contact information is missing (C1)."""
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    return shapes.Integration.of(
        actions.change_stage(actor=actor, integration=integration, stage=body.stage, now=utc_now())
    )


@operations.write(
    "PUT",
    "/integrations/{integration_id}/pause",
    shapes.Integration,
    _("Pause an integration for maintenance"),
    open_at_the_gate=True,
)
def pause_integration(request: HttpRequest, integration_id: str, body: shapes.PlannedPause) -> shapes.Integration:
    """Pause it, or give a paused one a new planned end. It stays paused until somebody resumes it."""
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    return shapes.Integration.of(
        actions.pause_integration(actor=actor, integration=integration, until=body.until, now=utc_now())
    )


@operations.write(
    "DELETE",
    "/integrations/{integration_id}/pause",
    None,
    _("Set a paused integration live again"),
    status=204,
    open_at_the_gate=True,
)
def resume_integration(request: HttpRequest, integration_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.resume_integration(actor=actor, integration=integration_for(actor, integration_id), now=utc_now())
    return Status(204, None)


@operations.write(
    "PUT",
    "/integrations/{integration_id}/disablement",
    shapes.Integration,
    _("Disable an integration"),
    scope=_ADMINISTER,
)
def disable_integration(
    request: HttpRequest, integration_id: str, body: shapes.Disablement | None = None
) -> shapes.Integration:
    """Disable it, as the operator: a technical emergency for the account, whose contacts read the reason."""
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    reason = body.reason if body else ""
    return shapes.Integration.of(
        actions.disable_integration(actor=actor, integration=integration, reason=reason, now=utc_now())
    )


@operations.write(
    "DELETE",
    "/integrations/{integration_id}/disablement",
    None,
    _("Set a disabled integration live again"),
    scope=_ADMINISTER,
    status=204,
)
def restore_integration(request: HttpRequest, integration_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.restore_integration(actor=actor, integration=integration_for(actor, integration_id), now=utc_now())
    return Status(204, None)
