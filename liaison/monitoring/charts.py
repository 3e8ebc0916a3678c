"""Charts as tables: every number stands in the table, and the drawing is made of it (`charts.js`). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from liaison.monitoring.series import ActionSeries, together
from liaison.monitoring.spans import Span
from liaison.signals.queries import Sums

MOST_LINES: Final = 6


class Unit(StrEnum):
    """What the numbers of a chart are; the page writes them in the reader's language."""

    SHARE = "share"  # 0 to 1
    NUMBER = "number"
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True, slots=True)
class Chart:
    """`columns` are names of lines: actions, or keys of `COLUMN_WORDS`. A cell is None where nothing is known."""

    key: str
    unit: Unit
    columns: tuple[str, ...]
    rows: tuple[tuple[datetime, tuple[float | None, ...]], ...]
    has_named_columns: bool = False  # the columns are data, as actions are
    is_stacked: bool = False


def error_rates(series: Sequence[ActionSeries], span: Span) -> Chart:
    """Return the share of failures per action."""
    return _by_action("error_rate", Unit.SHARE, series, span, lambda sums: sums.error_rate)


def calls(series: Sequence[ActionSeries], span: Span) -> Chart:
    """Return the number of calls per action."""
    return _by_action("calls", Unit.NUMBER, series, span, lambda sums: sums.calls, is_stacked=True)


def latencies(series: Sequence[ActionSeries], span: Span) -> Chart:
    """Return the mean and the longest duration of all the actions together."""
    rows = []
    for moment in span.moments:
        sums = together(one.points[moment] for one in series if moment in one.points)
        rows.append((moment, (sums.mean_latency_ms, sums.latency_max_ms if sums.latency_calls else None)))
    return Chart("latency", Unit.MILLISECONDS, ("mean", "longest"), tuple(rows))


def _by_action(
    key: str,
    unit: Unit,
    series: Sequence[ActionSeries],
    span: Span,
    value: Callable[[Sums], float | None],
    *,
    is_stacked: bool = False,
) -> Chart:
    shown = series[:MOST_LINES]
    empty = Sums()
    rows = tuple((moment, tuple(value(one.points.get(moment, empty)) for one in shown)) for moment in span.moments)
    names = tuple(one.action for one in shown)
    return Chart(key, unit, names, rows, has_named_columns=True, is_stacked=is_stacked)
