"""What is known of the calls of one scope, minute by minute, and the windows over it. In memory and pure.

The windows are those of `facts`: at `end` one of `minutes` holds the rows that begin in [end - minutes, end), none
of them before `since`. The pass reads the same in SQL (`windows`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from operator import itemgetter

from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Counts, Reading


@dataclass(frozen=True, slots=True)
class MinuteCounts:
    """One row: the calls of the scope in the minute that begins at `minute`."""

    minute: datetime
    calls: int = 0
    errors: int = 0
    unanswered: int = 0
    declined: int = 0
    latency_calls: int = 0
    latency_ms: int = 0


@dataclass(frozen=True, slots=True)
class Failures:
    """What did not go well for one merchant in one minute; `is_decline` for payments that were declined."""

    minute: datetime
    merchant: str
    is_decline: bool = False


class Calls:
    """The calls of one scope. Rows of one minute, of several actions that are judged together, add up."""

    def __init__(self, rows: Iterable[MinuteCounts], failures: Iterable[Failures] = ()) -> None:
        ordered = sorted(rows, key=lambda row: row.minute)
        self._minutes = [row.minute for row in ordered]
        self._sums = [
            list(accumulate(column, initial=0)) for column in zip(*(astuple(row)[1:] for row in ordered), strict=True)
        ]
        self._with_calls = [row.minute for row in ordered if row.calls > 0]
        self._failures = _by_time((one.minute, one.merchant) for one in failures if not one.is_decline)
        self._declines = _by_time((one.minute, one.merchant) for one in failures if one.is_decline)

    def window(self, end: datetime, minutes: int, since: datetime | None) -> Counts | None:
        """Return what the window holds, without distinct merchants (`merchants`); None where it has no rows."""
        start, first, after = self._places(end, minutes, since)
        if after <= first:
            return None
        calls, errors, unanswered, declined, latency_calls, latency_ms = (
            sums[after] - sums[first] for sums in self._sums
        )
        return Counts(
            calls=calls,
            errors=errors,
            unanswered=unanswered,
            declined=declined,
            merchants=_distinct(self._failures, start, end) if errors else 0,
            declined_merchants=_distinct(self._declines, start, end) if declined else 0,
            latency_calls=latency_calls,
            latency_ms=latency_ms,
        )

    def last_call(self, end: datetime) -> datetime | None:
        """Return when the last minute with calls began, of those before `end`."""
        place = bisect_left(self._with_calls, end)
        return self._with_calls[place - 1] if place else None

    def usual_calls(self, end: datetime, *, hours: int = 1, days: int = 7) -> float | None:
        """Return the calls of a minute in the same time of the days before; None where those have none."""
        found = [self.window(end - timedelta(days=day), hours * 60, None) for day in range(1, days + 1)]
        known = [counts.calls for counts in found if counts is not None]
        return sum(known) / (len(known) * hours * 60) if known else None

    def _places(self, end: datetime, minutes: int, since: datetime | None) -> tuple[datetime, int, int]:
        start = end - timedelta(minutes=minutes)
        if since is not None:
            start = max(start, since)
        return start, bisect_left(self._minutes, start), bisect_left(self._minutes, end)


def reading_of_calls(rule: Rule, calls: Calls, end: datetime, since: datetime | None) -> Reading:
    """Return what a rule about calls needs to judge at `end`."""
    if rule.measure is Measure.SILENCE:
        last = calls.last_call(end)
        is_silent = last is not None and end - last >= timedelta(minutes=rule.threshold)
        return Reading(end, since, last_call=last, usual_calls=calls.usual_calls(end) if is_silent else None)
    long_window = calls.window(end, rule.long_minutes, since) if rule.measure is Measure.BURN_RATE else None
    return Reading(end, since, window=calls.window(end, rule.minutes, since), long_window=long_window)


def _by_time(found: Iterable[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    return sorted(set(found))


def _distinct(found: list[tuple[datetime, str]], start: datetime, end: datetime) -> int:
    first = bisect_left(found, start, key=itemgetter(0))
    after = bisect_left(found, end, key=itemgetter(0))
    return len({merchant for _, merchant in found[first:after]})
