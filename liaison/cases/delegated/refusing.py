"""Why somebody who sees a case may not do what it asks: its role, or what the customer granted (D5, invariant 6)."""

from __future__ import annotations

from liaison.accounts.actors import Actor, System
from liaison.delegation.access import works_for_customers
from liaison.delegation.deciding import Decision
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.lib.refusals import CommonCode, Forbidden


def forbidden(actor: Actor, decision: Decision) -> Forbidden:
    """Return the refusal with its reason. `decision` is what was decided of the actor as a delegate."""
    works = not isinstance(actor, System) and works_for_customers(actor)
    is_only_view = decision.level is GrantLevel.VIEW and works
    return Forbidden(DelegationCode.ONLY_VIEW if is_only_view else CommonCode.NOT_ALLOWED)
