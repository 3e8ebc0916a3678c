"""Who may see and change health checks and heartbeats. What an actor may not see is missing (invariant 6)."""

from __future__ import annotations

from liaison.accounts.actors import Actor
from liaison.integrations.watched import environment_for, may_manage, require_manage, require_send
from liaison.lib.refusals import Missing
from liaison.probes.models import HealthCheck, Heartbeat

__all__ = ["environment_for", "health_check_for", "heartbeat_for", "may_manage", "require_manage", "require_send"]


def health_check_for(actor: Actor, integration_id: str, name: str) -> HealthCheck:
    """Return the health check of an environment, with its account, else raise Missing."""
    environment = environment_for(actor, integration_id, name)
    found = HealthCheck.objects.filter(environment=environment).first()
    if found is None:
        raise Missing
    found.environment = environment
    return found


def heartbeat_for(actor: Actor, integration_id: str, name: str, heartbeat: str) -> Heartbeat:
    """Return a heartbeat of an environment by its own name, with its account, else raise Missing."""
    environment = environment_for(actor, integration_id, name)
    found = Heartbeat.objects.filter(environment=environment, name=heartbeat).first()
    if found is None:
        raise Missing
    found.environment = environment
    return found
