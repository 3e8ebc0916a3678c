"""Adding up what was told about calls: one row for each minute, pure and in memory.

A minute is the number of whole minutes since 1970 (UTC): adding up 50,000 lines makes no objects for moments.
Numbers stop at what their columns hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

from liaison.signals.lines import LONGEST_DETAIL, LONGEST_REFERENCE, Line

MOST: Final = 2**31 - 1
MOST_MILLISECONDS: Final = 2**62 - 1  # two of them can be added in a bigint
MOST_SAMPLES: Final = 20

NUMBERS: Final = ("calls", "errors", "unanswered", "declined", "latency_calls", "latency_ms", "latency_max_ms")
"""What the list of a minute holds, in the order of the table's columns."""

_CALLS, _ERRORS, _UNANSWERED, _DECLINED, _LATENCY_CALLS, _LATENCY, _LATENCY_MAX = range(len(NUMBERS))

SeriesKey = tuple[int, str]
"""The environment's primary key, and the action."""

ErrorKey = tuple[int, int, str, str, str, str]
"""Environment, minute, action, merchant, outcome, code."""


class SampleRow(NamedTuple):
    """One failed call; `at` in seconds since 1970."""

    environment_id: int
    at: float
    action: str
    merchant: str
    outcome: str
    code: str
    reference: str
    detail: str


@dataclass
class Rollups:
    """Rows to be added to those that the database has. The order in which lines come makes no difference."""

    minutes: dict[SeriesKey, dict[int, list[int]]] = field(default_factory=dict)
    errors: dict[ErrorKey, int] = field(default_factory=dict)
    samples: list[SampleRow] = field(default_factory=list)
    _sampled: dict[tuple[int, str, int], int] = field(default_factory=dict)

    def add(self, environment_id: int, at: float, line: Line) -> None:
        """Add the calls of a line to the minute that `at` (seconds since 1970) lies in."""
        minute, series = int(at) // 60, (environment_id, line.action)
        rows = self.minutes.get(series)
        if rows is None:
            rows = self.minutes[series] = {}
        numbers = rows.get(minute)
        if numbers is None:
            numbers = rows[minute] = [0] * len(NUMBERS)
        count = line.count
        numbers[_CALLS] += count
        if line.outcome != "ok":
            self._add_failures(environment_id, at, line, numbers)
        latency = line.latency_ms
        if latency is not None:
            numbers[_LATENCY_CALLS] += count
            numbers[_LATENCY] += round(latency * count)
            longest = round(latency if line.latency_max_ms is None else line.latency_max_ms)
            numbers[_LATENCY_MAX] = max(numbers[_LATENCY_MAX], longest)

    def spans(self) -> dict[SeriesKey, tuple[int, int]]:
        """Return the first and the last minute of each series."""
        return {series: (min(rows), max(rows)) for series, rows in self.minutes.items()}

    def _add_failures(self, environment_id: int, at: float, line: Line, numbers: list[int]) -> None:
        key = (environment_id, int(at) // 60, line.action, line.merchant, line.outcome, line.code)
        self.errors[key] = self.errors.get(key, 0) + line.count
        if line.outcome == "declined":
            numbers[_DECLINED] += line.count
            return
        numbers[_ERRORS] += line.count
        if line.outcome == "unanswered":
            numbers[_UNANSWERED] += line.count
        if line.reference or line.detail:
            self._sample(environment_id, at, line)

    def _sample(self, environment_id: int, at: float, line: Line) -> None:
        """Keep a failed call as evidence, at most 20 of one action's minute."""
        place = (environment_id, line.action, int(at) // 60)
        taken = self._sampled.get(place, 0)
        if taken == MOST_SAMPLES:
            return
        self._sampled[place] = taken + 1
        reference, detail = line.reference[:LONGEST_REFERENCE], line.detail[:LONGEST_DETAIL]
        self.samples.append(
            SampleRow(environment_id, at, line.action, line.merchant, line.outcome, line.code, reference, detail)
        )


def minute_of(moment: datetime) -> int:
    """Return the minute in which a moment (aware) lies."""
    return int(moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """Return the first moment of a minute, in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)
