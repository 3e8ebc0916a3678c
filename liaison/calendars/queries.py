"""Reads of calendars that other rooms ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language

from liaison.calendars import regions as published
from liaison.calendars.models import DayKind, HolidayOverride
from liaison.calendars.regions import Region
from liaison.lib.languages import ENGLISH


def closed_days(region: str, first: date, last: date) -> frozenset[date]:
    """Return the days from `first` to `last`, both included, that are public holidays of the region.

    The published list, corrected by the administrators; a half day is none of them (`half_days`). Nothing for an
    empty or unknown region. One query where there is a region.
    """
    days = set(published.published_days(region, first, last))
    for day, correction in corrections(region, first, last).items():
        (days.add if correction.kind == DayKind.CLOSED else days.discard)(day)
    return frozenset(days)


def half_days(region: str, first: date, last: date) -> Mapping[date, int]:
    """Return the half days of the region from `first` to `last`, each with the minute of the day at which hours end."""
    found = corrections(region, first, last)
    return {day: one.end_minute for day, one in found.items() if one.end_minute is not None}


def corrections(region: str, first: date, last: date) -> dict[date, HolidayOverride]:
    """Return what the administrators corrected of the region and of its country; the region's own word counts."""
    codes = published.parents_of(region)
    if not codes:
        return {}
    rows = HolidayOverride.objects.filter(region__in=codes, day__gte=first, day__lte=last)
    return {row.day: row for row in sorted(rows, key=lambda row: codes.index(row.region))}


def regions() -> tuple[Region, ...]:
    """Return the regions to choose from, with their names in the active language, by name."""
    return published.region_choices(get_language() or ENGLISH.code)


def is_region(code: str) -> bool:
    """Say whether public holidays are known for the code."""
    return published.is_region(code)


def region_name(code: str) -> str:
    """Return the name of a region in the active language."""
    return published.region_name(code, get_language() or ENGLISH.code)
