"""Who takes over: agreed before, or on the spot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.calendars.access import may_be_called, may_manage, require_staff
from liaison.calendars.actions.telling import lock_rota, moment, note, person_who_can
from liaison.calendars.codes import RotaCode
from liaison.calendars.loading import load_rotas
from liaison.calendars.models import Layer, Override
from liaison.calendars.oncall import next_handover, shifts_of
from liaison.calendars.rota_facts import LayerFacts, OverrideKind, RotaFacts
from liaison.lib.refusals import CommonCode, Conflict, FieldProblem, Forbidden, Invalid, Missing

LONGEST_OVERRIDE: Final = timedelta(days=366)


def add_override(
    *, actor: Actor, layer: Layer, person: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> Override:
    """Let a person (public id) take over a layer in [starts_at, ends_at), from now on at the earliest.

    Whoever can be on call takes over by themselves; for others those who draw up rotas do it. Raises Invalid.
    """
    with transaction.atomic():
        require_staff(actor)
        lock_rota(layer.rota_id)
        who = person_who_can(person, "person")
        if not may_manage(actor) and who != actor:
            raise Forbidden(CommonCode.NOT_ALLOWED)
        return _add(layer, who, OverrideKind.COVER, (max(starts_at, now), ends_at), actor=actor, now=now)


def take_over(*, actor: Identity, layer: Layer, until: datetime | None = None, now: datetime) -> Override:
    """Take over now, until the next hand-over of the layer or another moment.

    Raises Forbidden, Invalid, and Conflict for whoever is on call in all of this time already.
    """
    with transaction.atomic():
        require_staff(actor)
        if not may_be_called(actor):
            raise Forbidden(RotaCode.YOU_CANNOT_BE_CALLED)
        rota = lock_rota(layer.rota_id)
        ends_at = until or _next_handover(rota.pk, layer, now)
        if _is_on_call_until(rota.pk, layer, actor, (now, ends_at)):
            raise Conflict(RotaCode.ON_CALL_ALREADY)
        return _add(layer, actor, OverrideKind.TAKEN, (now, ends_at), actor=actor, now=now)


def remove_override(*, actor: Actor, override: Override, now: datetime) -> None:
    """End it now, or take it out where it has not begun. Its person, who made it, and who draws up rotas may.

    Raises Forbidden, and Conflict for one that is over or belongs to a swap.
    """
    with transaction.atomic():
        require_staff(actor)
        rota = lock_rota(override.layer.rota_id)
        current = Override.objects.filter(pk=override.pk).first()
        if current is None:
            raise Missing
        if not may_manage(actor) and actor not in (current.identity, current.made_by):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        if current.kind == OverrideKind.SWAP:
            raise Conflict(RotaCode.PART_OF_SWAP)
        if current.ends_at <= now:
            raise Conflict(RotaCode.IS_OVER)
        note(
            Happened.OVERRIDE_REMOVED,
            "rota_override",
            current.pk,
            actor=actor,
            facts={"rota": rota.pk} | _facts(current),
            now=now,
        )
        if current.starts_at < now:
            current.ends_at = now
            current.save(update_fields=["ends_at"])
        else:
            current.delete()


def _add(
    layer: Layer,
    who: Identity,
    kind: OverrideKind,
    stretch: tuple[datetime, datetime],
    *,
    actor: Actor,
    now: datetime,
) -> Override:
    starts_at, ends_at = stretch
    if not Layer.objects.filter(pk=layer.pk).exists():
        raise Missing
    if ends_at <= starts_at:
        code = RotaCode.IS_OVER if ends_at <= now else RotaCode.ENDS_BEFORE_START
        raise Invalid((FieldProblem("ends_at", code),))
    if ends_at - starts_at > LONGEST_OVERRIDE or starts_at - now > LONGEST_OVERRIDE:
        raise Invalid((FieldProblem("ends_at", RotaCode.TOO_LONG, {"most": LONGEST_OVERRIDE.days}),))
    override = Override.objects.create(
        layer=layer,
        identity=who,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=now,
        made_by=actor if isinstance(actor, Identity) else None,
    )
    facts = {"rota": layer.rota_id} | _facts(override)
    note(Happened.OVERRIDE_ADDED, "rota_override", override.pk, actor=actor, facts=facts, now=now)
    return override


def _next_handover(rota: int, layer: Layer, now: datetime) -> datetime:
    facts, found = _facts_of(rota, layer, now, now)
    return next_handover(facts, found, now)


def _is_on_call_until(rota: int, layer: Layer, who: Identity, stretch: tuple[datetime, datetime]) -> bool:
    """Say whether the person is on call in every moment of [start, end); never in an empty stretch."""
    start, end = stretch
    if not start < end <= start + LONGEST_OVERRIDE:
        return False
    shifts = shifts_of(*_facts_of(rota, layer, start, end), start, end)
    return all(shift.on_call is not None and shift.on_call.person == who.pk for shift in shifts)


def _facts_of(rota: int, layer: Layer, start: datetime, end: datetime) -> tuple[RotaFacts, LayerFacts]:
    (loaded,) = load_rotas(start, end, pk=rota)
    found = next((one for one in loaded.facts.layers if one.key == layer.public_id), None)
    if found is None:
        raise Missing
    return loaded.facts, found


def _facts(override: Override) -> dict[str, object]:
    return {
        "layer": override.layer_id,
        "person": override.identity_id,
        "kind": override.kind,
        "starts_at": moment(override.starts_at),
        "ends_at": moment(override.ends_at),
    }
