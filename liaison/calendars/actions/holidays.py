"""Correcting the published public holidays, by hand and from a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.calendars.access import require_manage
from liaison.calendars.actions.telling import note
from liaison.calendars.codes import HolidayCode
from liaison.calendars.models import DayKind, HolidayOverride
from liaison.calendars.queries import closed_days, is_region
from liaison.calendars.regions import FIRST_YEAR, LAST_YEAR
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.hours import MINUTES_A_DAY
from liaison.lib.refusals import FieldProblem, Invalid, Missing

LONGEST_NOTE: Final = 200


@dataclass(frozen=True)
class NamedDay:
    """A holiday of a file: the day and what the file calls it."""

    day: date
    name: str


def correct_holiday(
    *,
    actor: Actor,
    region: str,
    day: date,
    kind: DayKind,
    end_minute: int | None = None,
    note_text: str = "",
    now: datetime,
) -> HolidayOverride:
    """Say what a day is in a region, whatever the published list says; the last word counts. Raises Invalid."""
    with transaction.atomic():
        require_manage(actor)
        cleaned = _checked(region, day, kind, end_minute, note_text)
        found = HolidayOverride.objects.select_for_update().filter(region=region, day=day).first()
        before = None if found is None else _as_json(found)
        row = found or HolidayOverride(region=region, day=day)
        row.kind, row.note = kind, cleaned
        row.end_minute = end_minute
        row.changed_at, row.changed_by = now, _person(actor)
        row.save()
        changes = {"day": [before, _as_json(row)]}
        note(Happened.HOLIDAY_CORRECTED, "holiday", row.pk, actor=actor, changes=changes, now=now)
    return row


def remove_holiday_correction(*, actor: Actor, correction: HolidayOverride, now: datetime) -> None:
    """Let the published list count again."""
    with transaction.atomic():
        require_manage(actor)
        current = HolidayOverride.objects.select_for_update().filter(pk=correction.pk).first()
        if current is None:
            raise Missing
        facts = _as_json(current)
        note(Happened.HOLIDAY_CORRECTION_REMOVED, "holiday", current.pk, actor=actor, facts=facts, now=now)
        current.delete()


def import_holidays(*, actor: Actor, region: str, days: Sequence[NamedDay], now: datetime) -> int:
    """Make holidays of these days of a region; return how many were none before. Raises Invalid."""
    with transaction.atomic():
        require_manage(actor)
        for one in days:
            _checked(region, one.day, DayKind.CLOSED, None, one.name)
        new = new_holidays(region, days)
        for one in new:
            HolidayOverride.objects.update_or_create(
                region=region,
                day=one.day,
                defaults={
                    "kind": DayKind.CLOSED,
                    "end_minute": None,
                    "note": clean_line(one.name, LONGEST_NOTE),
                    "changed_at": now,
                    "changed_by": _person(actor),
                },
            )
        if new:
            facts = {"region": region, "days": [one.day.isoformat() for one in new]}
            note(Happened.HOLIDAYS_IMPORTED, "holiday_region", 0, actor=actor, facts=facts, now=now)
    return len(new)


def new_holidays(region: str, days: Sequence[NamedDay]) -> list[NamedDay]:
    """Return those of the days that are no holidays of the region yet, each once, in order."""
    if not days:
        return []
    first = {one.day: one for one in sorted(days, key=lambda one: one.day, reverse=True)}
    known = closed_days(region, min(first), max(first))
    return [first[day] for day in sorted(first) if day not in known]


def _checked(region: str, day: date, kind: DayKind, end_minute: int | None, note_text: str) -> str:
    problems = []
    if not is_region(region):
        problems.append(FieldProblem("region", HolidayCode.UNKNOWN_REGION))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        problems.append(FieldProblem("day", HolidayCode.DATE_OUT_OF_RANGE, years))
    if kind == DayKind.HALF_DAY and (end_minute is None or not 1 <= end_minute < MINUTES_A_DAY):
        problems.append(FieldProblem("end", HolidayCode.END_NEEDED))
    elif kind != DayKind.HALF_DAY and end_minute is not None:
        # Whoever names an end means a half day: a day that is closed all day instead would surprise everybody.
        problems.append(FieldProblem("end", HolidayCode.END_WITHOUT_HALF_DAY))
    cleaned = ""
    try:
        cleaned = clean_line(note_text, LONGEST_NOTE)
    except LineError:
        problems.append(FieldProblem("note", HolidayCode.NOTE_UNUSABLE, {"most": LONGEST_NOTE}))
    if problems:
        raise Invalid(tuple(problems))
    return cleaned


def _person(actor: Actor) -> Identity | None:
    return actor if isinstance(actor, Identity) else None


def _as_json(row: HolidayOverride) -> dict[str, object]:
    return {
        "region": row.region,
        "day": row.day.isoformat(),
        "kind": str(row.kind),
        "end_minute": row.end_minute,
        "note": row.note,
    }
