"""A small chart of how long answers took, drill after drill: numbers for a drawing, with a table beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from liaison.drills.results import Summary, clock

HEIGHT: Final = 120
WIDTH: Final = 36
GAP: Final = 12
LEAST: Final = 3


@dataclass(frozen=True)
class Bar:
    """One drill: the first answer as a bar, its time above it. Without an answer it is as high as the chart."""

    x: int
    y: int
    height: int
    label: str
    is_answered: bool


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int
    height: int = HEIGHT


def chart_of(history: Sequence[Summary]) -> Chart | None:
    """Return the bars, the oldest first; None for fewer than two drills: one is no history."""
    if len(history) <= 1:
        return None
    longest = max((one.first for one in history if one.first is not None), default=timedelta(seconds=1))
    bars = tuple(_bar(number, one.first, max(longest, timedelta(seconds=1))) for number, one in enumerate(history))
    return Chart(bars, width=len(bars) * (WIDTH + GAP))


def _bar(number: int, first: timedelta | None, longest: timedelta) -> Bar:
    height = HEIGHT if first is None else max(round(HEIGHT * (first / longest)), LEAST)
    label = "–" if first is None else clock(first)  # a dash for nothing
    return Bar(number * (WIDTH + GAP), HEIGHT - height, height, label, first is not None)
