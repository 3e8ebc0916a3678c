"""How many calls are usual at an hour: what silence is measured by. Read for the few that are silent, once an hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from liaison.detection.known import Called
from liaison.detection.windows import Span, read_spans

_DAYS: Final = 7
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MOST_KEPT: Final = 50_000

_kept: dict[tuple[int, str, datetime, datetime], float | None] = {}


def read_usual_calls(silent: Sequence[Called], end: datetime) -> list[float | None]:
    """Return, for each, the calls per minute in this hour of the seven days before it fell silent.

    None where it was not called yet on any of those days. Days of silence do not become what is usual. One statement
    for those that were not asked about in this hour with the same last call.
    """
    hour = end.replace(minute=0, second=0, microsecond=0)
    keys = [(one.environment_id, one.action, one.last_minute, hour) for one in silent]
    new = [place for place, key in enumerate(keys) if key not in _kept]
    if len(_kept) + len(new) > _MOST_KEPT:
        _kept.clear()
        new = list(range(len(keys)))
    spans = {place: _hours(silent[place], hour) for place in new}
    counted = iter(read_spans([span for place in new for span in spans[place]]))
    for place in new:
        found = [next(counted) for _ in spans[place]]
        calls = sum(counts.calls for counts in found if counts is not None)
        minutes = len(found) * (_HOUR / timedelta(minutes=1))
        _kept[keys[place]] = calls / minutes if minutes else None
    return [_kept[key] for key in keys]


def _hours(called: Called, hour: datetime) -> list[Span]:
    """Return this hour on the days before the last call, as far back as there were calls."""
    latest = hour
    if latest + _HOUR > called.last_minute:
        latest -= _DAY * -(-(latest + _HOUR - called.last_minute) // _DAY)
    begins = (latest - _DAY * back for back in range(_DAYS))
    return [
        Span(called.environment_id, (called.action,), begin, begin + _HOUR)
        for begin in begins
        if begin >= called.first_minute
    ]
