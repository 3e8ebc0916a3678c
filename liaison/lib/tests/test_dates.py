from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from liaison.lib.dates import (
    first_day_of_week,
    format_clock,
    format_clock_range,
    format_date,
    format_days,
    format_duration,
    format_hours_row,
    format_moment,
    format_number,
    format_short_date,
    week_days,
)
from liaison.lib.hours import HoursRow
from liaison.lib.languages import CODES

MOMENT = datetime(2026, 11, 5, 5, 5, tzinfo=UTC)
WEEKDAYS = frozenset(range(1, 6))


@pytest.mark.parametrize(
    ("language", "moment", "long", "short", "number"),
    [
        ("en", "5 Nov 2026, 14:05, Seoul", "5 Nov 2026", "5 Nov 2026", "12,345.6"),
        ("ko", "2026년 11월 5일 (목) 오후 2:05, 서울", "2026년 11월 5일 (목)", "2026. 11. 5.", "12,345.6"),
        ("zh-hans", "2026年11月5日 14:05，首尔", "2026年11月5日", "2026-11-05", "12,345.6"),
        ("it", "5 novembre 2026, 14:05, Seul", "5 novembre 2026", "05/11/2026", "12.345,6"),
        (
            "pl",
            "5 listopada 2026, 14:05, Seul",
            "5 listopada 2026",
            "05.11.2026",
            "12\N{NO-BREAK SPACE}345,6",
        ),
    ],
)
def test_the_rows_of_the_terms_are_written_exactly(
    language: str,
    moment: str,
    long: str,
    short: str,
    number: str,
) -> None:
    """L1: dates, short date and numbers of the style notes; the zone is always named."""
    assert format_moment(MOMENT, language, "Asia/Seoul") == moment
    assert format_date(date(2026, 11, 5), language) == long
    assert format_short_date(date(2026, 11, 5), language) == short
    assert format_number(12345.6, language) == number
    assert format_number(Decimal("12345.6"), language) == number


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("en", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        (
            "it",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        ),
        (
            "pl",
            ("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
        ),
    ],
)
def test_every_month_has_its_name_in_the_case_a_date_needs(language: str, months: str) -> None:
    written = [format_date(date(2026, month, 5), language) for month in range(1, 13)]
    assert written == [f"5 {name} 2026" for name in months.split()]


def test_korean_names_every_weekday_by_its_syllable() -> None:
    assert "".join(format_date(date(2026, 11, day), "ko")[-2] for day in range(2, 9)) == "월화수목금토일"


def test_a_moment_is_shown_on_the_readers_day() -> None:
    late = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
    assert format_moment(late, "en", "Asia/Seoul") == "6 Nov 2026, 08:30, Seoul"
    assert format_moment(late, "en", "America/New_York") == "5 Nov 2026, 18:30, New York"
    assert format_moment(late, "en", "UTC") == "5 Nov 2026, 23:30, UTC"


def test_dst_a_moment_follows_the_clocks_of_its_zone() -> None:
    before, after = datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert format_moment(before, "it", "Europe/Rome") == "29 marzo 2026, 1:59, Roma"
    assert format_moment(after, "it", "Europe/Rome") == "29 marzo 2026, 3:00, Roma"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must carry a zone"):
        format_moment(datetime.fromisoformat("2026-11-05T14:05"), "en", "UTC")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["00:00", "09:00", "12:00", "14:05", "24:00"]),
        ("ko", ["오전 12:00", "오전 9:00", "오후 12:00", "오후 2:05", "자정"]),
        ("zh-hans", ["00:00", "09:00", "12:00", "14:05", "24:00"]),
        ("it", ["0:00", "9:00", "12:00", "14:05", "24:00"]),
        ("pl", ["0:00", "9:00", "12:00", "14:05", "24:00"]),
    ],
)
def test_midnight_and_noon_are_told_apart_on_every_clock(language: str, expected: list[str]) -> None:
    assert [format_clock(minute, language) for minute in (0, 540, 720, 845, 1440)] == expected
    assert format_clock(time(14, 5, 59), language) == expected[3]


@pytest.mark.parametrize("minute", [-1, 1441])
def test_a_minute_outside_the_day_is_refused(minute: int) -> None:
    with pytest.raises(ValueError, match="Not a minute"):
        format_clock(minute, "en")


