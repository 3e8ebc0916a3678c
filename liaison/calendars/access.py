"""Who sees calendars and who changes them: the operator's staff see all; its administrators draw them up (W2)."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.calendars.loading import NEEDED
from liaison.calendars.models import HolidayOverride, Layer, Override, Rota, Swap, SwapState
from liaison.lib.refusals import CommonCode, Forbidden, Missing

Row = TypeVar("Row", bound=Model)


def require_staff(actor: Actor) -> None:
    """Raise Missing unless the actor belongs to the operator's staff: to others there are no calendars."""
    if not isinstance(actor, System) and not actor.may(Privilege.STAFF):
        raise Missing


def may_manage(actor: Actor) -> bool:
    return isinstance(actor, System) or actor.may(Privilege.STAFF_MANAGE_CALENDARS)


def require_manage(actor: Actor) -> None:
    """Raise Missing for those who see no calendars, Forbidden for staff who do not draw them up."""
    require_staff(actor)
    if not may_manage(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_be_called(actor: Actor) -> bool:
    """Say whether the actor can be on call: its roles see every problem, and acknowledge it."""
    return isinstance(actor, Identity) and all(actor.may(privilege) for privilege in NEEDED)


def rota_for(actor: Actor, public_id: str) -> Rota:
    return _only(actor, Rota.objects.all(), public_id)


def layer_for(actor: Actor, public_id: str) -> Layer:
    return _only(actor, Layer.objects.select_related("rota"), public_id)


def override_for(actor: Actor, public_id: str) -> Override:
    return _only(actor, Override.objects.select_related("layer__rota", "identity", "made_by"), public_id)


def correction_for(actor: Actor, public_id: str) -> HolidayOverride:
    return _only(actor, HolidayOverride.objects.select_related("changed_by"), public_id)


def swap_for(actor: Actor, public_id: str) -> Swap:
    """Return a swap of somebody's own turns, or any for those who draw up the rotas."""
    return _only(actor, visible_swaps(actor), public_id)


def visible_swaps(actor: Actor) -> QuerySet[Swap]:
    """Return the swaps the actor may see, the newest first: those that were accepted, and one's own."""
    require_staff(actor)
    swaps = Swap.objects.select_related("asker", "other", "asker_layer__rota", "other_layer").order_by("-pk")
    if isinstance(actor, System) or may_manage(actor):
        return swaps
    return swaps.filter(Q(asker=actor) | Q(other=actor) | Q(state=SwapState.ACCEPTED))


def _only(actor: Actor, rows: QuerySet[Row], public_id: str) -> Row:
    require_staff(actor)
    # PostgreSQL refuses to look for a NUL, and nothing kept has one.
    found = None if "\x00" in public_id else rows.filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found
