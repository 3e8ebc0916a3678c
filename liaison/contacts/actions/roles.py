"""What happens to contact roles when a person leaves (C6)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import queries
from liaison.contacts.actions.reminders import announce_reminder
from liaison.contacts.changes import changes_between
from liaison.contacts.codes import ContactCode
from liaison.contacts.keeping import lock_record, renumber
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.state import state_of
from liaison.lib.refusals import Conflict, Refusal


def leave_contact_roles(identity: Identity, actor: ActorRef, now: datetime) -> None:
    """Take a leaving person out of every contact role at once, and remind of what is missing now.

    Registered with `accounts.departures`: suspension and deletion call it in their own transaction.
    """
    with transaction.atomic():
        account = identity.account
        if account.kind != AccountKind.PARTNER:
            return
        if not ContactEntry.objects.filter(identity=identity).exists():
            return
        current = lock_record(account)
        before = queries.values_of(current)
        entries = ContactEntry.objects.filter(record=current, identity=identity)
        fields = [ContactField(field) for field in entries.values_list("field", flat=True)]
        entries.delete()
        for field in fields:
            renumber(current, field)
        _stamp(current, actor, now)
        record(
            Happened.CONTACT_ROLE_LEFT,
            actor=actor,
            subject=SubjectRef("contact_record", str(current.pk)),
            account_id=account.pk,
            changes=changes_between(before, queries.values_of(current)),
            facts={"identity": identity.pk, "version": current.version},
            now=now,
        )
        missing = state_of(account.pk).missing
        if missing:
            announce_reminder(account, missing, now)


def object_to_departure(identity: Identity) -> Refusal | None:
    """Refuse to delete the only alert contact, and name the place to change it (C6).

    Inside a transaction the record is locked, so that of two last alert contacts one stays.
    """
    records = ContactRecord.objects.filter(account=identity.account)
    if connection.in_atomic_block:
        records = records.select_for_update()
    current = records.first()
    if current is None:
        return None
    alert = list(current.entries.filter(field=ContactField.ALERT).values_list("identity_id", flat=True))
    if alert != [identity.pk]:
        return None
    return Conflict(ContactCode.ONLY_ALERT_CONTACT, name=identity.name, place="contact_information")


def _stamp(current: ContactRecord, actor: ActorRef, now: datetime) -> None:
    by_person = actor.kind == ActorKind.IDENTITY
    current.version += 1
    current.changed_at, current.changed_by_id = now, int(actor.id) if by_person else None
    current.save(update_fields=["version", "changed_at", "changed_by"])
