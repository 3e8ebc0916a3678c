"""Reads of contact information that this room's verbs and the rooms above ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from liaison.accounts.models import Account
from liaison.accounts.queries import person_at_mailbox, suspended, users_of
from liaison.calendars.queries import closed_days, half_days
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.formdata import FormContext
from liaison.contacts.models import ContactEntry, ContactRecord, SupportHours
from liaison.contacts.state import RecordState
from liaison.contacts.values import (
    ENTRY_FIELDS,
    BrandChoice,
    EntryValue,
    RecordValues,
    SharedValue,
    UserChoice,
)
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Brand
from liaison.lib.addresses import mailbox_key
from liaison.lib.hours import HoursRow
from liaison.lib.prepared import Prepared
from liaison.notifications.deferral import LONGEST_WAIT, release
from liaison.notifications.endpoints import ways_by_owner
from liaison.notifications.facts import OpenHours, Pace, Person, Way, Withheld

_BLOCKED: Final = {Verification.DECLINED: Withheld.DECLINED, Verification.UNREACHABLE: Withheld.UNREACHABLE}
# Days on each side of the wait: hours may pass midnight, and zones are up to a day apart.
_AROUND: Final = timedelta(days=3)
_OF_THE_MAILBOX: Final = frozenset({Withheld.UNREACHABLE, Withheld.NO_ADDRESS})


def people_of_field(account: Account, field: ContactField) -> tuple[Person, ...]:
    """Return who stands in a field, in order, as the planner knows people, with their endpoints. Two queries.

    Language and zone are the entry's, else the identity's, else the account's. An identity has the key
    `identity:<id>`, an address `address:<address>`, so that who stands in two fields is one person.
    """
    people = [person_of(entry, account) for entry in _ENTRIES.rows(account.pk, field.value)]
    ways = ways_by_owner(account.pk, [one.key for one in people]) if people else {}
    return tuple(_with_endpoints(one, ways.get(one.key, ())) for one in people)


def entries_of(account: Account, fields: Iterable[ContactField]) -> QuerySet[ContactEntry]:
    """Return the entries of these fields, with their identities, in the order of the form."""
    entries = ContactEntry.objects.filter(record__account=account, field__in=list(fields))
    return entries.select_related("identity__domain__account").order_by("field", "position")


_ENTRIES: Final = Prepared(lambda account, field: entries_of(account, (field,)), int, str)


def is_contact(account_id: int, fields: Iterable[ContactField], key: str) -> bool:
    """Say whether the person with this planner's key stands in one of the fields now (invariant 2)."""
    kind, _, value = key.partition(":")
    entries = ContactEntry.objects.filter(record__account_id=account_id, field__in=list(fields))
    entries = entries.exclude(verification__in=(Verification.DECLINED, Verification.UNREACHABLE))
    if kind == "identity":
        return entries.filter(identity_id=int(value), identity__is_active=True).exists()
    return any(mailbox_key(address) == value for address in entries.values_list("address", flat=True))


def escalation_pace(account: Account) -> Pace:
    """Return how an escalation of the account goes on: its own choice, else the usual. One query."""
    record = ContactRecord.objects.filter(account=account).first() or ContactRecord(account=account)
    return Pace(timedelta(minutes=record.escalation_minutes), record.escalation_rounds)


def values_of(record: ContactRecord) -> RecordValues:
    """Return what the record says, in two queries; every entry field is present, also an empty one."""
    entries: dict[ContactField, list[EntryValue]] = {field: [] for field in ENTRY_FIELDS}
    shared: list[SharedValue] = []
    for entry in _entries(record):
        if entry.field == ContactField.SHARED:
            shared.append(SharedValue(entry.brand_id, entry.address))
        else:
            entries[ContactField(entry.field)].append(entry_value(entry))
    return RecordValues(
        {field: tuple(found) for field, found in entries.items()}, tuple(shared), hours_of(record.account_id)
    )


def entry_value(entry: ContactEntry) -> EntryValue:
    return EntryValue(
        identity_id=entry.identity_id,
        address=entry.address,
        name=entry.name,
        language=entry.language,
        time_zone=entry.time_zone,
        is_shared_alias=entry.is_shared_alias,
        pages_somebody=entry.pages_somebody,
    )


def hours_of(account_id: int) -> tuple[HoursRow, ...]:
    """Return the account's support hours, in their order."""
    rows = SupportHours.objects.filter(record__account_id=account_id).order_by("position")
    return tuple(HoursRow(frozenset(row.days), row.start_minute, row.end_minute, row.time_zone) for row in rows)


def open_hours(account: Account, now: datetime) -> OpenHours:
    """Return the account's support hours, which do not open on the public holidays of its region around `now`."""
    record = ContactRecord.objects.filter(account=account).first()
    return OpenHours(()) if record is None else _open_hours(record, now)


def waits_for(account: Account, now: datetime) -> OpenHours | None:
    """Return the hours in which the account wants to hear of what is not urgent; None where it wants it at once."""
    record = ContactRecord.objects.filter(account=account, waits_for_hours=True).first()
    return None if record is None else _open_hours(record, now)


def next_opening(account: Account, now: datetime) -> datetime | None:
    """Return when something that waits for the support hours would go; None where they are open, or there are none."""
    going = release(now, open_hours(account, now), ())
    return going.at if going.held else None


def _open_hours(record: ContactRecord, now: datetime) -> OpenHours:
    first, last = now.date() - _AROUND, now.date() + LONGEST_WAIT + _AROUND
    region = record.holiday_region
    return OpenHours(
        hours_of(record.account_id), closed_days(region, first, last), half_days=half_days(region, first, last)
    )


def form_context(account: Account, state: RecordState) -> FormContext:
    """Return what the account's form is checked against, in two queries."""
    users = users_of(account).values_list("pk", "public_id", "name", "username", "mailbox", "is_active")
    brands = Brand.objects.filter(account=account).order_by("-is_default", "name", "pk")
    return FormContext(
        asked=state.asked,
        users=tuple(UserChoice(*row) for row in users),
        brands=tuple(BrandChoice(brand.pk, brand.public_id, brand.name, brand.is_default) for brand in brands),
        filled=state.filled,
    )


def person_of(entry: ContactEntry, account: Account) -> Person:
    """Return who an entry is, without endpoints. The entry was read with its identity."""
    blocked = _BLOCKED.get(Verification(entry.verification))
    if entry.identity is not None:
        known = person_at_mailbox(entry.identity)
        return replace(
            known,
            language=entry.language or known.language,
            time_zone=entry.time_zone or known.time_zone,
            blocked=suspended(entry.identity) or blocked or known.blocked,
        )
    return Person(
        key=f"address:{mailbox_key(entry.address)}",
        name=entry.name,
        address=entry.address,
        language=entry.language or account.language,
        time_zone=entry.time_zone or account.time_zone,
        blocked=blocked,
    )


def _with_endpoints(found: Person, endpoints: tuple[Way, ...]) -> Person:
    """Return the person with their endpoints: what is wrong with a mailbox leaves them, what is wrong with one stays.

    Somebody without a mailbox, or whose mail comes back, is reached at the endpoints; who declined or is suspended
    is not.
    """
    if not endpoints:
        return found
    if found.blocked in _OF_THE_MAILBOX:
        return replace(found, address="", endpoints=endpoints, blocked=None)
    return replace(found, endpoints=endpoints)


def _entries(record: ContactRecord) -> Iterable[ContactEntry]:
    if record.pk is None:
        return ()
    return record.entries.order_by("field", "position")
