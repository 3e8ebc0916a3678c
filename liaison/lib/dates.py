"""Dates, clocks, hours, durations and numbers as the readers of the five languages write them (L1).

CLDR (through Babel) speaks where it gives exactly the wanted form; its Korean writes "PM 2:05", its Italian
medium date abbreviates the month and its English September has four letters, so those are tables here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from babel.dates import format_date as cldr_date
from babel.dates import format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from liaison.lib.hours import MINUTES_A_DAY, HoursRow
from liaison.lib.languages import ITALIAN, KOREAN, POLISH, SIMPLIFIED_CHINESE, language_for
from liaison.lib.zones import city_name, zone_info

_SHORT_DATES: Final = {
    "en": "{day} {month_name} {year}",
    "ko": "{year}. {month}. {day}.",
    "zh-hans": "{year}-{month:02}-{day:02}",
    "it": "{day:02}/{month:02}/{year}",
    "pl": "{day:02}.{month:02}.{year}",
}
_ENGLISH_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KOREAN_WEEKDAYS: Final = "월화수목금토일"


@dataclass(frozen=True, slots=True)
class _DayWords:
    """How weekdays are listed; `names` begin with Monday, `first` is the ISO day a week begins with."""

    names: tuple[str, ...]
    every_day: str
    to: str
    comma: str
    first: int = 1


_DAYS: Final = {
    "en": _DayWords(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "Every day", "–", ", "),
    "ko": _DayWords(tuple(_KOREAN_WEEKDAYS), "매일", "~", ", ", first=7),
    "zh-hans": _DayWords(("周一", "周二", "周三", "周四", "周五", "周六", "周日"), "每天", "至", "、"),
    "it": _DayWords(("lun", "mar", "mer", "gio", "ven", "sab", "dom"), "Tutti i giorni", "–", ", "),
    "pl": _DayWords(("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."), "Codziennie", "–", ", "),
}
_NEXT_DAY: Final = {
    "en": "{start}–{end} (next day)",
    "ko": "{start}~다음 날 {end}",
    "zh-hans": "{start}–次日 {end}",
    "it": "{start}–{end} del giorno dopo",
    "pl": "{start}–{end} następnego dnia",
}
_AND_BETWEEN_UNITS: Final = {"it": " e "}
_ONE_OF_EACH: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def format_moment(moment: datetime, language: str, zone: str) -> str:
    """Return the moment (aware) in the reader's zone, always named: `5 Nov 2026, 14:05, Seoul`.

    Raises ValueError for a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment must carry a zone.")
    code = language_for(language).code
    local = moment.astimezone(zone_info(zone))
    between = " " if code in {KOREAN.code, SIMPLIFIED_CHINESE.code} else ", "
    words = f"{format_date(local.date(), code)}{between}{format_clock(local.time(), code)}"
    return _with_city(words, code, zone)


def format_date(day: date, language: str) -> str:
    """Return the long date: `5 Nov 2026`, `2026년 11월 5일 (목)`, `2026年11月5日`, `5 listopada 2026`."""
    found = language_for(language)
    if found is KOREAN:
        return f"{day.year}년 {day.month}월 {day.day}일 ({_KOREAN_WEEKDAYS[day.weekday()]})"
    if found in {SIMPLIFIED_CHINESE, ITALIAN, POLISH}:
        return cldr_date(day, "long", locale=found.cldr)
    return format_short_date(day, found.code)


def format_short_date(day: date, language: str) -> str:
    """Return the date for tables: `5 Nov 2026`, `2026. 11. 5.`, `2026-11-05`, `05/11/2026`, `05.11.2026`."""
    return _SHORT_DATES[language_for(language).code].format(
        year=day.year,
        month=day.month,
        month_name=_ENGLISH_MONTHS[day.month - 1],
        day=day.day,
    )


def format_clock(clock: int | time, language: str) -> str:
    """Return a time of day: `09:00`, `오전 9:00`, `9:00`; seconds are left out.

    `clock` is a time or the minutes since midnight, 0 to 1440; 1440 is `24:00`, in Korean 자정.
    Raises ValueError for other minutes.
    """
    minutes = clock.hour * 60 + clock.minute if isinstance(clock, time) else clock
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise ValueError(f"Not a minute of a day: {minutes}.")
    hour, minute = divmod(minutes, 60)
    code = language_for(language).code
    if code == KOREAN.code:
        if minutes == MINUTES_A_DAY:
            return "자정"
        return f"{'오전' if hour < 12 else '오후'} {hour % 12 or 12}:{minute:02}"  # noqa: PLR2004  # noon
    return f"{hour}:{minute:02}" if code in {ITALIAN.code, POLISH.code} else f"{hour:02}:{minute:02}"


