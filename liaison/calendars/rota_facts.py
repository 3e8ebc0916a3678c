"""What a rota is, as frozen values: layers of people in turn, and who takes over when (C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from liaison.lib.hours import MINUTES_A_DAY, HoursRow
from liaison.lib.zones import is_zone

LONGEST_TURN_DAYS: Final = 366


class OverrideKind(StrEnum):
    """Why somebody takes over: arranged before, taken on the spot, or one half of a swap."""

    COVER = "cover"
    TAKEN = "taken"
    SWAP = "swap"


class OnCallBecause(StrEnum):
    """Why somebody is on call."""

    TURN = "turn"
    STANDS_IN = "stands_in"  # for somebody before them in the layer who cannot be called
    COVER = "cover"
    TAKEN = "taken"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class OverrideFacts:
    """Somebody takes over a layer in [starts_at, ends_at), both aware. A swap leaves the hours of the layer."""

    key: str
    person: int
    kind: OverrideKind
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """People in turn. The first turn begins on `starts_on` at `handover_minute`, and each lasts `turn_days`.

    `hours` are when the layer is on call at all, always without any. Of `overrides` that overlap the last one counts.
    Raises ValueError for a turn or a minute that is none.
    """

    key: str
    people: tuple[int, ...]
    starts_on: date
    handover_minute: int
    turn_days: int
    hours: tuple[HoursRow, ...] = ()
    overrides: tuple[OverrideFacts, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.turn_days <= LONGEST_TURN_DAYS:
            raise ValueError("A turn lasts 1 to 366 days.")
        if not 0 <= self.handover_minute < MINUTES_A_DAY:
            raise ValueError("A hand-over is between 00:00 and 23:59.")


@dataclass(frozen=True, slots=True)
class RotaFacts:
    """Layers in their order, each with one person at a time; all of them are called. `away` cannot be called."""

    zone: str
    layers: tuple[LayerFacts, ...]
    away: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not is_zone(self.zone):
            raise ValueError(f"Unknown time zone: {self.zone!r}.")


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is on call in a layer, and why. `instead_of` is who would be, `override` the override that counts."""

    person: int
    layer: str
    because: OnCallBecause
    instead_of: int | None = None
    override: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a layer, [starts_at, ends_at) in UTC; `number` counts from 0, `person` is whose turn it is."""

    number: int
    person: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch [starts_at, ends_at) in UTC in which a layer's answer does not change; None: nobody."""

    layer: str
    starts_at: datetime
    ends_at: datetime
    on_call: OnCall | None
