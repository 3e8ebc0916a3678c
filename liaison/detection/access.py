"""Who sees rules and who changes them: staff see all, its administrators change them; partners see their own."""

from __future__ import annotations

from liaison import catalog
from liaison.accounts.actors import Actor, System
from liaison.accounts.rights import Privilege
from liaison.catalog.rules import Rule
from liaison.lib.refusals import CommonCode, Forbidden, Missing


def rule_for(actor: Actor, key: str) -> Rule:
    """Return a rule as the catalog has it, for staff; else raise Missing."""
    require_staff(actor)
    rule = catalog.rules().get(key)
    if rule is None:
        raise Missing
    return rule


def require_staff(actor: Actor) -> None:
    """Raise Missing unless the actor belongs to the operator's staff."""
    if not isinstance(actor, System) and not actor.may(Privilege.STAFF):
        raise Missing


def may_manage(actor: Actor) -> bool:
    return isinstance(actor, System) or actor.may(Privilege.STAFF_MANAGE_RULES)


def require_manage(actor: Actor) -> None:
    """Raise Missing for those who are no staff, Forbidden for staff who do not change rules."""
    require_staff(actor)
    if not may_manage(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
