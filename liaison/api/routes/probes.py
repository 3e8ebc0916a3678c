"""Signs of life: health checks that Liaison makes, and heartbeats that a partner's programs send."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.reporting import environment_of
from liaison.api.senders import sender_of
from liaison.api.shapes import probes as shapes
from liaison.integrations.intake import turns
from liaison.integrations.models import EnvironmentName
from liaison.integrations.senders import require_sending
from liaison.lib.clock import utc_now
from liaison.probes import access, actions, queries

operations = Operations("signs-of-life")
_ENVIRONMENT: Final = "/integrations/{integration_id}/environments/{environment}"
_CHECK: Final = f"{_ENVIRONMENT}/health-check"
_BEAT: Final = f"{_ENVIRONMENT}/heartbeats/{{name}}"


@operations.get(_CHECK, shapes.HealthCheck, _("Read the health check of an environment"))
def read_health_check(request: HttpRequest, integration_id: str, environment: EnvironmentName) -> shapes.HealthCheck:
    return shapes.HealthCheck.of(access.health_check_for(actor_of(request), integration_id, environment))


@operations.write("PUT", _CHECK, shapes.HealthCheck, _("Set the health check of an environment"))
def set_health_check(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, body: shapes.HealthCheckBody
) -> shapes.HealthCheck:
    """Set it. Another address, or switching it on or off, begins to count anew."""
    actor = actor_of(request)
    place = access.environment_for(actor, integration_id, environment)
    return shapes.HealthCheck.of(
        actions.set_health_check(actor=actor, environment=place, wish=body.wish(), now=utc_now())
    )


@operations.write("DELETE", _CHECK, None, _("Remove the health check of an environment"), status=204)
def remove_health_check(request: HttpRequest, integration_id: str, environment: EnvironmentName) -> Status[None]:
    actor = actor_of(request)
    check = access.health_check_for(actor, integration_id, environment)
    actions.remove_health_check(actor=actor, check=check, now=utc_now())
    return Status(204, None)


@operations.get(f"{_CHECK}/results", list[shapes.CheckResult], _("List the last requests of a health check"))
def list_check_results(
    request: HttpRequest, integration_id: str, environment: EnvironmentName
) -> list[shapes.CheckResult]:
    """List the last 100, the newest first."""
    check = access.health_check_for(actor_of(request), integration_id, environment)
    return [shapes.CheckResult.of(result) for result in queries.last_results(check.pk, 100)]


@operations.write("POST", f"{_CHECK}/tries", shapes.HealthCheck, _("Make a request of the health check now"))
def ask_now(request: HttpRequest, integration_id: str, environment: EnvironmentName) -> shapes.HealthCheck:
    """Make the next request within moments instead of at its time; `last_at` tells when it was made."""
    actor = actor_of(request)
    check = access.health_check_for(actor, integration_id, environment)
    return shapes.HealthCheck.of(actions.ask_now(actor=actor, check=check, now=utc_now()))


@operations.take_in("/heartbeats/{name}", shapes.Heartbeat, _("Send a heartbeat of a program"))
def note_heartbeat(request: HttpRequest, name: str, body: shapes.Beat | None = None) -> shapes.Heartbeat:
    """Say that the program of this name lives. The first heartbeat of a name makes it known."""
    sender = sender_of(request)
    require_sending(sender)
    said = body or shapes.Beat()
    with turns.one():
        place = environment_of(sender, said.integration, said.environment)
        beat = actions.note_heartbeat(
            sender=sender, environment=place, name=name, every_seconds=said.every_seconds, now=utc_now()
        )
    return shapes.Heartbeat.of(beat)


@operations.get(f"{_ENVIRONMENT}/heartbeats", list[shapes.Heartbeat], _("List the heartbeats of an environment"))
def list_heartbeats(request: HttpRequest, integration_id: str, environment: EnvironmentName) -> list[shapes.Heartbeat]:
    """List all of them: an environment has at most 50."""
    place = access.environment_for(actor_of(request), integration_id, environment)
    return [shapes.Heartbeat.of(beat) for beat in place.heartbeats.order_by("name")]


@operations.write("PUT", _BEAT, shapes.Heartbeat, _("Say how often a heartbeat is expected, or switch it off"))
def change_heartbeat(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, name: str, body: shapes.HeartbeatChange
) -> shapes.Heartbeat:
    actor = actor_of(request)
    beat = access.heartbeat_for(actor, integration_id, environment, name)
    return shapes.Heartbeat.of(
        actions.change_heartbeat(
            actor=actor, heartbeat=beat, expected_every=body.expected_every, is_watched=body.is_watched, now=utc_now()
        )
    )


@operations.write("DELETE", _BEAT, None, _("Remove a heartbeat"), status=204)
def remove_heartbeat(
    request: HttpRequest, integration_id: str, environment: EnvironmentName, name: str
) -> Status[None]:
    actor = actor_of(request)
    beat = access.heartbeat_for(actor, integration_id, environment, name)
    actions.remove_heartbeat(actor=actor, heartbeat=beat, now=utc_now())
    return Status(204, None)