def format_clock_range(start_minute: int, end_minute: int, language: str) -> str:
    """Return the hours of a row: `09:00–18:00`, `22:00–06:00 (next day)`; minutes as in `HoursRow`."""
    code = language_for(language).code
    start = format_clock(start_minute, code)
    if end_minute > MINUTES_A_DAY:
        return _NEXT_DAY[code].format(start=start, end=format_clock(end_minute - MINUTES_A_DAY, code))
    return f"{start}{'~' if code == KOREAN.code else '–'}{format_clock(end_minute, code)}"


def format_days(days: Iterable[int], language: str) -> str:
    """Return weekdays (ISO 1 to 7) from the day the reader's week begins: `Mon–Fri`, `일, 화`, `Codziennie`.

    Three days and more in a row become a range, also across the turn of the week: `Sat–Mon`.
    """
    words = _DAYS[language_for(language).code]
    chosen = frozenset(days)
    if len(chosen) == len(words.names):
        return words.every_day
    return words.comma.join(_run_words(run, words) for run in _runs(chosen, words.first))


def format_hours_row(row: HoursRow, language: str) -> str:
    """Return one row of weekly hours with its zone: `Mon–Fri 09:00–18:00, Seoul`."""
    code = language_for(language).code
    clocks = format_clock_range(row.start_minute, row.end_minute, code)
    return _with_city(f"{format_days(row.days, code)} {clocks}", code, row.zone)


def format_duration(duration: timedelta, language: str) -> str:
    """Return a length of time in its two largest neighbouring units: `1 hour 30 minutes`, `5 godzin`.

    Days, hours and minutes, rounded down; below one minute seconds. Raises ValueError if negative.
    """
    if duration < timedelta():
        raise ValueError("A length of time cannot be negative.")
    found = language_for(language)
    units = _ONE_OF_EACH[:3] if duration >= timedelta(minutes=1) else _ONE_OF_EACH[3:]
    counts: list[tuple[str, int]] = []
    for unit, one in units:
        count, duration = divmod(duration, one)
        counts.append((unit, count))
    first = next((index for index, (_, count) in enumerate(counts) if count), len(counts) - 1)
    parts = [(unit, count) for unit, count in counts[first : first + 2] if count] or counts[first:]
    between = _AND_BETWEEN_UNITS.get(found.code, " ")
    return between.join(_count_words(unit, count, found.code) for unit, count in parts)


def format_number(number: float | Decimal, language: str) -> str:
    """Return a number with grouped thousands and at most three decimals: `12,345.6`, `12.345,6`."""
    return format_decimal(number, locale=language_for(language).cldr)


def format_share(share: float, language: str) -> str:
    """Return a share (0 to 1) in percent with at most two decimals: `31%`, `0,42%`."""
    # The pattern of a language itself would round to whole percent; the separators are the language's.
    return str(format_percent(share, "#,##0.##%", locale=language_for(language).cldr))


def format_names(names: Iterable[str], language: str) -> str:
    """Return names as a reader lists them: `A, B and C`, `A、B和C`; nothing for none."""
    listed = [str(name) for name in names]
    return format_list(listed, locale=language_for(language).cldr) if listed else ""


def first_day_of_week(language: str) -> int:
    """Return the ISO day (1 Monday to 7 Sunday) with which a reader's week begins."""
    return _DAYS[language_for(language).code].first


def week_days(language: str) -> tuple[tuple[int, str], ...]:
    """Return the seven ISO days with their short names, in the order of the reader's week."""
    words = _DAYS[language_for(language).code]
    return tuple((day, words.names[day - 1]) for day in _week_from(words.first))


def _with_city(words: str, code: str, zone: str) -> str:
    comma = "，" if code == SIMPLIFIED_CHINESE.code else ", "
    return f"{words}{comma}{city_name(zone, code)}"


def _count_words(unit: str, count: int, code: str) -> str:
    one = dict(_ONE_OF_EACH)[unit]
    cldr = language_for(code).cldr
    words = format_timedelta(one * count, granularity=unit, threshold=10**9, locale=cldr)  # type: ignore[arg-type]  # a plain str that is one of the units
    if code == SIMPLIFIED_CHINESE.code:
        # The house writes a space between digits and Chinese, which CLDR leaves out here.
        return words.replace(str(count), f"{count} ", 1)
    return words


def _week_from(first: int) -> tuple[int, ...]:
    return tuple((first - 1 + step) % 7 + 1 for step in range(7))


def _runs(days: frozenset[int], first: int) -> list[list[int]]:
    """Split the days into runs of neighbours; a run over the turn of the week stays whole, at the end."""
    runs: list[list[int]] = []
    for day in _week_from(first):
        if day in days:
            if runs and runs[-1][-1] % 7 + 1 == day:
                runs[-1].append(day)
            else:
                runs.append([day])
    if len(runs) > 1 and runs[-1][-1] % 7 + 1 == runs[0][0]:
        runs[-1].extend(runs.pop(0))
    return runs


def _run_words(run: list[int], words: _DayWords) -> str:
    names = [words.names[day - 1] for day in run]
    return f"{names[0]}{words.to}{names[-1]}" if len(names) > 2 else words.comma.join(names)  # noqa: PLR2004  # two days are no range
