"""Every change of clocks of ten years in every zone, and how a patient person reads a clock that is put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from liaison.lib.zones import _known_zones

ZONES = tuple(sorted(_known_zones()))
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@cache
def changes_of(zone: str) -> tuple[datetime, ...]:
    """Return the first minutes (UTC) at which the clocks of the zone are at another distance from UTC."""
    info, found, moment = ZoneInfo(zone), [], FIRST
    while moment < LAST:
        following = moment + timedelta(days=3)
        if moment.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            found.append(_between(moment, following, info))
        moment = following
    return tuple(found)


@cache
def kinds_of_zones() -> tuple[str, ...]:
    """Return one zone of each kind: zones whose clocks agree in all of the ten years are one kind."""
    kinds: dict[object, str] = {}
    for zone in ZONES:
        changes, info = changes_of(zone), ZoneInfo(zone)
        offsets = tuple(moment.astimezone(info).utcoffset() for moment in (FIRST, *changes))
        kinds.setdefault((changes, offsets), zone)
    return tuple(kinds.values())


def _between(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    offset = before.astimezone(info).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        if middle.astimezone(info).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


class PatientClock:
    """Reads a clock every minute. When it is put back, the latest time that it has shown counts until it is reached."""

    def __init__(self, zone: str, start: datetime) -> None:
        self._info = ZoneInfo(zone)
        self._latest = datetime.fromisoformat("0001-01-01")
        # What was shown before does not matter: in these years no clock is put back by more than three hours.
        self._next = start - timedelta(hours=4)

    def read(self, instant: datetime) -> datetime:
        """Return what counts at the instant; instants may only grow."""
        while self._next <= instant:
            shown = self._next.astimezone(self._info).replace(tzinfo=None, fold=0)
            self._latest = max(self._latest, shown)
            self._next += MINUTE
        return self._latest
