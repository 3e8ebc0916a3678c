"""What is known of the calls of one scope, minute by minute, and the windows over it. In memory and pure.

The windows are those of `facts`: at `end` one of `minutes` holds the rows that begin in [end - minutes, end), none
of them before `since`. The pass reads the same in SQL (`windows`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from operator import itemgetter
from typing import Final

from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Counts, Judgement, Reading
from liaison.detection.judging import is_reached, judge

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_DAYS: Final = 7


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
        columns = zip(*(astuple(row)[1:] for row in ordered), strict=True)
        self._sums = [list(accumulate(column, initial=0)) for column in columns]
        self._with_calls = [row.minute for row in ordered if row.calls > 0]
        named = [one for one in failures if one.merchant]
        self._failures = _by_time((one.minute, one.merchant) for one in named if not one.is_decline)
        self._declines = _by_time((one.minute, one.merchant) for one in named if one.is_decline)

    def window(self, end: datetime, minutes: int, since: datetime | None) -> Counts | None:
        """Return what the window holds, without distinct merchants (`merchants`); None where it has no rows."""
        _, first, after = self._places(end, minutes, since)
        if after <= first:
            return None
        calls, errors, unanswered, declined, latency_calls, latency_ms = (
            sums[after] - sums[first] for sums in self._sums
        )
        return Counts(calls, errors, unanswered, declined, latency_calls=latency_calls, latency_ms=latency_ms)

    def with_merchants(self, counts: Counts, end: datetime, minutes: int, since: datetime | None) -> Counts:
        """Return what a window held together with its distinct merchants; those without a name do not count."""
        start, _, _ = self._places(end, minutes, since)
        return replace(
            counts,
            merchants=_distinct(self._failures, start, end),
            declined_merchants=_distinct(self._declines, start, end),
        )

    def last_call(self, end: datetime) -> datetime | None:
        """Return when the last minute with calls began, of those before `end`."""
        place = bisect_left(self._with_calls, end)
        return self._with_calls[place - 1] if place else None

    def usual_calls(self, last_call: datetime, end: datetime) -> float | None:
        """Return the calls of a minute in this hour of the seven days before the last call; None where there are none.

        It is what the pass reads as `read_usual_calls`: days of silence do not become what is usual.
        """
        hour = end.replace(minute=0, second=0, microsecond=0)
        if hour + _HOUR > last_call:
            hour -= _DAY * -(-(hour + _HOUR - last_call) // _DAY)
        first = self._minutes[0] if self._minutes else None
        begins = [hour - _DAY * back for back in range(_DAYS)]
        begins = [begin for begin in begins if first is not None and begin >= first]
        found = [self.window(begin + _HOUR, 60, None) for begin in begins]
        return sum(one.calls for one in found if one) / (60 * len(found)) if found else None

    def _places(self, end: datetime, minutes: int, since: datetime | None) -> tuple[datetime, int, int]:
        start = end - timedelta(minutes=minutes)
        if since is not None:
            start = max(start, since)
        return start, bisect_left(self._minutes, start), bisect_left(self._minutes, end)


def reading_of_calls(rule: Rule, calls: Calls, end: datetime, since: datetime | None) -> Reading:
    """Return what a rule about calls needs to judge at `end`; what would change nothing is not looked up."""
    if rule.measure is Measure.SILENCE:
        last = calls.last_call(end)
        is_silent = last is not None and end - last >= timedelta(minutes=rule.threshold)
        usual = calls.usual_calls(last, end) if is_silent and last is not None else None
        return Reading(end, since, last_call=last, usual_calls=usual)
    window = calls.window(end, rule.minutes, since)
    if rule.measure is not Measure.BURN_RATE:
        return Reading(end, since, window=_counted(rule, calls, window, end, rule.minutes, since))
    if not _burns(rule, window):
        return Reading(end, since, window=window)
    long_window = calls.window(end, rule.long_minutes, since)
    if long_window is not None:
        long_window = calls.with_merchants(long_window, end, rule.long_minutes, since)
    return Reading(end, since, window=window, long_window=long_window)


def _counted(  # noqa: PLR0917  # a window, by its parts
    rule: Rule, calls: Calls, window: Counts | None, end: datetime, minutes: int, since: datetime | None
) -> Counts | None:
    """Count merchants only where all else would be bad enough: it is by far the dearest number."""
    if window is None or not rule.min_merchants:
        return window
    enough = replace(window, merchants=rule.min_merchants, declined_merchants=rule.min_merchants)
    if judge(rule, Reading(end, window=enough)).judgement in {Judgement.GOOD, Judgement.UNKNOWN}:
        return window
    return calls.with_merchants(window, end, minutes, since)


def _burns(rule: Rule, window: Counts | None) -> bool:
    if window is None or window.calls <= 0:
        return False
    return is_reached(rule, window.errors / window.calls / (1 - rule.objective))


def _by_time(found: Iterable[tuple[datetime, str]]) -> list[tuple[datetime, str]]:
    return sorted(set(found))


def _distinct(found: list[tuple[datetime, str]], start: datetime, end: datetime) -> int:
    first = bisect_left(found, start, key=itemgetter(0))
    after = bisect_left(found, end, key=itemgetter(0))
    return len({merchant for _, merchant in found[first:after]})
