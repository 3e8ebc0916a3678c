"""What the numbers of a rule may be; asked by the boot check of the catalog and before a change is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from liaison.catalog.rules import Measure, Rule

DAY: Final = 24 * 60

_SHARE: Final = (0.0001, 1.0)
_FACTOR: Final = (1.0, 1000.0)
THRESHOLDS: Final[Mapping[Measure, tuple[float, float]]] = MappingProxyType(
    {
        Measure.ERROR_RATE: _SHARE,
        Measure.DECLINED_RATE: _SHARE,
        Measure.LATENCY: (1, 600_000),
        Measure.BURN_RATE: _FACTOR,
        Measure.SILENCE: (5, DAY),
        Measure.FEED_ERROR_RATE: _SHARE,
        Measure.FEED_STALE_SHARE: _SHARE,
        Measure.FEED_MISSING: _FACTOR,
        Measure.CHECK_FAILING: (1, 7 * DAY),
        Measure.CHECK_UNANSWERED: (1, 1000),
        Measure.HEARTBEAT_MISSING: _FACTOR,
    }
)
"""The least and the most a threshold may be, in the unit of its measure."""

LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "minutes": (1, DAY),
        "long_minutes": (2, DAY),
        "objective": (0.5, 0.99999),
        "min_calls": (1, 1_000_000_000),
        "min_errors": (1, 1_000_000_000),
        "min_merchants": (1, 1_000_000),
        "min_entities": (1, 1_000_000_000),
        "for_minutes": (0, DAY),
        "clear_minutes": (0, DAY),
    }
)
"""The least and the most of every other number, where the measure uses it."""

_ALWAYS: Final = ("severity", "effect", "threshold", "is_over", "for_minutes", "clear_minutes")
_FLOORS: Final = ("min_calls", "min_errors", "min_merchants")
_MORE: Final[Mapping[Measure, tuple[str, ...]]] = {
    Measure.ERROR_RATE: ("clear_below", "minutes", *_FLOORS),
    Measure.DECLINED_RATE: ("clear_below", "minutes", *_FLOORS),
    Measure.LATENCY: ("clear_below", "minutes", "min_calls"),
    Measure.BURN_RATE: ("minutes", "long_minutes", "objective", *_FLOORS),
    Measure.SILENCE: ("min_calls",),
    Measure.FEED_ERROR_RATE: ("clear_below", "min_entities"),
    Measure.FEED_STALE_SHARE: ("clear_below", "min_entities"),
}
OF_CALLS: Final = frozenset(
    (Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.LATENCY, Measure.BURN_RATE, Measure.SILENCE)
)


class Wrong(StrEnum):
    """What is wrong with a number of a rule."""

    OUT_OF_RANGE = "out_of_range"
    NOT_WHOLE = "not_whole"
    NOT_USED = "not_used"
    CLEARS_ABOVE = "clears_above"
    NOT_LONGER = "not_longer"
    NEVER_REACHED = "never_reached"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong; `least` and `most` are the limits of the parameter where it has any."""

    parameter: str
    wrong: Wrong
    least: float | None = None
    most: float | None = None


def parameters_of(measure: Measure) -> tuple[str, ...]:
    """Return the parameters that a rule of this measure has: those that an override may change."""
    return (*_ALWAYS, *_MORE.get(measure, ()))


def mistakes_in(rule: Rule) -> tuple[Mistake, ...]:
    """Return everything wrong with the numbers of a rule, so that no rate without a floor ever pages anybody."""
    return tuple(_mistakes(rule))


def limits_of(rule: Rule, parameter: str) -> tuple[float, float] | None:
    """Return the least and the most that this number of the rule may be; None for what is no number."""
    if parameter in {"threshold", "clear_below"}:
        return THRESHOLDS[rule.measure]
    return LIMITS.get(parameter)


def _mistakes(rule: Rule) -> Iterator[Mistake]:
    used = parameters_of(rule.measure)
    for parameter in ("threshold", *LIMITS):
        value = getattr(rule, parameter)
        limits = limits_of(rule, parameter)
        if parameter not in used:
            if value:
                yield Mistake(parameter, Wrong.NOT_USED)
        elif limits is not None and not limits[0] <= value <= limits[1]:
            yield Mistake(parameter, Wrong.OUT_OF_RANGE, *limits)
    if rule.measure is Measure.CHECK_UNANSWERED and rule.threshold != int(rule.threshold):
        yield Mistake("threshold", Wrong.NOT_WHOLE)
    yield from _contradictions(rule, used)


def _contradictions(rule: Rule, used: tuple[str, ...]) -> Iterator[Mistake]:
    least, most = THRESHOLDS[rule.measure]
    if rule.clear_below is not None:
        if "clear_below" not in used:
            yield Mistake("clear_below", Wrong.NOT_USED)
        elif rule.clear_below > rule.threshold:
            yield Mistake("clear_below", Wrong.CLEARS_ABOVE, least, rule.threshold)
        elif rule.clear_below < least:
            yield Mistake("clear_below", Wrong.OUT_OF_RANGE, least, rule.threshold)
    if rule.measure is Measure.BURN_RATE:
        if rule.long_minutes <= rule.minutes:
            yield Mistake("long_minutes", Wrong.NOT_LONGER)
        if rule.threshold * (1 - rule.objective) > 1:
            yield Mistake("threshold", Wrong.NEVER_REACHED)
    if rule.is_over and THRESHOLDS[rule.measure] is _SHARE and rule.threshold >= most:
        yield Mistake("is_over", Wrong.NEVER_REACHED)
