"""Completing, changing and confirming the record (C1, C2, C3, C6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import queries
from liaison.contacts.access import require_edit
from liaison.contacts.actions.telling import people_named, tell_named, tell_removed
from liaison.contacts.changes import changes_between
from liaison.contacts.codes import ContactCode
from liaison.contacts.formdata import read_values
from liaison.contacts.formshape import tidy
from liaison.contacts.keeping import keep_values, lock_record
from liaison.contacts.models import ContactDraft, ContactRecord
from liaison.contacts.refusing import changed_by_somebody, incomplete
from liaison.contacts.state import RecordState, state_of
from liaison.contacts.values import RecordValues
from liaison.integrations.actions import create_brand
from liaison.integrations.models import Brand, EnvironmentName
from liaison.lib.ids import new_public_id
from liaison.lib.refusals import FieldProblem, Invalid


def submit_contact_information(
    *,
    actor: Actor,
    account: Account,
    data: object,
    seen_version: int,
    now: datetime,
    environment: EnvironmentName = EnvironmentName.PRODUCTION,
    draft_revision: int = 0,
) -> ContactRecord:
    """Make the record say what the form says, if it is complete; the first time this opens the gate (C3).

    Raises Conflict when the record is no longer at `seen_version`, with who changed it and when, and Invalid
    with every problem, the missing fields among them. In the sandbox alert contacts cannot be changed (C2).
    The draft goes when it is the one the form was opened with (`draft_revision`) or the actor's own.
    """
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        if current.version != seen_version:
            raise changed_by_somebody(current)
        state = state_of(account.pk)
        before = queries.values_of(current)
        after = read_values(tidy(data), queries.form_context(account, state))
        _refuse_alert_contacts_in_sandbox(environment, before, after)
        after = _with_default_brand(actor, account, after, now)
        changes = changes_between(before, after)
        happened = _what_happened(current, state, changes)
        named = people_named(current)
        keep_values(current, after, now)
        _stamp(current, actor, now, happened)
        _drop_draft(actor, account, draft_revision)
        _record(happened, actor, current, changes, now)
        tell_removed(current, named, now)
        tell_named(current, actor=actor.audit_ref, asked_by=_identity(actor), now=now)
    return current


def confirm_contact_information(*, actor: Actor, account: Account, seen_version: int, now: datetime) -> ContactRecord:
    """Say that the record as it was seen still holds. Raises Conflict when it changed or is incomplete."""
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        if current.version != seen_version:
            raise changed_by_somebody(current)
        state = state_of(account.pk)
        if state.missing or current.changed_at is None:
            raise incomplete(state.missing)
        current.confirmed_at, current.confirmed_by = now, _identity(actor)
        current.save(update_fields=["confirmed_at", "confirmed_by"])
        _record(Happened.CONTACTS_CONFIRMED, actor, current, {}, now)
    return current


def _refuse_alert_contacts_in_sandbox(environment: EnvironmentName, before: RecordValues, after: RecordValues) -> None:
    if environment != EnvironmentName.SANDBOX:
        return
    if before.entries[ContactField.ALERT] != after.entries.get(ContactField.ALERT, ()):
        raise Invalid((FieldProblem(ContactField.ALERT.value, ContactCode.ONLY_IN_PRODUCTION),))


def _with_default_brand(actor: Actor, account: Account, values: RecordValues, now: datetime) -> RecordValues:
    """Make the first brand for an alias that has none yet: behind the gate there is no other way."""
    if all(shared.brand_id is not None for shared in values.shared):
        return values
    is_taken = Brand.objects.filter(slug=account.slug).exists()
    slug = f"{account.slug[:50]}-{new_public_id()[:6]}" if is_taken else account.slug
    brand = create_brand(actor=actor, account=account, name=account.name, slug=slug, now=now)
    shared = tuple(replace(each, brand_id=each.brand_id or brand.pk) for each in values.shared)
    return replace(values, shared=shared)


def _what_happened(current: ContactRecord, state: RecordState, changes: Mapping[str, Any]) -> Happened:
    if current.first_completed_at is None and state.kinds:
        return Happened.CONTACTS_COMPLETED
    return Happened.CONTACTS_CHANGED if changes else Happened.CONTACTS_CONFIRMED


def _stamp(current: ContactRecord, actor: Actor, now: datetime, happened: Happened) -> None:
    """Whoever submits the whole record also confirms it; only what changes it makes a new version."""
    who = _identity(actor)
    current.confirmed_at, current.confirmed_by = now, who
    if happened != Happened.CONTACTS_CONFIRMED:
        current.version += 1
        current.changed_at, current.changed_by = now, who
    if happened == Happened.CONTACTS_COMPLETED:
        current.first_completed_at, current.first_completed_by = now, who
    current.save()


def _drop_draft(actor: Actor, account: Account, revision: int) -> None:
    draft = ContactDraft.objects.filter(account=account).first()
    if draft is None:
        return
    is_own = draft.saved_by_id is not None and draft.saved_by == _identity(actor)
    if is_own or draft.revision == revision:
        draft.delete()


def _record(
    happened: Happened, actor: Actor, current: ContactRecord, changes: Mapping[str, Any], now: datetime
) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef("contact_record", str(current.pk)),
        account_id=current.account_id,
        changes=changes,
        facts={"version": current.version},
        now=now,
    )


def _identity(actor: Actor) -> Identity | None:
    return actor if isinstance(actor, Identity) else None
