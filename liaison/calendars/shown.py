"""A rota as pages show it: who is on call now and next, the list of shifts, and the picture of two weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language

from liaison.accounts.models import Identity
from liaison.calendars.loading import LoadedRota
from liaison.calendars.oncall import gaps, on_call_in, shifts_of
from liaison.calendars.rota_facts import LayerFacts, OnCall, Shift
from liaison.calendars.wording import BECAUSE
from liaison.lib.dates import format_short_date
from liaison.lib.hours import Stretch
from liaison.lib.zones import resolve_local

DAYS_SHOWN: Final = 14
GAPS_AHEAD: Final = timedelta(days=30)
PICTURE_WIDTH: Final = 1120
_COLOURS: Final = 6
_WHEN_NOBODY: Final = -1


@dataclass(frozen=True)
class ShownOnCall:
    """Who is on call, by name, and why; `until` is the next moment at which that changes, as far as is known."""

    name: str
    because: Promise
    instead_of: str
    until: datetime | None
    person: int


@dataclass(frozen=True)
class ShownLayer:
    """A layer by its number: who is on call in it now, and who comes next."""

    key: str
    number: int
    now: ShownOnCall | None
    following: ShownOnCall | None
    following_at: datetime | None


@dataclass(frozen=True)
class Bar:
    """A shift in the picture, in its units; `colour` tells people apart."""

    x: float
    width: float
    colour: int
    name: str
    because: Promise | str
    starts_at: datetime
    ends_at: datetime
    is_override: bool


@dataclass(frozen=True)
class Lane:
    number: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    is_today: bool


@dataclass(frozen=True)
class Picture:
    """Two weeks, day by day in the reader's zone. A day of a change of clocks is wider or narrower than the others."""

    starts_at: datetime
    ends_at: datetime
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    now_x: float | None
    width: int = PICTURE_WIDTH


class Names:
    """The names of everybody whom rotas mention, in one query."""

    def __init__(self, rotas: Iterable[LoadedRota]) -> None:
        layers = [layer for rota in rotas for layer in rota.facts.layers]
        keys = {person for layer in layers for person in (*layer.people, *(one.person for one in layer.overrides))}
        rows = Identity.objects.filter(pk__in=keys).values_list("pk", "name", "username") if keys else ()
        self._names: Mapping[int, str] = {key: name or username for key, name, username in rows}

    def of(self, person: int | None) -> str:
        return self._names.get(person, "") if person is not None else ""


def layers_now(rota: LoadedRota, names: Names, now: datetime) -> tuple[ShownLayer, ...]:
    """Return each layer with who is on call now and who comes next within two weeks."""
    return tuple(_shown_layer(rota, layer, number, names, now) for number, layer in enumerate(rota.facts.layers, 1))


def gaps_ahead(rota: LoadedRota, now: datetime) -> tuple[Stretch, ...]:
    """Return when nobody at all is on call within the next 30 days."""
    return gaps(rota.facts, now, now + GAPS_AHEAD)


def away_names(rota: LoadedRota, names: Names) -> tuple[str, ...]:
    """Return who stands in a layer and cannot be called."""
    people = dict.fromkeys(person for layer in rota.facts.layers for person in layer.people)
    return tuple(names.of(person) for person in people if person in rota.facts.away)


def picture_of(rota: LoadedRota, names: Names, *, start: datetime, zone: str, now: datetime) -> Picture:
    """Draw the two weeks that begin with the day of `start` in the reader's zone."""
    first = start.astimezone(ZoneInfo(zone)).date()
    days = [first + timedelta(days=number) for number in range(DAYS_SHOWN + 1)]
    midnights = [resolve_local(datetime.combine(day, time()), zone).instant_utc for day in days]
    begins, ends = midnights[0], midnights[-1]
    today, language = now.astimezone(ZoneInfo(zone)).date(), get_language() or "en"

    def place(moment: datetime) -> float:
        return round((moment - begins) / (ends - begins) * PICTURE_WIDTH, 2)

    lanes = []
    colours: dict[int, int] = {}
    for number, layer in enumerate(rota.facts.layers, 1):
        bars = []
        for shift in shifts_of(rota.facts, layer, begins, ends):
            x = place(shift.starts_at)
            bars.append(_bar(shift, names, colours, x=x, width=place(shift.ends_at) - x))
        lanes.append(Lane(number, tuple(bars)))
    ticks = tuple(
        Tick(place(midnight), format_short_date(day, language), day == today)
        for day, midnight in zip(days[:-1], midnights, strict=False)
    )
    return Picture(begins, ends, tuple(lanes), ticks, place(now) if begins <= now < ends else None)


def _shown_layer(rota: LoadedRota, layer: LayerFacts, number: int, names: Names, now: datetime) -> ShownLayer:
    ahead = now + timedelta(days=DAYS_SHOWN)
    found = shifts_of(rota.facts, layer, now, ahead)
    current = on_call_in(rota.facts, layer, now)
    following = next((shift for shift in found[1:] if shift.on_call is not None), None)
    until = found[0].ends_at if found and found[0].ends_at < ahead else None
    return ShownLayer(
        key=layer.key,
        number=number,
        now=_shown(current, names, until),
        following=_shown(following.on_call, names, None) if following else None,
        following_at=following.starts_at if following else None,
    )


def _shown(found: OnCall | None, names: Names, until: datetime | None) -> ShownOnCall | None:
    if found is None:
        return None
    return ShownOnCall(names.of(found.person), BECAUSE[found.because], names.of(found.instead_of), until, found.person)


def _bar(shift: Shift, names: Names, colours: dict[int, int], *, x: float, width: float) -> Bar:
    who = shift.on_call
    colour = _WHEN_NOBODY if who is None else colours.setdefault(who.person, len(colours) % _COLOURS)
    return Bar(
        x=x,
        width=round(width, 2),
        colour=colour,
        name="" if who is None else names.of(who.person),
        because="" if who is None else BECAUSE[who.because],
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        is_override=who is not None and bool(who.override),
    )
