from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from liaison.calendars.models import DayKind, HolidayOverride
from liaison.calendars.published import countries
from liaison.calendars.queries import closed_days, half_days, is_region, region_name, regions
from liaison.calendars.regions import published_holidays

NEW_YEAR, NEW_YEARS_EVE = date(2026, 1, 1), date(2026, 12, 31)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def correct(region: str, day: date, kind: DayKind, end_minute: int | None = None) -> HolidayOverride:
    return HolidayOverride.objects.create(region=region, day=day, kind=kind, end_minute=end_minute, changed_at=NOW)


@pytest.mark.django_db
def test_the_public_holidays_of_a_region_are_closed_days() -> None:
    assert date(2026, 12, 25) in closed_days("IT", NEW_YEAR, NEW_YEARS_EVE)
    assert date(2026, 2, 17) in closed_days("KR", NEW_YEAR, NEW_YEARS_EVE)
    assert date(2026, 11, 11) in closed_days("PL", NEW_YEAR, NEW_YEARS_EVE)
    assert date(2026, 10, 1) in closed_days("CN", NEW_YEAR, NEW_YEARS_EVE)


@pytest.mark.django_db
def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    assert closed_days("US-CA", date(2026, 3, 31), date(2026, 3, 31)) == {date(2026, 3, 31)}
    assert closed_days("US", date(2026, 3, 31), date(2026, 3, 31)) == set()


@pytest.mark.django_db
def test_both_ends_of_the_time_asked_for_count_across_a_year() -> None:
    assert closed_days("IT", date(2026, 12, 26), date(2027, 1, 1)) == {date(2026, 12, 26), date(2027, 1, 1)}
    assert closed_days("US", date(2027, 12, 31), date(2027, 12, 31)) == {date(2027, 12, 31)}


@pytest.mark.django_db
@pytest.mark.parametrize("region", ["", "XX", "it", "US-ZZ", "US-", "-", "\x00", "IT-Andria, Barletta, Trani"])
def test_no_region_and_an_unknown_one_have_no_holidays(region: str) -> None:
    assert not is_region(region)
    assert closed_days(region.replace("\x00", ""), NEW_YEAR, NEW_YEARS_EVE) == set()


@pytest.mark.django_db
def test_administrators_add_and_take_away_days() -> None:
    correct("IT", date(2026, 12, 7), DayKind.CLOSED)
    correct("IT", date(2026, 12, 8), DayKind.WORKING)
    found = closed_days("IT", date(2026, 12, 1), date(2026, 12, 10))
    assert found == {date(2026, 12, 7)}
    assert closed_days("PL", date(2026, 12, 1), date(2026, 12, 10)) == set()


@pytest.mark.django_db
def test_a_half_day_is_no_closed_day_even_where_the_list_says_so() -> None:
    correct("PL", date(2026, 12, 24), DayKind.HALF_DAY, 780)
    assert closed_days("PL", date(2026, 12, 24), date(2026, 12, 24)) == set()
    assert half_days("PL", NEW_YEAR, NEW_YEARS_EVE) == {date(2026, 12, 24): 780}


@pytest.mark.django_db
def test_what_is_corrected_of_a_country_counts_in_its_parts_unless_they_have_their_own_word() -> None:
    correct("DE", date(2026, 12, 24), DayKind.CLOSED)
    correct("DE", date(2026, 12, 31), DayKind.CLOSED)
    correct("DE-BY", date(2026, 12, 31), DayKind.WORKING)
    assert closed_days("DE-BY", date(2026, 12, 24), date(2026, 12, 24)) == {date(2026, 12, 24)}
    assert closed_days("DE-BY", date(2026, 12, 31), date(2026, 12, 31)) == set()
    assert closed_days("DE-BE", date(2026, 12, 31), date(2026, 12, 31)) == {date(2026, 12, 31)}


@pytest.mark.django_db
def test_the_database_refuses_a_half_day_without_an_end_and_a_day_corrected_twice() -> None:
    for kind, minute in ((DayKind.HALF_DAY, None), (DayKind.CLOSED, 780), (DayKind.HALF_DAY, 1440)):
        with pytest.raises(IntegrityError, match="only_a_half_day"), transaction.atomic():
            correct("IT", NEW_YEAR, kind, minute)
    correct("IT", NEW_YEAR, DayKind.CLOSED)
    with pytest.raises(IntegrityError, match="corrected_once"), transaction.atomic():
        correct("IT", NEW_YEAR, DayKind.WORKING)


@pytest.mark.parametrize(("language", "korea"), [("en", "South Korea"), ("ko", "대한민국"), ("pl", "Korea Południowa")])
def test_regions_are_named_in_the_language_of_the_reader(language: str, korea: str) -> None:
    with override(language):
        assert {one.code: one.name for one in regions()}["KR"] == korea
        assert region_name("KR") == korea
        assert region_name("US-CA").endswith(" – California")


def test_holidays_are_named_in_the_language_of_the_reader_where_the_list_has_it() -> None:
    day = date(2026, 12, 25)
    assert published_holidays("KR", 2026, "ko")[day] == "기독탄신일"
    assert published_holidays("IT", 2026, "it")[day] == "Natale"
    assert published_holidays("IT", 2026, "pl")[day] == "Christmas Day"


def test_a_year_for_which_nothing_is_published_has_no_holidays() -> None:
    assert published_holidays("IT", 1800) == {}
    assert published_holidays("IT", 9999) == {}


def test_only_the_country_asked_for_is_loaded() -> None:
    """Each process has these lists in memory: 250 countries would cost every web and every delivery process."""
    code = (
        "import sys, datetime; from liaison.calendars.regions import published_days;"
        "published_days('IT', datetime.date(2026, 1, 1), datetime.date(2026, 12, 31));"
        "print(*(name for name in sys.modules if name.startswith('holidays.countries.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["holidays.countries.italy"]


def test_every_country_can_be_asked_and_gives_days_of_the_year_asked_for() -> None:
    assert len(countries()) > 200
    for country in countries():
        assert {day.year for day in published_holidays(country, 2027)} <= {2027}
