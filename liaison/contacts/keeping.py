"""Writing a record's rows. Only the verbs call this, inside their transaction, with the record locked."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.mailboxes import Evidence, set_state
from liaison.contacts.models import ContactEntry, ContactRecord, SupportHours
from liaison.contacts.values import EntryValue, RecordValues, SharedValue
from liaison.contacts.vocabulary import Verification
from liaison.lib.addresses import mailbox_key
from liaison.lib.hours import HoursRow


def lock_record(account: Account) -> ContactRecord:
    """Return the account's record, made where there is none, so that writers of it wait for one another.

    The account is held first, as everywhere: nobody is suspended while a form that names them is being kept.
    """
    lock_account(account)
    ContactRecord.objects.get_or_create(account=account)
    people = ContactRecord.objects.select_related("changed_by", "account")
    return people.select_for_update(of=("self",)).get(account=account)


def keep_values(record: ContactRecord, values: RecordValues, now: datetime) -> None:
    """Make the rows say what the values say. Entries that stay keep their row and their verification."""
    present = list(record.entries.all())
    for field, entries in values.entries.items():
        _keep_entries(record, field, [entry for entry in present if entry.field == field], entries)
    _keep_shared(record, [entry for entry in present if entry.field == ContactField.SHARED], values.shared, now)
    _keep_hours(record, values.hours)


def renumber(record: ContactRecord, field: ContactField) -> None:
    """Close the gaps that departed entries left in the order of a field."""
    for position, entry in enumerate(record.entries.filter(field=field).order_by("position")):
        if entry.position != position:
            entry.position = position
            entry.save(update_fields=["position"])


def _keep_entries(
    record: ContactRecord, field: ContactField, present: list[ContactEntry], wanted: tuple[EntryValue, ...]
) -> None:
    known = {_key(entry): entry for entry in present}
    for position, value in enumerate(wanted):
        row = known.pop(value.key, None) or ContactEntry(record=record, field=field)
        row.position = position
        row.identity_id, row.address = value.identity_id, value.address
        row.name, row.language, row.time_zone = value.name, value.language, value.time_zone
        row.is_shared_alias, row.pages_somebody = value.is_shared_alias, value.pages_somebody
        row.save()
    ContactEntry.objects.filter(pk__in=[entry.pk for entry in known.values()]).delete()


def _keep_shared(
    record: ContactRecord, present: list[ContactEntry], wanted: tuple[SharedValue, ...], now: datetime
) -> None:
    known = {entry.brand_id: entry for entry in present}
    for position, value in enumerate(wanted):
        row = known.pop(value.brand_id, None)
        if row is None:
            row = ContactEntry(record=record, field=ContactField.SHARED, brand_id=value.brand_id)
        if mailbox_key(row.address) != mailbox_key(value.address):
            set_state(row, Verification.UNVERIFIED, Evidence(), now)
            row.told_at = None
        row.position, row.address, row.is_shared_alias = position, value.address, True
        row.save()
    ContactEntry.objects.filter(pk__in=[entry.pk for entry in known.values()]).delete()


def _keep_hours(record: ContactRecord, wanted: tuple[HoursRow, ...]) -> None:
    record.hours.all().delete()
    SupportHours.objects.bulk_create(
        SupportHours(
            record=record,
            position=position,
            days=sorted(row.days),
            start_minute=row.start_minute,
            end_minute=row.end_minute,
            time_zone=row.zone,
        )
        for position, row in enumerate(wanted)
    )


def _key(entry: ContactEntry) -> str:
    return EntryValue(identity_id=entry.identity_id, address=entry.address).key
