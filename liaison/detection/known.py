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
from liaison.detection.windows import Columns, Windows, read_windows
from liaison.feeds.queries import FeedState, latest_runs
from liaison.probes.queries import BeatState, CheckState, check_states, heartbeats
from liaison.signals.models import Series

LOOKED_AT: Final = 60
"""The minutes whose calls the overview shows (`Standing`); the longest window that is read of every series."""
SERIES_LIVES: Final = timedelta(days=14)
"""An action that was not called for so long is no longer in use."""
_LOOKED_AT: Final = ("calls", "errors", "latency_calls", "latency_ms")
_FEW: Final = 20  # one place in so many: windows that fewer need are read for them alone


@dataclass(frozen=True, slots=True)
class Called:
    """An action of an environment, and the first and the last minute in which it was called."""

    environment_id: int
    action: str
    first_minute: datetime
    last_minute: datetime


class Scans:
    """The windows of every place, as far as they count there.

    Nearly all places share one scan. Those with windows of their own, and those that count only from a moment within
    their longest window, have another.
    """

    def __init__(self, places: Mapping[int, Place], end: datetime, *, is_whole: bool) -> None:
        usual = _usual_columns(places) if is_whole else {}
        special = [place for place in places.values() if not is_whole or not _covers(usual, place.book.columns)]
        fresh = [place for place in places.values() if place.since is not None and _cuts(place, place.since, end)]
        self._special_ids = frozenset(place.environment_id for place in special)
        self._fresh_ids = frozenset(place.environment_id for place in fresh)
        self._main = read_windows(end, usual)
        self._special = read_windows(end, _columns(special), environment_ids=self._special_ids)
        since = {place.environment_id: place.since for place in fresh if place.since is not None}
        self._fresh = read_windows(end, _columns(fresh), since=since)

    def suspects(self, places: Mapping[int, Place]) -> Iterator[Suspect]:
        """Return every series that may be bad by what counts."""
        for windows in (self._main, self._special, self._fresh):
            if windows.rows:
                yield from suspects(
                    windows, {key: place.book for key, place in places.items() if self._counted(key) is windows}
                )

    def environments(self) -> set[int]:
        """Return the environments of which anything was called in these windows, whether or not it counts."""
        return {key for windows in (self._main, self._special) for key, _ in windows.rows}

    def totals(self, minutes: int) -> dict[int, tuple[int, int, float | None]]:
        """Return, of each environment with calls in the window: calls, failures, and mean duration in ms."""
        sums: dict[int, list[int]] = {}
        for windows in (self._main, self._special):
            if not windows.rows:
                continue
            calls, errors, timed, ms = (windows.place_of(minutes, name) for name in _LOOKED_AT)
            for (environment_id, _), row in windows.rows.items():
                if (environment_id in self._special_ids) is (windows is self._special):
                    so_far = sums.setdefault(environment_id, [0, 0, 0, 0])
                    so_far[0] += row[calls]
                    so_far[1] += row[errors]
                    so_far[2] += row[timed]
                    so_far[3] += row[ms]
        return {pk: (calls, errors, ms / timed if timed else None) for pk, (calls, errors, timed, ms) in sums.items()}

    def _counted(self, environment_id: int) -> Windows:
        if environment_id in self._fresh_ids:
            return self._fresh
        return self._special if environment_id in self._special_ids else self._main


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


def _usual_columns(places: Mapping[int, Place]) -> dict[int, frozenset[str]]:
    """Return the windows that many places need; one that is longer than an hour is never read of everybody."""
    users: Counter[int] = Counter()
    wanted: dict[int, frozenset[str]] = {LOOKED_AT: frozenset(_LOOKED_AT)}
    for book, number in Counter(place.book for place in places.values()).items():
        users.update(dict.fromkeys(book.columns, number))
    for book in {place.book for place in places.values()}:
        for minutes, names in book.columns.items():
            if minutes <= LOOKED_AT and users[minutes] * _FEW >= len(places):
                wanted[minutes] = wanted.get(minutes, frozenset()) | names
    return wanted


def _columns(places: Collection[Place]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {LOOKED_AT: frozenset(_LOOKED_AT)} if places else {}
    for book in {place.book for place in places}:
        for minutes, names in book.columns.items():
            found[minutes] = found.get(minutes, frozenset()) | names
    return found


def _covers(usual: Columns, wanted: Columns) -> bool:
    return all(minutes in usual and names <= usual[minutes] for minutes, names in wanted.items())


def _cuts(place: Place, since: datetime, end: datetime) -> bool:
    return since > end - timedelta(minutes=max(LOOKED_AT, *place.book.columns, 0))
