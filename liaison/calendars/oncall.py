"""Who is on call: the one function that is shown and that is paged, and the lists that are built on it (invariant 7).

Pure arithmetic in UTC. A hand-over at a time that the clocks skip happens at the first instant after the gap, one at a
time that comes twice at the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from liaison.calendars.rota_facts import LayerFacts, OnCall, OnCallBecause, OverrideKind, RotaFacts, Shift, Turn
from liaison.lib.hours import Stretch, open_state, open_stretches
from liaison.lib.zones import resolve_local

_BECAUSE = {
    OverrideKind.COVER: OnCallBecause.COVER,
    OverrideKind.TAKEN: OnCallBecause.TAKEN,
    OverrideKind.SWAP: OnCallBecause.SWAP,
}


def on_call(rota: RotaFacts, at: datetime) -> tuple[OnCall, ...]:
    """Return who is on call at `at` (aware), at most one for each layer, in the order of the layers, and why."""
    return tuple(found for layer in rota.layers if (found := on_call_in(rota, layer, at)) is not None)


def on_call_in(rota: RotaFacts, layer: LayerFacts, at: datetime) -> OnCall | None:
    """Return who of one layer is on call at `at`; None outside its hours, before its start and without people.

    An override counts before the turn, of several the one made last. Whoever is away is passed over: an override as if
    it was not made, a turn to the next of the layer.
    """
    at = at.astimezone(UTC)
    is_open = not layer.hours or open_state(layer.hours, at).is_open
    turn = turn_at(rota.zone, layer, at) if is_open else None
    usual = None if turn is None else turn.person
    for override in reversed(layer.overrides):
        counts = is_open or override.kind is not OverrideKind.SWAP
        if counts and override.covers(at) and override.person not in rota.away:
            instead = usual if usual != override.person else None
            return OnCall(override.person, layer.key, _BECAUSE[override.kind], instead, override.key)
    return None if turn is None else _first_who_can(rota, layer, turn)


def turn_at(zone: str, layer: LayerFacts, at: datetime) -> Turn | None:
    """Return the turn that `at` lies in, whoever takes it over; None before the first one and without people."""
    if not layer.people:
        return None
    days = (at.astimezone(ZoneInfo(zone)).date() - layer.starts_on).days
    # The day alone is not exact: its hand-over may be still to come, and a clock put back over midnight shows the day
    # before once more, after that of the next day.
    number = days // layer.turn_days + 1
    while number >= 0 and _begins(zone, layer, number) > at:
        number -= 1
    return _turn(zone, layer, number) if number >= 0 else None


def turns(rota: RotaFacts, layer: LayerFacts, start: datetime, end: datetime) -> Iterator[Turn]:
    """Give the turns of a layer that touch [start, end), in order."""
    if not layer.people:
        return
    turn = turn_at(rota.zone, layer, start) or _turn(rota.zone, layer, 0)
    while turn.starts_at < end:
        yield turn
        turn = _turn(rota.zone, layer, turn.number + 1)


def shifts(rota: RotaFacts, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return who is on call within [start, end): for each layer in its order, stretches without gaps or overlaps."""
    return tuple(shift for layer in rota.layers for shift in shifts_of(rota, layer, start, end))


def shifts_of(rota: RotaFacts, layer: LayerFacts, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the stretches of one layer. Between two of its moments of change nothing changes, so one look does."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if start >= end:
        return ()
    moments = sorted({start, end, *(moment for moment in _changes(rota, layer, start, end) if start < moment < end)})
    found: list[Shift] = []
    for begins, ends in pairwise(moments):
        who = on_call_in(rota, layer, begins)
        if found and found[-1].on_call == who and not _is_handed_over(rota, layer, begins, who):
            found[-1] = Shift(layer.key, found[-1].starts_at, ends, who)
        else:
            found.append(Shift(layer.key, begins, ends, who))
    return tuple(found)


def gaps(rota: RotaFacts, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Return the stretches within [start, end) in which nobody of any layer is on call."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    covered = sorted(
        (shift.starts_at, shift.ends_at) for shift in shifts(rota, start, end) if shift.on_call is not None
    )
    found, reached = [], start
    for begins, ends in [*covered, (end, end)]:
        if begins > reached:
            found.append(Stretch(reached, begins))
        reached = max(reached, ends)
    return tuple(found)


def next_handover(rota: RotaFacts, layer: LayerFacts, at: datetime) -> datetime:
    """Return the first hand-over of the layer after `at`: where its turns change, whoever stands in for whom."""
    turn = turn_at(rota.zone, layer, at)
    return _begins(rota.zone, layer, 0) if turn is None else turn.ends_at


def _first_who_can(rota: RotaFacts, layer: LayerFacts, turn: Turn) -> OnCall | None:
    for offset in range(len(layer.people)):
        person = layer.people[(turn.number + offset) % len(layer.people)]
        if person not in rota.away:
            if person == turn.person:
                return OnCall(person, layer.key, OnCallBecause.TURN)
            return OnCall(person, layer.key, OnCallBecause.STANDS_IN, turn.person)
    return None


def _turn(zone: str, layer: LayerFacts, number: int) -> Turn:
    person = layer.people[number % len(layer.people)]
    return Turn(number, person, _begins(zone, layer, number), _begins(zone, layer, number + 1))


def _begins(zone: str, layer: LayerFacts, number: int) -> datetime:
    day = layer.starts_on + timedelta(days=number * layer.turn_days)
    return resolve_local(datetime.combine(day, time()) + timedelta(minutes=layer.handover_minute), zone).instant_utc


def _changes(rota: RotaFacts, layer: LayerFacts, start: datetime, end: datetime) -> Iterable[datetime]:
    """Give every moment at which the answer for the layer can change, and perhaps some at which it does not."""
    for turn in turns(rota, layer, start, end):
        yield turn.starts_at
    for stretch in open_stretches(layer.hours, start, end):
        yield from (stretch.start, stretch.end)
    for override in layer.overrides:
        yield from (override.starts_at.astimezone(UTC), override.ends_at.astimezone(UTC))


def _is_handed_over(rota: RotaFacts, layer: LayerFacts, at: datetime, who: OnCall | None) -> bool:
    """Say whether a turn of its own begins at `at`: two turns of one person after the other are two shifts."""
    turn = turn_at(rota.zone, layer, at)
    return who is not None and not who.override and turn is not None and turn.starts_at == at
