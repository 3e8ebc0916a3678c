"""Adding up what was told about calls: one row for each minute, pure and in memory.

Most lines of a large batch are rows of their own: the loop over them is what a batch costs here, and is written for it.
A minute is the number of whole minutes since 1970 (UTC): adding up 50,000 lines makes no objects for moments.
Numbers stop at what their columns hold.
"""

from __future__ import annotations

from collections.abc import Iterable
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

Counted = tuple[int, float, Line]
"""The environment's primary key, the moment (seconds since 1970), and the line that counts."""

SeriesKey = tuple[int, str]
"""The environment's primary key, and the action."""

MinuteKey = tuple[int, str, int]
"""Environment, action, minute."""

Span = tuple[int, int]
"""The first and the last minute of a series."""

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

    minutes: dict[MinuteKey, list[int]] = field(default_factory=dict)
    errors: dict[ErrorKey, int] = field(default_factory=dict)
    samples: list[SampleRow] = field(default_factory=list)
    _sampled: dict[MinuteKey, int] = field(default_factory=dict)

    def add(self, counted: Iterable[Counted]) -> None:
        """Add the calls of each line to the minute that its moment lies in."""
        minutes, known = self.minutes, self.minutes.get
        for environment_id, at, line in counted:
            key, count, latency = (environment_id, line.action, int(at) // 60), line.count, line.latency_ms
            timed = took = longest = 0
            if latency is not None:
                timed, took = count, round(latency * count)
                longest = took if count == 1 else round(latency)
                if line.latency_max_ms is not None:
                    longest = round(line.latency_max_ms)
            numbers = known(key)
            if numbers is None:
                minutes[key] = numbers = [count, 0, 0, 0, timed, took, longest]
            else:
                numbers[_CALLS] += count
                numbers[_LATENCY_CALLS] += timed
                numbers[_LATENCY] += took
                numbers[_LATENCY_MAX] = max(numbers[_LATENCY_MAX], longest)
            if line.outcome != "ok":
                self._add_failures(key, at, line, numbers)

    def spans(self) -> dict[SeriesKey, Span]:
        """Return the first and the last minute of each series."""
        return spans_of(self.minutes)

    def _add_failures(self, minute: MinuteKey, at: float, line: Line, numbers: list[int]) -> None:
        key = (minute[0], minute[2], line.action, line.merchant, line.outcome, line.code)
        self.errors[key] = self.errors.get(key, 0) + line.count
        if line.outcome == "declined":
            numbers[_DECLINED] += line.count
            return
        numbers[_ERRORS] += line.count
        if line.outcome == "unanswered":
            numbers[_UNANSWERED] += line.count
        if line.reference or line.detail:
            self._sample(minute, at, line)

    def _sample(self, minute: MinuteKey, at: float, line: Line) -> None:
        """Keep a failed call as evidence, at most 20 of one action's minute."""
        taken = self._sampled.get(minute, 0)
        if taken == MOST_SAMPLES:
            return
        self._sampled[minute] = taken + 1
        reference, detail = line.reference[:LONGEST_REFERENCE], line.detail[:LONGEST_DETAIL]
        self.samples.append(
            SampleRow(minute[0], at, line.action, line.merchant, line.outcome, line.code, reference, detail)
        )


def spans_of(minutes: Iterable[MinuteKey]) -> dict[SeriesKey, Span]:
    """Return the first and the last minute of each series among these."""
    spans: dict[SeriesKey, Span] = {}
    for environment_id, action, minute in minutes:
        series = (environment_id, action)
        first, last = spans.get(series, (minute, minute))
        spans[series] = (min(first, minute), max(last, minute))
    return spans


def minute_of(moment: datetime) -> int:
    """Return the minute in which a moment (aware) lies."""
    return int(moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """Return the first moment of a minute, in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)
