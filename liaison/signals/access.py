"""Who sees and manages sources of signals: staff who manage rules. Nobody else knows that there are any."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.rights import Privilege
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.signals.models import PrometheusSource


def may_manage_sources(actor: Actor) -> bool:
    return isinstance(actor, System) or actor.may(Privilege.STAFF_MANAGE_RULES)


def require_managing_sources(actor: Actor) -> None:
    """Raise Forbidden for staff without the privilege, and Missing for everybody else."""
    if may_manage_sources(actor):
        return
    if not isinstance(actor, System) and actor.may(Privilege.STAFF):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    raise Missing


def visible_sources(actor: Actor) -> QuerySet[PrometheusSource]:
    """Return all sources, by name. Raises as `require_managing_sources`."""
    require_managing_sources(actor)
    return PrometheusSource.objects.order_by("name", "pk")


def source_for(actor: Actor, public_id: str) -> PrometheusSource:
    """Return a source that the actor may manage, else raise Missing."""
    found = PrometheusSource.objects.filter(public_id=public_id).first() if may_manage_sources(actor) else None
    if found is None:
        raise Missing
    return found
