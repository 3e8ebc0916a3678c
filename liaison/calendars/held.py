"""Turns that one person holds as a whole: what can be swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.calendars.loading import load_rotas
from liaison.calendars.models import Layer
from liaison.calendars.oncall import shifts_of, turn_at, turns
from liaison.calendars.rota_facts import LONGEST_TURN_DAYS, LayerFacts, RotaFacts, Turn
from liaison.lib.zones import is_within_the_calendar

_LONGEST: Final = timedelta(days=LONGEST_TURN_DAYS + 1)


@dataclass(frozen=True)
class HeldTurn:
    """A turn of a layer, and who is on call in all of it; None when several people are, or nobody."""

    layer: str
    person: int | None
    starts_at: datetime
    ends_at: datetime


def held_turn(layer: Layer, starts_at: datetime) -> HeldTurn | None:
    """Return the turn of the layer that begins at exactly this moment; None when there is none. One query."""
    if not is_within_the_calendar(starts_at):
        return None
    (rota,) = load_rotas(starts_at, starts_at + _LONGEST, pk=layer.rota_id)
    facts = next((one for one in rota.facts.layers if one.key == layer.public_id), None)
    if facts is None:
        return None
    turn = turn_at(rota.facts.zone, facts, starts_at)
    if turn is None or turn.starts_at != starts_at:
        return None
    return _held(rota.facts, facts, turn)


def turns_ahead(rota: RotaFacts, start: datetime, end: datetime) -> Iterator[HeldTurn]:
    """Give the turns of all layers that begin after `start` and before `end`, with who holds them.

    The facts must know the overrides up to a turn's length after `end`.
    """
    for layer in rota.layers:
        for turn in turns(rota, layer, start, end):
            if turn.starts_at > start:
                yield _held(rota, layer, turn)


def _held(rota: RotaFacts, layer: LayerFacts, turn: Turn) -> HeldTurn:
    shifts = shifts_of(rota, layer, turn.starts_at, turn.ends_at)
    people = {shift.on_call.person for shift in shifts if shift.on_call is not None}
    person = people.pop() if len(people) == 1 else None
    return HeldTurn(layer.key, person, turn.starts_at, turn.ends_at)
