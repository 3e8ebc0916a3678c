"""Holidays from calendar files that nobody vouches for."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.calendars.actions.holidays import NamedDay
from liaison.calendars.codes import HolidayCode
from liaison.calendars.ical import LARGEST, read_holidays
from liaison.lib.refusals import Invalid


def file_of(*entries: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{entry}\r\nEND:VEVENT\r\n" for entry in entries)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t\r\n{body}END:VCALENDAR\r\n".encode()


def entry(day: str = "20261207", *lines: str, name: str = "Sant’Ambrogio", uid: str = "a") -> str:
    return "\r\n".join(
        (f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART;VALUE=DATE:{day}", f"SUMMARY:{name}", *lines)
    )


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_holidays(data, 2026, 2027)
    (problem,) = refused.value.problems
    return problem.code


def test_whole_days_are_read_with_their_names() -> None:
    found = read_holidays(
        file_of(entry(), entry("20261224", "DTEND;VALUE=DATE:20261226", uid="b", name="Natale")), 2026, 2027
    )
    assert found == (
        NamedDay(date(2026, 12, 7), "Sant’Ambrogio"),
        NamedDay(date(2026, 12, 24), "Natale"),
        NamedDay(date(2026, 12, 25), "Natale"),
    )


def test_what_repeats_every_year_is_read_for_each_year_asked_for() -> None:
    found = read_holidays(file_of(entry("20011207", "RRULE:FREQ=YEARLY")), 2026, 2028)
    assert [one.day for one in found] == [date(2026, 12, 7), date(2027, 12, 7), date(2028, 12, 7)]
    thanksgiving = entry("20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH")
    assert [one.day for one in read_holidays(file_of(thanksgiving), 2026, 2027)] == [
        date(2026, 11, 26),
        date(2027, 11, 25),
    ]


def test_an_exception_and_a_moved_repetition_count() -> None:
    master = entry("20251207", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20261207")
    moved = entry("20271206", "RECURRENCE-ID;VALUE=DATE:20271207")
    assert [one.day for one in read_holidays(file_of(master, moved), 2026, 2027)] == [date(2027, 12, 6)]


def test_a_meeting_at_an_hour_is_no_holiday() -> None:
    meeting = "UID:m\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261207T090000Z\r\nSUMMARY:Meeting"
    assert refusal(file_of(meeting)) == HolidayCode.FILE_EMPTY
    assert len(read_holidays(file_of(meeting, entry(uid="b")), 2026, 2027)) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=YEARLY;INTERVAL=0;COUNT=999999999",
        "FREQ=YEARLY;INTERVAL=-1",
        "FREQ=YEARLY;COUNT=0",
        "FREQ=YEARLY;BYHOUR=1,2,3",
        "FREQ=YEARLY;BYYEARDAY=1,2,3",
        "FREQ=YEARLY;BYMONTHDAY=" + ",".join(map(str, range(1, 32))),
    ],
)
def test_repetitions_that_no_holiday_has_are_refused(rule: str) -> None:
    assert refusal(file_of(entry("20260101", f"RRULE:{rule}"))) == HolidayCode.FILE_REPEATS


def test_other_ways_of_repeating_are_refused() -> None:
    assert refusal(file_of(entry("20260101", "RDATE;VALUE=DATE:20260102,20260103"))) == HolidayCode.FILE_REPEATS
    twice = entry("20260101", "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY;BYMONTH=2")
    assert refusal(file_of(twice)) == HolidayCode.FILE_REPEATS
    assert refusal(file_of(entry("00010101", "RRULE:FREQ=YEARLY"))) == HolidayCode.FILE_REPEATS


def test_too_much_is_refused() -> None:
    assert refusal(b"X" * (LARGEST + 1)) == HolidayCode.FILE_TOO_LARGE
    assert refusal(file_of(entry("20260101", "DTEND;VALUE=DATE:20270101"))) == HolidayCode.FILE_LONG_EVENT
    assert refusal(file_of(entry("20260110", "DTEND;VALUE=DATE:20260101"))) == HolidayCode.FILE_LONG_EVENT
    assert refusal(file_of(entry("20260101", "DURATION:P999D"))) == HolidayCode.FILE_LONG_EVENT
    many = [entry("20260101", uid=str(number)) for number in range(1_001)]
    assert refusal(file_of(*many)) == HolidayCode.FILE_TOO_MANY
    months = [
        entry(f"2026{month:02}01", f"DTEND;VALUE=DATE:2026{month:02}28", "RRULE:FREQ=YEARLY", uid=str(month))
        for month in range(1, 13)
    ]
    assert refusal(file_of(*months)) == HolidayCode.FILE_TOO_MANY


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\n" * 5_000,
        file_of("DTSTART;VALUE=DATE:20261399"),
        file_of("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=NEVER"),
        file_of("DTSTART;VALUE=DATE:20260101\r\nRRULE:nonsense"),
        file_of("DTSTART;VALUE=DATE:20260101\r\nDTSTART;VALUE=DATE:20260102"),
        file_of("DTSTART;TZID=Nowhere/Land:20260101T000000"),
        file_of("DTSTART;VALUE=DATE:20260101\r\nEXDATE:nonsense"),
        file_of("SUMMARY:no start"),
    ],
)
def test_nonsense_is_refused_with_a_reason_and_never_crashes(data: bytes) -> None:
    assert refusal(data).startswith("holiday_file_")


def test_hostile_names_become_one_short_line() -> None:
    (found,) = read_holidays(file_of(entry(name="a\\nb\x07" + "x" * 5_000)), 2026, 2027)
    assert "\n" not in found.name
    assert found.name.startswith("a b")
    assert len(found.name) <= 200


def test_the_worst_file_that_is_not_refused_outright_takes_seconds() -> None:
    never = [
        entry("19300101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9999999", uid=str(number))
        for number in range(900)
    ]
    began = time.monotonic()
    assert refusal(file_of(*never)) in {HolidayCode.FILE_TAKES_TOO_LONG, HolidayCode.FILE_EMPTY}
    assert time.monotonic() - began < 20


_LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "DTSTART;VALUE=DATE:20260101",
        "DTEND;VALUE=DATE:20260103", "RRULE:FREQ=YEARLY", "UID:1", "SUMMARY:x", "EXDATE;VALUE=DATE:20270101",
        "RECURRENCE-ID;VALUE=DATE:20270101", "DURATION:-P1D", "RRULE:FREQ=YEARLY;UNTIL=1", "BEGIN:VTIMEZONE", "X:",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES | st.text(max_size=20), max_size=15))
def test_any_heap_of_lines_is_read_or_refused(lines: list[str]) -> None:
    data = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode("utf-8", "surrogatepass")
    with suppress(Invalid):
        assert read_holidays(data, 2026, 2027)
