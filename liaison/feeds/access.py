"""Who may see, change and report feeds. What an actor may not see is missing (invariant 6)."""

from __future__ import annotations

from liaison.accounts.actors import Actor
from liaison.feeds.models import Feed
from liaison.integrations.access import visible_account
from liaison.integrations.watched import environment_for, may_manage, require_manage, require_send
from liaison.lib.refusals import Missing

__all__ = ["environment_for", "feed_for", "may_manage", "require_manage", "require_send"]


def feed_for(actor: Actor, public_id: str) -> Feed:
    """Return a feed with its environment, integration and account, else raise Missing."""
    related = "environment__integration__account"
    found = Feed.objects.select_related(related).filter(public_id=public_id).first()
    if found is None:
        raise Missing
    visible_account(actor, found.environment.integration.account)
    return found
