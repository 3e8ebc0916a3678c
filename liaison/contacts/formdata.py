"""From the form to typed values, with every problem at once, and back (C2). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import lazystr

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.codes import ContactCode
from liaison.contacts.completeness import Asked, missing_fields
from liaison.contacts.formshape import FormData, Row, blank_entry, blank_form, blank_shared
from liaison.contacts.labels import KindNames
from liaison.contacts.values import (
    ENTRY_FIELDS,
    BrandChoice,
    EntryValue,
    RecordValues,
    SharedValue,
    UserChoice,
)
from liaison.lib.addresses import (
    AddressError,
    AddressProblem,
    LineError,
    LineProblem,
    clean_address,
    clean_line,
    mailbox_key,
)
from liaison.lib.hours import MINUTES_A_DAY, HoursRow, parse_clock, parse_span
from liaison.lib.languages import is_language
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import is_zone

LONGEST_NAME: Final = 150

_ADDRESS_CODES: Final[Mapping[AddressProblem, ContactCode]] = {
    AddressProblem.EMPTY: ContactCode.WHO_NEEDED,
    AddressProblem.CONTROL_CHARACTER: ContactCode.ADDRESS_CONTROL_CHARACTER,
    AddressProblem.SEVERAL_AT_SIGNS: ContactCode.ADDRESS_SEVERAL_AT_SIGNS,
    AddressProblem.TOO_LONG: ContactCode.ADDRESS_TOO_LONG,
    AddressProblem.NON_ASCII_LOCAL_PART: ContactCode.ADDRESS_NON_ASCII,
    AddressProblem.INVALID: ContactCode.ADDRESS_INVALID,
}
_LINE_CODES: Final[Mapping[LineProblem, ContactCode]] = {
    LineProblem.CONTROL_CHARACTER: ContactCode.NAME_CONTROL_CHARACTER,
    LineProblem.TOO_LONG: ContactCode.NAME_TOO_LONG,
}


@dataclass(frozen=True)
class FormContext:
    """What the form of one account is checked against. `filled` are the fields that the record holds now."""

    asked: Asked
    users: tuple[UserChoice, ...]
    brands: tuple[BrandChoice, ...]
    filled: frozenset[ContactField] = frozenset()

    def user(self, public_id: str) -> UserChoice | None:
        return next((user for user in self.users if user.public_id == public_id), None)

    def brand(self, public_id: str) -> BrandChoice | None:
        """Return the brand; an empty id means the default one."""
        if not public_id:
            return next((brand for brand in self.brands if brand.is_default), None)
        return next((brand for brand in self.brands if brand.public_id == public_id), None)


def read_values(form: FormData, context: FormContext) -> RecordValues:
    """Return what a tidy form says, or raise Invalid with every problem, the missing fields among them.

    Rows without any word in them are left out.
    """
    reader = _Reader(context)
    entries = {
        kind: reader.entries(kind, form[kind.value])
        for kind in ENTRY_FIELDS
        if reader.is_offered(kind, form[kind.value])
    }
    values = RecordValues(
        entries,
        reader.shared(form[ContactField.SHARED.value]),
        reader.hours(form[ContactField.HOURS.value]),
    )
    reader.demand(values)
    if reader.problems:
        raise Invalid(tuple(reader.problems))
    return values


def filled_fields(values: RecordValues, brands: tuple[BrandChoice, ...]) -> frozenset[ContactField]:
    """Return the fields with at least one entry; the shared contact counts for the default brand only."""
    default = next((brand.pk for brand in brands if brand.is_default), None)
    filled = {kind for kind, entries in values.entries.items() if entries}
    if any(shared.brand_id == default for shared in values.shared):
        filled.add(ContactField.SHARED)
    return frozenset(filled | ({ContactField.HOURS} if values.hours else set()))


def form_of(values: RecordValues, context: FormContext) -> FormData:
    """Return the form that says what the record says."""
    form = blank_form()
    public_ids = {user.pk: user.public_id for user in context.users}
    for kind, entries in values.entries.items():
        form[kind.value] = [_entry_row(entry, public_ids) for entry in entries]
    brands = {brand.pk: brand.public_id for brand in context.brands}
    form[ContactField.SHARED.value] = [
        blank_shared(brands.get(shared.brand_id or 0, "")) | {"address": shared.address} for shared in values.shared
    ]
    form[ContactField.HOURS.value] = [_hours_row(row) for row in values.hours]
    return form


@dataclass
class _Reader:
    """Reads the rows and keeps what is wrong with them."""

    context: FormContext
    problems: list[FieldProblem] = field(default_factory=list)

    def is_offered(self, kind: ContactField, rows: list[Row]) -> bool:
        offered = self.context.asked.is_offered(kind)
        if not offered and any(not _is_blank(row) for row in rows):
            self.refuse(kind.value, ContactCode.NOT_OFFERED)
        return offered

    def entries(self, kind: ContactField, rows: list[Row]) -> tuple[EntryValue, ...]:
        found: list[EntryValue] = []
        taken: set[str] = set()
        for index, row in enumerate(rows):
            if _is_blank(row):
                continue
            path = f"{kind}.{index}"
            entry, mailbox = self.entry(kind, path, row)
            if entry is None:
                continue
            keys = {entry.key, mailbox}
            if keys & taken:
                place = "identity" if entry.identity_id else "address"
                self.refuse(f"{path}.{place}", ContactCode.SAME_PERSON_TWICE)
            taken |= keys
            found.append(entry)
        return tuple(found)

    def entry(self, kind: ContactField, path: str, row: Row) -> tuple[EntryValue | None, str]:
        """Return the entry and the key of the mailbox it leads to: both tell who stands twice."""
        user, address = None, ""
        if row["identity"] and row["address"].strip():
            self.refuse(f"{path}.identity", ContactCode.USER_OR_ADDRESS)
        elif row["identity"]:
            user = self.user(f"{path}.identity", row["identity"])
        elif kind is ContactField.ALERT:
            self.refuse(f"{path}.identity", ContactCode.USERS_ONLY)
        else:
            address = self.address(f"{path}.address", row["address"])
        name = self.line(f"{path}.name", row["name"])
        if row["language"] and not is_language(row["language"]):
            self.refuse(f"{path}.language", ContactCode.UNKNOWN_LANGUAGE)
        if row["time_zone"] and not is_zone(row["time_zone"]):
            self.refuse(f"{path}.time_zone", ContactCode.UNKNOWN_ZONE)
        if user is None and not address:
            return None, ""
        entry = EntryValue(
            identity_id=user.pk if user else None,
            address=address,
            name="" if user else name,
            language=row["language"],
            time_zone=row["time_zone"],
            is_shared_alias=row["is_shared_alias"] and user is None,
            pages_somebody=row["pages_somebody"] and user is None,
        )
        return entry, f"address:{mailbox_key(user.mailbox if user else address)}"

    def user(self, path: str, public_id: str) -> UserChoice | None:
        user = self.context.user(public_id)
        if user is None:
            self.refuse(path, ContactCode.UNKNOWN_USER)
        elif not user.is_active:
            self.refuse(path, ContactCode.SUSPENDED_USER, name=user.name)
        elif not user.mailbox:
            self.refuse(path, ContactCode.USER_WITHOUT_MAILBOX, name=user.name)
        return user

    def shared(self, rows: list[Row]) -> tuple[SharedValue, ...]:
        found: dict[int | None, SharedValue] = {}
        for index, row in enumerate(rows):
            path = f"{ContactField.SHARED}.{index}"
            if not row["address"].strip():
                continue
            brand = self.context.brand(row["brand"])
            if row["brand"] and brand is None:
                self.refuse(f"{path}.brand", ContactCode.UNKNOWN_BRAND)
                continue
            brand_id = brand.pk if brand else None
            if brand_id in found:
                self.refuse(f"{path}.address", ContactCode.BRAND_TWICE)
            found[brand_id] = SharedValue(brand_id, self.address(f"{path}.address", row["address"]))
        return tuple(shared for shared in found.values() if shared.address)

    def hours(self, rows: list[Row]) -> tuple[HoursRow, ...]:
        found: list[HoursRow] = []
        for index, row in enumerate(rows):
            if not (row["days"] or row["start"].strip() or row["end"].strip()):
                continue
            path = f"{ContactField.HOURS}.{index}"
            made = self.hours_row(path, row)
            if made in found:
                self.refuse(path, ContactCode.SAME_HOURS_TWICE)
            elif made is not None:
                found.append(made)
        return tuple(found)

    def hours_row(self, path: str, row: Row) -> HoursRow | None:
        before = len(self.problems)
        if not row["days"]:
            self.refuse(f"{path}.days", ContactCode.DAYS_NEEDED)
        start = self.clock(f"{path}.start", row["start"])
        self.clock(f"{path}.end", row["end"])
        if start == MINUTES_A_DAY:
            self.refuse(f"{path}.start", ContactCode.STARTS_AT_MIDNIGHT)
        if not is_zone(row["time_zone"]):
            self.refuse(f"{path}.time_zone", ContactCode.UNKNOWN_ZONE)
        if len(self.problems) > before:
            return None
        return HoursRow(frozenset(row["days"]), *parse_span(row["start"], row["end"]), row["time_zone"])

    def clock(self, path: str, text: str) -> int:
        try:
            return parse_clock(text)
        except ValueError:
            self.refuse(path, ContactCode.CLOCK_UNUSABLE)
            return 0

    def address(self, path: str, text: str) -> str:
        try:
            return clean_address(text)
        except AddressError as error:
            self.refuse(path, _ADDRESS_CODES[error.code])
            return ""

    def line(self, path: str, text: str) -> str:
        try:
            return clean_line(text, LONGEST_NAME)
        except LineError as error:
            self.refuse(path, _LINE_CODES[error.code], most=LONGEST_NAME)
            return ""

    def demand(self, values: RecordValues) -> None:
        """Name what is missing, unless another problem of the field explains why it is not there."""
        troubled = {problem.field.partition(".")[0] for problem in self.problems}
        filled = filled_fields(values, self.context.brands)
        for kind in missing_fields(self.context.asked.requirements, filled):
            if kind.value in troubled:
                continue
            code = ContactCode.STILL_REQUIRED if kind in self.context.filled else ContactCode.REQUIRED
            kinds = self.context.asked.required_by[kind]
            self.refuse(kind.value, code, kinds=list(kinds), names=lazystr(KindNames(kinds)))

    def refuse(self, path: str, code: StrEnum, **facts: Any) -> None:
        self.problems.append(FieldProblem(path, code, facts))


def _is_blank(row: Row) -> bool:
    return not (row["identity"] or row["address"].strip() or row["name"].strip())


def _entry_row(entry: EntryValue, public_ids: Mapping[int, str]) -> Row:
    return blank_entry() | {
        "identity": public_ids.get(entry.identity_id or 0, ""),
        "address": entry.address,
        "name": entry.name,
        "language": entry.language,
        "time_zone": entry.time_zone,
        "is_shared_alias": entry.is_shared_alias,
        "pages_somebody": entry.pages_somebody,
    }


def _hours_row(row: HoursRow) -> Row:
    return {
        "days": sorted(row.days),
        "start": _clock(row.start_minute),
        "end": _clock(row.end_minute if row.end_minute <= MINUTES_A_DAY else row.end_minute - MINUTES_A_DAY),
        "time_zone": row.zone,
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
