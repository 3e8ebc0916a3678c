"""Public holidays as they are published: of which regions, on which days, and what they are called.

A region is a country ("IT") or a part of one ("US-CA"). The lists are those of the `holidays` package, which loads a
country when it is asked for; what it says of coming years changes with its releases where governments decide late.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from babel import Locale

from liaison.calendars.published import countries, lists_of
from liaison.lib.languages import language_for

# The package computes any year; further away nothing is published anywhere.
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
# The countries whose parts are offered to choose from: there most people have a holiday that others have not.
_IN_PARTS: Final = ("AT", "AU", "BR", "CA", "CH", "DE", "ES", "GB", "IN", "MY", "US")
# Parts are kept as ISO 3166-2 numbers them; lists of cities and boroughs are left out.
_PART: Final = re.compile(r"[A-Z0-9]{1,3}", re.ASCII)
_PUBLISHED_IN: Final = {"en": "en_US", "ko": "ko", "zh-hans": "zh_CN", "it": "it_IT", "pl": "pl"}


@dataclass(frozen=True, slots=True)
class Region:
    """One choice: the code as it is kept, and its name for the reader."""

    code: str
    name: str


def is_region(code: str) -> bool:
    """Say whether public holidays are known for `code`: a country in two letters, with or without a part."""
    country, _, part = code.partition("-")
    if not country or country not in countries():
        return False
    return code == country or part in _parts_of(country)


def parents_of(code: str) -> tuple[str, ...]:
    """Return the region and what it lies in, the widest first: `("US", "US-CA")`; nothing for an empty code."""
    country, dash, _ = code.partition("-")
    return () if not code else (country, code) if dash else (country,)


def region_name(code: str, language: str) -> str:
    """Return what a region is called in the reader's language; its parts have their own names, as they are written."""
    country, _, part = code.partition("-")
    name = str(Locale.parse(language_for(language).cldr).territories.get(country, country))
    return f"{name} – {_parts_of(country).get(part, part)}" if part else name


def region_choices(language: str) -> tuple[Region, ...]:
    """Return the regions to choose from, by name: every country, and the parts of those where they differ much."""
    return _region_choices(language_for(language).code)


def published_holidays(code: str, year: int, language: str = "en") -> Mapping[date, str]:
    """Return the public holidays of a region in a year with their names, in the reader's language where it is known.

    Nothing for an unknown region, and for years before 1990 and after 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR or not is_region(code):
        return MappingProxyType({})
    return _published(code, year, language_for(language).code)


def published_days(code: str, first: date, last: date) -> frozenset[date]:
    """Return the public holidays of a region from `first` to `last`, both included."""
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in published_holidays(code, year) if first <= day <= last)


@lru_cache(maxsize=512)
def _published(code: str, year: int, language: str) -> Mapping[date, str]:
    country, _, part = code.partition("-")
    lists = lists_of(country)
    wanted = next((each for each in (_PUBLISHED_IN[language], "en_US") if each in lists.supported_languages), None)
    found = lists(subdiv=part or None, years=year, language=wanted)
    # A day that stands in for one of the next year belongs to the year in which it lies, and stands in its list.
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


@lru_cache(maxsize=64)
def _parts_of(country: str) -> Mapping[str, str]:
    """Return the parts of a country: its own code for each, and the name (the first of its aliases)."""
    lists = lists_of(country)
    names = {code: code for code in lists.subdivisions if _PART.fullmatch(code)}
    for alias, code in reversed(lists.subdivisions_aliases.items()):
        if code in names:
            names[code] = alias
    return MappingProxyType(names)


@lru_cache(maxsize=8)
def _region_choices(language: str) -> tuple[Region, ...]:
    codes = [*countries(), *(f"{country}-{part}" for country in _IN_PARTS for part in _parts_of(country))]
    return tuple(sorted((Region(code, region_name(code, language)) for code in codes), key=lambda one: one.name))
