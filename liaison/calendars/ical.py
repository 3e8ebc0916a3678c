"""Holidays from a calendar file (iCal, RFC 5545): whole days alone, from a file that nobody vouches for.

The budget comes before the work: size, number of entries, kinds of repetition, length, days, and time.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop.broken import vBroken

from liaison.calendars.actions.holidays import LONGEST_NOTE, NamedDay
from liaison.calendars.codes import HolidayCode
from liaison.lib.refusals import FieldProblem, Invalid

LARGEST: Final = 256 * 1024
MOST_EVENTS: Final = 1_000
MOST_DAYS: Final = 400
LONGEST_EVENT_DAYS: Final = 31
_LONGEST_WORK_SECONDS: Final = 5.0
# A holiday repeats once or a few times a year. Finer rules, and rules that pick among many, are work without an end.
_RULE_PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"})
_MOST_IN_A_PART: Final = 12
_READ: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "UID")


def read_holidays(data: bytes, first_year: int, last_year: int) -> tuple[NamedDay, ...]:
    """Return the whole days of a file in these years, both included, in order, each once.

    Raises Invalid with the reason for a file that is too large, cannot be read, or asks for too much.
    """
    if len(data) > LARGEST:
        raise _refused(HolidayCode.FILE_TOO_LARGE, most=LARGEST // 1024)
    events = _whole_days(_read(data))
    if len(events) > MOST_EVENTS:
        raise _refused(HolidayCode.FILE_TOO_MANY, most=MOST_EVENTS)
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    for event in events:
        _check_length(event)
        _check_rule(event, last)
    found = _expanded(events, first, last)
    if not found:
        raise _refused(HolidayCode.FILE_EMPTY, first=first_year, last=last_year)
    return tuple(NamedDay(day, found[day]) for day in sorted(found))


def _read(data: bytes) -> Calendar:
    try:
        found = Calendar.from_ical(data.decode("utf-8-sig"))
        events = [event for event in found.walk("VEVENT") if isinstance(event, Event)]
    except Exception as error:
        # A parser fed with nonsense may raise anything; whatever it is, the file is to blame and not we.
        raise _refused(HolidayCode.FILE_UNREADABLE) from error
    if found.name != "VCALENDAR" or not events or any(_is_broken(event) for event in events):
        raise _refused(HolidayCode.FILE_UNREADABLE)
    return found


def _is_broken(event: Event) -> bool:
    """Say whether a property that is read here does not say what its kind must say."""
    found = (event.get(name) for name in _READ)
    return any(isinstance(one, vBroken) for each in found for one in (each if isinstance(each, list) else [each]))


def _whole_days(calendar: Calendar) -> list[Event]:
    events = (event for event in calendar.walk("VEVENT") if isinstance(event, Event))
    return [event for event in events if _is_day(_value(event, "DTSTART"))]


def _check_length(event: Event) -> None:
    starts, ends = _value(event, "DTSTART"), _value(event, "DTEND")
    duration = _value(event, "DURATION")
    length = ends - starts if _is_day(ends) else duration if isinstance(duration, timedelta) else timedelta(days=1)
    if not timedelta() <= length <= timedelta(days=LONGEST_EVENT_DAYS):
        raise _refused(HolidayCode.FILE_LONG_EVENT, most=LONGEST_EVENT_DAYS)


def _check_rule(event: Event, last: date) -> None:
    """Refuse rules that are work without an end, and let the others end with the time asked for."""
    rules = event.get("RRULE")
    if rules is None and "EXRULE" not in event and "RDATE" not in event:
        return
    if isinstance(rules, list) or "EXRULE" in event or "RDATE" in event:
        raise _refused(HolidayCode.FILE_REPEATS)
    parts = {str(name).upper(): values for name, values in rules.items()}
    sizes = [len(values) if isinstance(values, list) else 1 for values in parts.values()]
    starts = _value(event, "DTSTART")
    if (
        [str(one).upper() for one in parts.get("FREQ", ())] != ["YEARLY"]
        or not set(parts) <= _RULE_PARTS
        or max(sizes) > _MOST_IN_A_PART
        or not _counts_up(parts)
        or starts.year < last.year - 200
    ):
        raise _refused(HolidayCode.FILE_REPEATS)
    if "COUNT" not in parts and "UNTIL" not in parts:
        rules["UNTIL"] = [last]


def _counts_up(parts: Mapping[str, Any]) -> bool:
    """Say whether each repetition is later than the one before: an interval of nothing never comes to an end."""
    values = (value for name in ("INTERVAL", "COUNT") for value in _listed(parts.get(name, 1)))
    return all(isinstance(value, int) and value > 0 for value in values)


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _expanded(events: Iterable[Event], first: date, last: date) -> dict[date, str]:
    """Return the days with what they are called; of two entries of one day the first of the file counts."""
    groups: dict[str, list[Event]] = defaultdict(list)
    for number, event in enumerate(events):
        # What changes one repetition of an entry carries the same UID; an entry without one stands alone.
        groups[str(event.get("UID") or number)].append(event)
    found: dict[date, str] = {}
    deadline = time.monotonic() + _LONGEST_WORK_SECONDS
    for group in groups.values():
        for event in _occurrences(group, first, last):
            for day in _days_of(event):
                if first <= day <= last:
                    found.setdefault(day, _name_of(event))
        if len(found) > MOST_DAYS:
            raise _refused(HolidayCode.FILE_TOO_MANY, most=MOST_DAYS)
        if time.monotonic() > deadline:
            raise _refused(HolidayCode.FILE_TAKES_TOO_LONG)
    return found


def _occurrences(group: list[Event], first: date, last: date) -> list[Event]:
    calendar = Calendar()
    for event in group:
        calendar.add_component(event)
    try:
        return list(recurring_ical_events.of(calendar).between(first, last + timedelta(days=1)))
    except Exception as error:
        # As above: what the file says does not fit together.
        raise _refused(HolidayCode.FILE_UNREADABLE) from error


def _days_of(event: Event) -> Iterable[date]:
    starts, ends = _value(event, "DTSTART"), _value(event, "DTEND")
    if not _is_day(starts):
        return ()
    count = (ends - starts).days if _is_day(ends) else 1
    return (starts + timedelta(days=number) for number in range(min(max(count, 1), LONGEST_EVENT_DAYS)))


def _name_of(event: Event) -> str:
    words = " ".join(str(event.get("SUMMARY") or "").split())
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST_NOTE].strip()


def _value(event: Event, name: str) -> Any:
    """Return a date, a moment or a duration of the entry; None for anything else."""
    found = event.get(name)
    return None if isinstance(found, list) else getattr(found, "dt", None)


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _refused(code: HolidayCode, **facts: int) -> Invalid:
    return Invalid((FieldProblem("file", code, facts),))
