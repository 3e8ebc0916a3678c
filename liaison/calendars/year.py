"""The days of a region and a year as their page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language

from liaison.calendars.models import DayKind, HolidayOverride
from liaison.calendars.queries import corrections
from liaison.calendars.regions import published_holidays
from liaison.calendars.wording import DAY_KINDS
from liaison.lib.dates import format_clock, format_short_date, week_days
from liaison.lib.languages import ENGLISH


@dataclass(frozen=True)
class DayRow:
    """One day: what the published list calls it, and what administrators say of it, if they do.

    `is_inherited`: the correction is that of the whole country, and is removed there.
    """

    day: date
    date: str
    weekday: str
    name: str
    kind: DayKind
    kind_words: Promise
    ends: str
    note: str
    correction: HolidayOverride | None
    is_inherited: bool


def year_of(region: str, year: int) -> list[DayRow]:
    """Return the days of a year that are published or corrected, in order. One query."""
    language = get_language() or ENGLISH.code
    published = published_holidays(region, year, language)
    corrected = corrections(region, date(year, 1, 1), date(year, 12, 31))
    days = sorted({*published, *corrected})
    return [_row(day, published.get(day, ""), corrected.get(day), region, language) for day in days]


def _row(day: date, name: str, correction: HolidayOverride | None, region: str, language: str) -> DayRow:
    kind = DayKind.CLOSED if correction is None else DayKind(correction.kind)
    ends = None if correction is None else correction.end_minute
    return DayRow(
        day=day,
        date=format_short_date(day, language),
        weekday=dict(week_days(language))[day.isoweekday()],
        name=name,
        kind=kind,
        kind_words=DAY_KINDS[kind],
        ends="" if ends is None else format_clock(ends, language),
        note="" if correction is None else correction.note,
        correction=correction,
        is_inherited=correction is not None and correction.region != region,
    )
