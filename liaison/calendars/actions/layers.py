"""Drawing up the layers of a rota: who takes turns, from when, how long, and in which hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.calendars.access import require_manage
from liaison.calendars.actions.telling import lock_rota, note
from liaison.calendars.codes import RotaCode
from liaison.calendars.loading import callable_staff
from liaison.calendars.models import Layer, LayerHours, LayerMember, Rota
from liaison.calendars.regions import FIRST_YEAR, LAST_YEAR
from liaison.calendars.rota_facts import LONGEST_TURN_DAYS
from liaison.lib.hours import MINUTES_A_DAY, HoursRow
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing

MOST_LAYERS: Final = 6
MOST_PEOPLE: Final = 30
MOST_HOURS: Final = 10


@dataclass(frozen=True)
class LayerPlan:
    """What a layer is to be. `people` are public ids in turn; `hours` rows of (days, start minute, end minute)."""

    people: tuple[str, ...]
    starts_on: date
    handover_minute: int
    turn_days: int
    hours: tuple[tuple[frozenset[int], int, int], ...] = ()


def add_layer(*, actor: Actor, rota: Rota, plan: LayerPlan, now: datetime) -> Layer:
    """Add a layer below the others. Raises Invalid with every problem at once, Conflict when there are too many."""
    with transaction.atomic():
        require_manage(actor)
        current = lock_rota(rota.pk)
        people = _checked(plan)
        present = list(current.layers.values_list("position", flat=True))
        if len(present) >= MOST_LAYERS:
            raise Conflict(RotaCode.TOO_MANY_LAYERS, most=MOST_LAYERS)
        layer = Layer.objects.create(
            rota=current,
            position=max(present, default=0) + 1,
            starts_on=plan.starts_on,
            handover_minute=plan.handover_minute,
            turn_days=plan.turn_days,
        )
        _keep(layer, plan, people)
        facts = {"rota": current.pk} | _as_json(plan, people)
        note(Happened.LAYER_ADDED, "rota_layer", layer.pk, actor=actor, facts=facts, now=now)
    return layer


def change_layer(*, actor: Actor, layer: Layer, plan: LayerPlan, now: datetime) -> Layer:
    """Draw the layer up anew. Agreed overrides and swaps stay at their moments. Raises Invalid."""
    with transaction.atomic():
        require_manage(actor)
        lock_rota(layer.rota_id)
        current = Layer.objects.filter(pk=layer.pk).first()
        if current is None:
            raise Missing
        people = _checked(plan, current)
        before, after = _as_json(*_plan_of(current)), _as_json(plan, people)
        changes = {field: [before[field], after[field]] for field in after if before[field] != after[field]}
        if changes:
            current.starts_on, current.handover_minute = plan.starts_on, plan.handover_minute
            current.turn_days = plan.turn_days
            current.save(update_fields=["starts_on", "handover_minute", "turn_days"])
            current.members.all().delete()
            current.hours.all().delete()
            _keep(current, plan, people)
            note(Happened.LAYER_CHANGED, "rota_layer", current.pk, actor=actor, changes=changes, now=now)
    return current


def delete_layer(*, actor: Actor, layer: Layer, now: datetime) -> None:
    """Delete it with its overrides and swaps."""
    with transaction.atomic():
        require_manage(actor)
        rota = lock_rota(layer.rota_id)
        current = Layer.objects.filter(pk=layer.pk).first()
        if current is None:
            raise Missing
        facts = {"rota": rota.pk, "position": current.position}
        note(Happened.LAYER_DELETED, "rota_layer", current.pk, actor=actor, facts=facts, now=now)
        current.delete()


def _checked(plan: LayerPlan, current: Layer | None = None) -> list[Identity]:
    """Return the people in turn. Somebody who stands in the layer already may stay although they cannot be called."""
    problems = [*_problems_of_turns(plan), *_problems_of_hours(plan)]
    found = {one.public_id: one for one in callable_staff()}
    if current is not None:
        staying = current.members.select_related("identity")
        found |= {one.identity.public_id: one.identity for one in staying}
    if not plan.people:
        problems.append(FieldProblem("people", RotaCode.PEOPLE_NEEDED))
    if len(plan.people) > MOST_PEOPLE:
        problems.append(FieldProblem("people", RotaCode.TOO_MANY_PEOPLE, {"most": MOST_PEOPLE}))
    if len(set(plan.people)) < len(plan.people):
        problems.append(FieldProblem("people", RotaCode.SAME_PERSON_TWICE))
    if any(one not in found for one in plan.people):
        problems.append(FieldProblem("people", RotaCode.CANNOT_BE_CALLED))
    if problems:
        raise Invalid(tuple(problems))
    return [found[one] for one in plan.people]


def _problems_of_turns(plan: LayerPlan) -> list[FieldProblem]:
    problems = []
    if not 1 <= plan.turn_days <= LONGEST_TURN_DAYS:
        problems.append(FieldProblem("turn", RotaCode.TURN_OUT_OF_RANGE, {"most": LONGEST_TURN_DAYS}))
    if not FIRST_YEAR <= plan.starts_on.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        problems.append(FieldProblem("starts_on", RotaCode.DATE_OUT_OF_RANGE, years))
    if not 0 <= plan.handover_minute < MINUTES_A_DAY:
        problems.append(FieldProblem("handover", RotaCode.HOURS_UNUSABLE))
    return problems


def _problems_of_hours(plan: LayerPlan) -> list[FieldProblem]:
    try:
        rows = [HoursRow(days, start, end, "UTC") for days, start, end in plan.hours]
    except ValueError:
        rows = None
    if rows is None or len(rows) > MOST_HOURS:
        return [FieldProblem("hours", RotaCode.HOURS_UNUSABLE)]
    return []


def _keep(layer: Layer, plan: LayerPlan, people: Sequence[Identity]) -> None:
    LayerMember.objects.bulk_create(
        LayerMember(layer=layer, position=position, identity=one) for position, one in enumerate(people)
    )
    LayerHours.objects.bulk_create(
        LayerHours(layer=layer, days=sorted(days), start_minute=start, end_minute=end)
        for days, start, end in plan.hours
    )


def _plan_of(layer: Layer) -> tuple[LayerPlan, list[Identity]]:
    people = [one.identity for one in layer.members.select_related("identity").order_by("position")]
    hours = tuple((frozenset(row.days), row.start_minute, row.end_minute) for row in layer.hours.order_by("pk"))
    plan = LayerPlan(
        people=tuple(one.public_id for one in people),
        starts_on=layer.starts_on,
        handover_minute=layer.handover_minute,
        turn_days=layer.turn_days,
        hours=hours,
    )
    return plan, people


def _as_json(plan: LayerPlan, people: Sequence[Identity]) -> dict[str, Any]:
    return {
        "people": [one.pk for one in people],
        "starts_on": plan.starts_on.isoformat(),
        "handover_minute": plan.handover_minute,
        "turn_days": plan.turn_days,
        "hours": [[sorted(days), start, end] for days, start, end in plan.hours],
    }
