"""What differs between two states of the record, as history keeps it: ids and values, no names. Pure."""

from __future__ import annotations

from typing import Any

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.values import EntryValue, RecordValues
from liaison.lib.hours import HoursRow

Said = list[dict[str, Any]]


def changes_between(before: RecordValues, after: RecordValues) -> dict[str, list[Said]]:
    """Return each changed field with `[before, after]`; a change of names alone shows as two equal sides."""
    changed: dict[str, list[Said]] = {}
    for field, entries in after.entries.items():
        was = before.entries.get(field, ())
        if was != entries:
            changed[field.value] = [_people(was), _people(entries)]
    if sorted(map(repr, before.shared)) != sorted(map(repr, after.shared)):
        changed[ContactField.SHARED.value] = [_shared(before), _shared(after)]
    if before.hours != after.hours:
        changed[ContactField.HOURS.value] = [_hours(before.hours), _hours(after.hours)]
    return changed


def _people(entries: tuple[EntryValue, ...]) -> Said:
    return [_person(entry) for entry in entries]


def _person(entry: EntryValue) -> dict[str, Any]:
    who: dict[str, Any] = {"identity": entry.identity_id} if entry.identity_id else {"address": entry.address}
    more = {
        "language": entry.language,
        "time_zone": entry.time_zone,
        "is_shared_alias": entry.is_shared_alias,
        "pages_somebody": entry.pages_somebody,
    }
    return who | {name: value for name, value in more.items() if value}


def _shared(values: RecordValues) -> Said:
    return [{"brand": shared.brand_id, "address": shared.address} for shared in values.shared]


def _hours(rows: tuple[HoursRow, ...]) -> Said:
    return [
        {
            "days": sorted(row.days),
            "start_minute": row.start_minute,
            "end_minute": row.end_minute,
            "time_zone": row.zone,
        }
        for row in rows
    ]
