"""Who may see, set up and report what is watched of an environment: its feeds, health check and heartbeats."""

from __future__ import annotations

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.integrations.access import integration_for, may, require, visible_account
from liaison.integrations.models import Environment
from liaison.integrations.senders import Sender, require_sending
from liaison.lib.refusals import Missing


def environment_for(actor: Actor, integration_id: str, name: str) -> Environment:
    """Return an environment of an integration that the actor may see, with its account, else raise Missing."""
    integration = integration_for(actor, integration_id)
    found = Environment.objects.filter(integration=integration, name=name).first()
    if found is None:
        raise Missing
    found.integration = integration
    return found


def may_manage(actor: Actor, account: Account) -> bool:
    """Say whether the actor sets up what is watched: editors of the account, and staff."""
    return may(actor, account, own=Privilege.MANAGE_MONITORING, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)


def require_manage(actor: Actor, account: Account) -> None:
    """Raise Missing where the actor may not see the account, and Forbidden where it may not do this."""
    require(actor, account, own=Privilege.MANAGE_MONITORING, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)


def require_send(sender: Sender, environment: Environment) -> None:
    """Raise Forbidden where the sender may report nothing, and Missing where not of this environment."""
    require_sending(sender)
    if sender.identity is not None:
        visible_account(sender.identity, environment.integration.account)
    elif sender.environment != environment:
        raise Missing
