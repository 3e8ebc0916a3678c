"""All that one evaluation knows before it judges: a fixed number of statements, however many places there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.catalog.rules import Measure
from liaison.detection.gates import Suspect, suspects
from liaison.detection.places import Place
from liaison.detection.windows import SUMS, Windows, read_windows
from liaison.feeds.queries import FeedState, latest_runs
from liaison.probes.queries import BeatState, CheckState, check_states, heartbeats
from liaison.signals.models import Series

LOOKED_AT: Final = 60
"""The minutes whose calls the overview shows (`Standing`); the longest window that is read of every series."""
SERIES_LIVES: Final = timedelta(days=14)
"""An action that was not called for so long is no longer in use."""
_ERRORS, _TIMED, _MS = SUMS.index("errors"), SUMS.index("latency_calls"), SUMS.index("latency_ms")
_FEW: Final = 20  # one place in so many: windows that fewer need are read for them alone


@dataclass(frozen=True, slots=True)
class Called:
    """An action of an environment, and the first and the last minute in which it was called."""

    environment_id: int
    action: str
    first_minute: datetime
    last_minute: datetime


class Scans:
    """The windows of every place: of all that is known, and of what counts there.

    Nearly all places share one scan. Those with windows of their own, and those that count only from a moment within
    their longest window, have another.
    """

    def __init__(self, places: Mapping[int, Place], end: datetime, *, is_whole: bool) -> None:
        self.end = end
        usual = _usual_lengths(places) if is_whole else frozenset[int]()
        special = [place for place in places.values() if not is_whole or not place.book.lengths <= usual]
        fresh = [place for place in places.values() if place.since is not None and _cuts(place, place.since, end)]
        self._special_ids = frozenset(place.environment_id for place in special)
        self._fresh_ids = frozenset(place.environment_id for place in fresh)
        self._main = read_windows(end, usual)
        self._special = read_windows(end, _lengths(special), environment_ids=self._special_ids)
        since = {place.environment_id: place.since for place in fresh if place.since is not None}
        self._fresh = read_windows(end, _lengths(fresh), since=since)

    def everything(self, place: Place) -> Windows:
        """Return the windows with all that is known, whatever the moment from which it counts."""
        return self._special if place.environment_id in self._special_ids else self._main

    def counted(self, place: Place) -> Windows:
        """Return the windows with what counts."""
        return self._fresh if place.environment_id in self._fresh_ids else self.everything(place)

    def totals(self, minutes: int) -> dict[int, tuple[int, int, float | None]]:
        """Return, of each environment with calls in the window: calls, failures, and mean duration in ms."""
        sums: dict[int, list[int]] = {}
        for windows in (self._main, self._special):
            if not windows.rows:
                continue
            calls = windows.offset_of(minutes)
            for (environment_id, _), row in windows.rows.items():
                if (environment_id in self._special_ids) is (windows is self._special):
                    so_far = sums.setdefault(environment_id, [0, 0, 0, 0])
                    so_far[0] += row[calls]
                    so_far[1] += row[calls + _ERRORS]
                    so_far[2] += row[calls + _TIMED]
                    so_far[3] += row[calls + _MS]
        return {pk: (calls, errors, ms / timed if timed else None) for pk, (calls, errors, timed, ms) in sums.items()}

    def suspects(self, places: Mapping[int, Place]) -> Iterator[Suspect]:
        """Return every series that may be bad by what counts."""
        for windows in (self._main, self._special, self._fresh):
            if windows.rows:
                yield from suspects(
                    windows, {key: place.book for key, place in places.items() if self.counted(place) is windows}
                )


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to judge by. `silent` are the actions that are not called where calls are expected.

    `series` are all actions in use of the environments that were asked for.
    """

    end: datetime
    scans: Scans
    feeds: Mapping[int, list[FeedState]]
    checks: Mapping[int, CheckState]
    beats: Mapping[int, list[BeatState]]
    silent: list[Called]
    series: Mapping[int, list[Called]]


def read_known(
    places: Mapping[int, Place], end: datetime, *, with_series: Collection[int], is_whole: bool = True
) -> Known:
    """Read it. `with_series` are the environments of which every action is wanted; `is_whole`: these are all places."""
    series: dict[int, list[Called]] = {}
    for called in read_series(end, environment_ids=with_series):
        series.setdefault(called.environment_id, []).append(called)
    return Known(
        end=end,
        scans=Scans(places, end, is_whole=is_whole),
        feeds=latest_runs(places),
        checks=check_states(places),
        beats=heartbeats(places),
        silent=_silent(places, end, is_whole=is_whole),
        series=series,
    )


def read_series(
    end: datetime, *, environment_ids: Collection[int] | None, before: datetime | None = None
) -> Iterator[Called]:
    """Return the actions in use, of all environments or of these; with `before` those not called since then."""
    rows = Series.objects.filter(last_minute__gte=end - SERIES_LIVES).order_by("environment_id", "action")
    if environment_ids is not None:
        rows = rows.filter(environment_id__in=list(environment_ids))
    if before is not None:
        rows = rows.filter(last_minute__lte=before)
    for row in rows.values_list("environment_id", "action", "first_minute", "last_minute"):
        yield Called(*row)


def _silent(places: Mapping[int, Place], end: datetime, *, is_whole: bool) -> list[Called]:
    waits = [rule.threshold for book in {place.book for place in places.values()} for rule in book.of(Measure.SILENCE)]
    if not waits:
        return []
    before = end - timedelta(minutes=min(waits))
    found = read_series(end, before=before, environment_ids=None if is_whole else list(places))
    return [one for one in found if one.environment_id in places and places[one.environment_id].expects_calls]


def _usual_lengths(places: Mapping[int, Place]) -> frozenset[int]:
    users: Counter[int] = Counter()
    for book, number in Counter(place.book for place in places.values()).items():
        users.update(dict.fromkeys(book.lengths, number))
    usual = {minutes for minutes, number in users.items() if number * _FEW >= len(places) and minutes <= LOOKED_AT}
    return frozenset({LOOKED_AT, *usual})


def _lengths(places: Collection[Place]) -> frozenset[int]:
    found = frozenset[int]().union(*(place.book.lengths for place in places))
    return found | {LOOKED_AT} if places else found


def _cuts(place: Place, since: datetime, end: datetime) -> bool:
    longest = max(place.book.lengths, default=LOOKED_AT)
    return since > end - timedelta(minutes=max(longest, LOOKED_AT))
