"""Time zones: which exist, what their city is called, and what a local time means on a day of change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from liaison.lib.languages import language_for

_AREAS: Final = re.compile(
    r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+",
)
_NOT_FOR_PEOPLE: Final = frozenset(("Factory", "localtime", "posixrules"))
_UNIVERSAL: Final = frozenset(
    ("UTC", "UCT", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "Universal", "Etc/Universal", "Etc/GMT", "GMT"),
)
# Two names that CLDR's Korean still gives as they were: the city is called 호찌민 and 키이우 today.
_OWN_CITIES: Final = {("ko", "Asia/Ho_Chi_Minh"): "호찌민", ("ko", "Europe/Kyiv"): "키이우"}
_SECOND: Final = timedelta(seconds=1)
# Every zone of the world can show what lies between: a day more or less stays within Python's years.
_FIRST_MOMENT: Final = datetime(1970, 1, 2)  # noqa: DTZ001  # the zone of whoever asks
_LAST_MOMENT: Final = datetime(9998, 12, 31)  # noqa: DTZ001  # as above


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a local time was taken to mean.

    `instant_utc` is aware, in UTC; `taken_local` is what the clock on the wall showed then, without a zone.
    `shifted`: the wanted time does not exist on that day, the first instant after the gap was taken.
    `ambiguous`: the wanted time comes twice, the first occurrence was taken.
    """

    instant_utc: datetime
    shifted: bool
    ambiguous: bool
    taken_local: datetime


@cache
def zone_info(name: str) -> ZoneInfo:
    """Return a zone that exists, read once: Python itself keeps only the eight that were used last."""
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Say whether `name` is a zone of the IANA database (old names such as Asia/Calcutta count)."""
    return name in _known_zones()


def zone_choices() -> tuple[str, ...]:
    """Return the zones to choose from, UTC first, then by name; old names and abbreviations are left out."""
    return _zone_choices()


def city_name(zone: str, language: str) -> str:
    """Return the city a zone is named after, in the reader's language: Seoul, 서울, 首尔, Seul.

    Zones without a city are named as they are: `UTC`, `UTC-5` for Etc/GMT+5, whose sign is turned round.
    """
    return _city_name(zone, language_for(language).cldr)


def is_within_the_calendar(moment: datetime) -> bool:
    """Say whether a moment, with or without a zone, can be shown in every zone: not in the years 1 and 9999."""
    return _FIRST_MOMENT <= moment.replace(tzinfo=None) <= _LAST_MOMENT


def resolve_local(naive: datetime, zone: str) -> Resolved:
    """Return the first instant at which the clocks in `zone` show `naive` or later.

    Raises ValueError for a time that has a zone of its own, one that not every zone can show, and for an unknown
    zone.
    """
    if naive.tzinfo is not None:
        raise ValueError("A local time must not carry a zone.")
    if not is_within_the_calendar(naive):
        raise ValueError(f"Not every zone can show {naive}.")
    if not is_zone(zone):
        raise ValueError(f"Unknown time zone: {zone!r}.")
    info = ZoneInfo(zone)
    earlier = naive.replace(tzinfo=info, fold=0).astimezone(UTC)
    later = naive.replace(tzinfo=info, fold=1).astimezone(UTC)
    if earlier == later:
        return Resolved(earlier, shifted=False, ambiguous=False, taken_local=naive.replace(fold=0))
    if earlier < later:
        return Resolved(earlier, shifted=False, ambiguous=True, taken_local=naive.replace(fold=0))
    instant = _end_of_gap(later, earlier, info)
    local = instant.astimezone(info).replace(tzinfo=None, fold=0)
    return Resolved(instant, shifted=True, ambiguous=False, taken_local=local)


def _end_of_gap(before: datetime, after: datetime, info: ZoneInfo) -> datetime:
    """Halve the stretch around the change (UTC, whole seconds) until its first instant is left."""
    offset = after.astimezone(info).utcoffset()
    low, high = before.replace(microsecond=0) - _SECOND, after.replace(microsecond=0)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if middle.astimezone(info).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_FOR_PEOPLE)


@cache
def _zone_choices() -> tuple[str, ...]:
    old_names = get_global("zone_aliases")
    current = (name for name in _known_zones() if _AREAS.fullmatch(name) and name not in old_names)
    return ("UTC", *sorted(current))


@cache
def _city_name(zone: str, cldr: str) -> str:
    if zone in _UNIVERSAL:
        return "UTC"
    if zone.startswith("Etc/GMT"):
        return zone.replace("Etc/GMT", "UTC").translate(str.maketrans("+-", "-+"))
    cities = Locale.parse(cldr).time_zones
    _, current, *_ = names = _names_of(zone)
    known = (cities.get(name, {}).get("city") for name in names)
    city = _OWN_CITIES.get((cldr, current)) or next(filter(None, known), None)
    return str(city) if city else current.rpartition("/")[2].replace("_", " ")


def _names_of(zone: str) -> tuple[str, ...]:
    """Return the zone, its current name and its old names: CLDR keeps some cities under an old one."""
    aliases = get_global("zone_aliases")
    current = str(aliases.get(zone, zone))
    return (zone, current, *(old for old, new in aliases.items() if new == current))
