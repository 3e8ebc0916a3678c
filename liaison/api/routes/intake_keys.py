"""Intake keys: with one an alert sender speaks for one environment of one integration."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import integrations as shapes
from liaison.integrations import actions, models
from liaison.integrations.access import intake_key_for, integration_for
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now

operations = Operations("intake-keys")
_PATH = "/integrations/{integration_id}/environments/{environment}/intake-keys"
_RELATED = "environment__integration__account"


@operations.get(_PATH, Page[shapes.IntakeKey], _("List the intake keys of an environment"))
def list_intake_keys(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, window: Asked
) -> Page[shapes.IntakeKey]:
    """List the revoked keys too."""
    integration = integration_for(actor_of(request), integration_id)
    keys = models.IntakeKey.objects.filter(environment__integration=integration, environment__name=environment)
    return page_of(keys.select_related(_RELATED), window, shapes.IntakeKey.of)


@operations.write(
    "POST", _PATH, shapes.MadeIntakeKey, _("Create an intake key"), scope=TokenScope.ADMINISTER, status=201
)
def create_intake_key(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, body: shapes.NewIntakeKey
) -> Status[shapes.MadeIntakeKey]:
    """Create a key. Its secret is shown once."""
    actor = actor_of(request)
    integration = integration_for(actor, integration_id)
    place = models.Environment.objects.select_related("integration__account").get(
        integration=integration, name=environment
    )
    made = actions.create_intake_key(actor=actor, environment=place, name=body.name, now=utc_now())
    return Status(201, shapes.MadeIntakeKey(key=shapes.IntakeKey.of(made.key), secret=made.secret))


@operations.write(
    "DELETE", "/intake-keys/{key_id}", None, _("Revoke an intake key"), scope=TokenScope.ADMINISTER, status=204
)
def revoke_intake_key(request: HttpRequest, key_id: str) -> Status[None]:
    """Revoke a key for ever; the next event that names it is refused."""
    actor = actor_of(request)
    actions.revoke_intake_key(actor=actor, key=intake_key_for(actor, key_id), now=utc_now())
    return Status(204, None)
