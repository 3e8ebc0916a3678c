from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.languages import CODES
from liaison.lib.zones import city_name, is_within_the_calendar, is_zone, resolve_local, zone_choices


def wall(*parts: int) -> datetime:
    """Return a time as a clock on a wall shows it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  # year to microsecond, without a zone


def test_it_knows_zones_and_nothing_else() -> None:
    assert is_zone("Asia/Seoul")
    assert is_zone("Asia/Calcutta")
    for name in ("", "Seoul", "asia/seoul", "../etc/passwd", "localtime", "Factory", "Asia/Seoul\n", "UTC+9"):
        assert not is_zone(name)


def test_the_choices_are_current_names_in_order_with_utc_first() -> None:
    choices = zone_choices()
    assert choices[0] == "UTC"
    assert list(choices[1:]) == sorted(choices[1:])
    assert {"Asia/Seoul", "Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= set(choices)
    assert not {"Asia/Calcutta", "Europe/Kiev", "EST", "Etc/GMT+5", "PRC"} & set(choices)
    assert all(is_zone(name) for name in choices)


@pytest.mark.parametrize(
    ("zone", "names"),
    [
        ("Asia/Seoul", ["Seoul", "서울", "首尔", "Seul", "Seul"]),
        ("Europe/Rome", ["Rome", "로마", "罗马", "Roma", "Rzym"]),
        ("Europe/Warsaw", ["Warsaw", "바르샤바", "华沙", "Varsavia", "Warszawa"]),
        ("America/New_York", ["New York", "뉴욕", "纽约", "New York", "Nowy Jork"]),
        ("UTC", ["UTC"] * 5),
        ("Etc/GMT+5", ["UTC-5"] * 5),
    ],
)
def test_a_city_is_named_in_the_readers_language(zone: str, names: list[str]) -> None:
    assert [city_name(zone, code) for code in CODES] == names


def test_cities_that_cldr_keeps_under_an_old_name_are_found_too() -> None:
    assert city_name("Asia/Kolkata", "ko") == city_name("Asia/Calcutta", "ko") == "콜카타"
    assert city_name("America/Argentina/Buenos_Aires", "zh-hans") == "布宜诺斯艾利斯"
    assert city_name("Europe/Kyiv", "pl") == "Kijów"
    assert city_name("Europe/Kyiv", "ko") == "키이우"


def test_every_choice_has_a_readable_city_in_every_language() -> None:
    for zone in zone_choices():
        for code in CODES:
            city = city_name(zone, code)
            assert city
            assert "/" not in city
            assert "_" not in city


def test_a_time_in_the_gap_becomes_the_first_instant_after_it_and_says_so() -> None:
    """The issue's example: 2026-03-29T02:30 in Rome does not exist."""
    found = resolve_local(wall(2026, 3, 29, 2, 30), "Europe/Rome")
    assert found.instant_utc == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert found.shifted
    assert not found.ambiguous
    assert found.taken_local == wall(2026, 3, 29, 3, 0)


@pytest.mark.parametrize("wanted", [wall(2026, 3, 29, 2, 0), wall(2026, 3, 29, 2, 59, 59, 999_999)])
def test_both_ends_of_the_gap_lead_to_the_same_instant(wanted: datetime) -> None:
    assert resolve_local(wanted, "Europe/Rome").instant_utc == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_taken_the_first_time_and_says_so() -> None:
    found = resolve_local(wall(2026, 10, 25, 2, 30).replace(fold=1), "Europe/Rome")
    assert found.instant_utc == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.ambiguous
    assert not found.shifted
    assert found.taken_local == wall(2026, 10, 25, 2, 30)


def test_an_ordinary_time_is_neither_shifted_nor_ambiguous() -> None:
    found = resolve_local(wall(2026, 11, 5, 14, 5), "Asia/Seoul")
    assert (found.instant_utc, found.shifted, found.ambiguous) == (
        datetime(2026, 11, 5, 5, 5, tzinfo=UTC),
        False,
        False,
    )


def test_a_whole_skipped_day_is_a_gap_too() -> None:
    found = resolve_local(wall(2011, 12, 30, 12, 0), "Pacific/Apia")
    assert found.shifted
    assert found.taken_local == wall(2011, 12, 31, 0, 0)


def test_it_refuses_a_time_that_has_a_zone_and_a_zone_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="must not carry"):
        resolve_local(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Rome")
    with pytest.raises(ValueError, match="Unknown time zone"):
        resolve_local(wall(2026, 1, 1), "Europe/Roma")


@given(
    naive=st.datetimes(min_value=wall(2000, 1, 1), max_value=wall(2035, 1, 1)),
    zone=st.sampled_from(
        ["Europe/Rome", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Seoul", "Pacific/Apia"]
    ),
)
def test_what_was_taken_is_what_the_clocks_show_at_that_instant(naive: datetime, zone: str) -> None:
    found = resolve_local(naive, zone)
    shown = found.instant_utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert shown == found.taken_local
    assert (found.taken_local > naive) == found.shifted
    assert found.taken_local >= naive


@pytest.mark.parametrize("moment", [wall(1, 1, 1), wall(1969, 12, 31), wall(9999, 12, 31, 23, 59)])
def test_a_time_that_not_every_zone_can_show_is_refused(moment: datetime) -> None:
    """Python knows the years 1 to 9999, and half of the zones would leave them."""
    assert not is_within_the_calendar(moment)
    with pytest.raises(ValueError, match="Not every zone"):
        resolve_local(moment, "Asia/Seoul")
    assert is_within_the_calendar(wall(2026, 1, 1))
    assert is_within_the_calendar(datetime(2026, 1, 1, tzinfo=UTC))
