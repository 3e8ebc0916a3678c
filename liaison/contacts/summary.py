"""The record in words: for readers, for history, and to show an editor what somebody else has saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formdata import FormContext
from liaison.contacts.formshape import FormData, Row
from liaison.contacts.formstanding import Known
from liaison.contacts.standing import Standing
from liaison.lib.dates import format_hours_row
from liaison.lib.hours import HoursRow, parse_span
from liaison.lib.languages import language_for
from liaison.lib.zones import city_name, is_zone


@dataclass(frozen=True)
class Line:
    """One entry in words: who, where, and what else is said about it."""

    text: str
    address: str = ""
    notes: tuple[str, ...] = ()
    standing: Standing | None = None


def form_lines(
    field: ContactField, form: FormData, context: FormContext, known: Known | None = None
) -> tuple[Line, ...]:
    """Return the rows of a form in words, blank ones left out; with what is `known` of each person."""
    known = known or Known()
    users = {user.public_id: user for user in context.users}
    lines = []
    for row in form[field.value]:
        if field is ContactField.HOURS:
            lines.append(Line(_hours_words(row["days"], row["start"], row["end"], row["time_zone"])))
        elif field is ContactField.SHARED:
            brand = context.brand(row["brand"])
            # A brand without an address of its own has a row in the form and none in the record: it says nothing.
            if row["address"].strip():
                standing = known.standing(field, row, context)
                lines.append(Line(brand.name if brand else "", row["address"], standing=standing))
        else:
            user = users.get(row["identity"])
            name = user.name if user else row["name"]
            notes = _notes(row, is_user=user is not None)
            address = user.mailbox if user else row["address"]
            lines.append(Line(name, address, notes, known.standing(field, row, context)))
    return tuple(line for line in lines if line.text.strip() or line.address.strip())


def fact_lines(
    field: ContactField, said: list[dict[str, Any]], users: Mapping[int, str], brands: Mapping[int, str]
) -> tuple[Line, ...]:
    """Return what history keeps of a field in words. Who is gone is named as such: history holds ids only."""
    return tuple(_fact_line(field, fact, users, brands) for fact in said)


def _fact_line(field: ContactField, fact: dict[str, Any], users: Mapping[int, str], brands: Mapping[int, str]) -> Line:
    if field is ContactField.HOURS:
        row = HoursRow(frozenset(fact["days"]), fact["start_minute"], fact["end_minute"], fact["time_zone"])
        return Line(format_hours_row(row, get_language() or "en"))
    if field is ContactField.SHARED:
        return Line(brands.get(fact["brand"], _("A former brand")), fact["address"])
    if "identity" in fact:
        return Line(users.get(fact["identity"], _("A former user")), notes=_notes(fact, is_user=True))
    return Line("", fact["address"], _notes(fact, is_user=False))


def _notes(row: Row, *, is_user: bool) -> tuple[str, ...]:
    language, zone = row.get("language") or "", row.get("time_zone") or ""
    notes = [_("User of this account")] if is_user else []
    if row.get("pages_somebody"):
        notes.append(_("Pages somebody"))
    if row.get("is_shared_alias"):
        notes.append(_("Shared by several people"))
    if language:
        notes.append(language_for(language).native_name)
    if zone:
        notes.append(city_name(zone, get_language() or "en") if is_zone(zone) else zone)
    return tuple(notes)


def _hours_words(days: list[int], start: str, end: str, zone: str) -> str:
    """Return a row in words, or as it was typed while it is not right yet."""
    try:
        row = HoursRow(frozenset(days), *parse_span(start, end), zone)
    except ValueError:
        return " ".join(part for part in (start, end, zone if start or end else "") if part)
    return format_hours_row(row, get_language() or "en")