@pytest.mark.parametrize(
    ("language", "day", "night", "to_midnight"),
    [
        ("en", "09:00–18:00", "22:00–06:00 (next day)", "09:00–24:00"),
        ("ko", "오전 9:00~오후 6:00", "오후 10:00~다음 날 오전 6:00", "오전 9:00~자정"),
        ("zh-hans", "09:00–18:00", "22:00–次日 06:00", "09:00–24:00"),
        ("it", "9:00–18:00", "22:00–6:00 del giorno dopo", "9:00–24:00"),
        ("pl", "9:00–18:00", "22:00–6:00 następnego dnia", "9:00–24:00"),
    ],
)
def test_a_range_says_when_it_ends_on_the_next_day(language: str, day: str, night: str, to_midnight: str) -> None:
    assert format_clock_range(540, 1080, language) == day
    assert format_clock_range(1320, 1800, language) == night
    assert format_clock_range(540, 1440, language) == to_midnight


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Mon–Fri", "Sat, Sun", "Mon, Wed, Fri", "Wed, Sat–Mon", "Every day", "Sun"]),
        ("ko", ["월~금", "토, 일", "월, 수, 금", "수, 토~월", "매일", "일"]),
        ("zh-hans", ["周一至周五", "周六、周日", "周一、周三、周五", "周三、周六至周一", "每天", "周日"]),
        ("it", ["lun–ven", "sab, dom", "lun, mer, ven", "mer, sab–lun", "Tutti i giorni", "dom"]),
        ("pl", ["pon.–pt.", "sob., niedz.", "pon., śr., pt.", "śr., sob.–pon.", "Codziennie", "niedz."]),
    ],
)
def test_days_in_a_row_become_a_range(language: str, expected: list[str]) -> None:
    sets = [{1, 2, 3, 4, 5}, {6, 7}, {1, 3, 5}, {3, 6, 7, 1}, set(range(1, 8)), {7}]
    assert [format_days(days, language) for days in sets] == expected


def test_the_week_starts_where_the_reader_expects_it() -> None:
    assert [first_day_of_week(code) for code in CODES] == [1, 7, 1, 1, 1]
    assert format_days({7, 2}, "ko") == "일, 화"
    assert format_days({7, 2}, "en") == "Tue, Sun"
    assert [day for day, _ in week_days("ko")] == [7, 1, 2, 3, 4, 5, 6]
    assert week_days("pl")[0] == (1, "pon.")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Mon–Fri 09:00–18:00, Seoul"),
        ("ko", "월~금 오전 9:00~오후 6:00, 서울"),
        ("zh-hans", "周一至周五 09:00–18:00，首尔"),
        ("it", "lun–ven 9:00–18:00, Seul"),
        ("pl", "pon.–pt. 9:00–18:00, Seul"),
    ],
)
def test_a_row_of_hours_names_its_zone(language: str, expected: str) -> None:
    """C2: a time zone per row."""
    assert format_hours_row(HoursRow(WEEKDAYS, 540, 1080, "Asia/Seoul"), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "30 seconds",
                "1 minute",
                "2 minutes",
                "5 hours",
                "22 hours",
                "1 hour 30 minutes",
                "2 days 2 hours",
            ],
        ),
        ("ko", ["30초", "1분", "2분", "5시간", "22시간", "1시간 30분", "2일 2시간"]),
        ("zh-hans", ["30 秒钟", "1 分钟", "2 分钟", "5 小时", "22 小时", "1 小时 30 分钟", "2 天 2 小时"]),
        (
            "it",
            [
                "30 secondi",
                "1 minuto",
                "2 minuti",
                "5 ore",
                "22 ore",
                "1 ora e 30 minuti",
                "2 giorni e 2 ore",
            ],
        ),
        (
            "pl",
            [
                "30 sekund",
                "1 minuta",
                "2 minuty",
                "5 godzin",
                "22 godziny",
                "1 godzina 30 minut",
                "2 dni 2 godziny",
            ],
        ),
    ],
)
def test_a_length_of_time_is_said_in_words_with_the_right_plural(language: str, expected: list[str]) -> None:
    """L1; Polish one, few and many: 1 minuta, 2 minuty, 5 godzin, 22 godziny."""
    lengths = [
        timedelta(seconds=30),
        timedelta(minutes=1, seconds=59),
        timedelta(minutes=2),
        timedelta(hours=5),
        timedelta(hours=22),
        timedelta(minutes=90),
        timedelta(days=2, hours=2, minutes=59),
    ]
    assert [format_duration(length, language) for length in lengths] == expected


def test_a_length_of_time_leaves_out_what_is_not_next_to_its_largest_unit() -> None:
    assert format_duration(timedelta(days=1, minutes=5), "en") == "1 day"
    assert format_duration(timedelta(), "en") == "0 seconds"
    assert format_duration(timedelta(days=400), "pl") == "400 dni"
    with pytest.raises(ValueError, match="negative"):
        format_duration(timedelta(seconds=-1), "en")


def test_a_pseudo_language_is_formatted_as_english() -> None:
    assert format_moment(MOMENT, "xx", "Asia/Seoul") == format_moment(MOMENT, "en", "Asia/Seoul")
