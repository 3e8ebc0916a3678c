"""Verbs on sales records: staff make and change them, and deal with the corrections asked for (D2, W11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.access import require
from liaison.accounts.actions import create_account
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.delegation import access
from liaison.delegation.actions.linking import ask_former_contact
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import ContactLink, Correction, SalesRecord
from liaison.delegation.reaching import lock_customer
from liaison.delegation.vocabulary import DelegationCode, RecordCode
from liaison.lib.addresses import AddressError, clean_address, same_mailbox
from liaison.lib.refusals import CommonCode, Conflict, FieldProblem, Forbidden, Invalid
from liaison.lib.text import nfc, one_line
from liaison.notifications.actions import announce_to_anybody
from liaison.notifications.registry import Subject

LONGEST_ADDRESS: Final = 500
LONGEST_CORRECTION: Final = 2000
CORRECTION_DONE: Final = "correction_done"
"""The kind of subject of the mail about it: the correction's key; `is_changed`: whether the record was since."""
MOST_WAITING: Final = 5
"""Corrections of one record that may wait at a time."""
_FAR_TOO_LONG: Final = 20_000
_LONGEST: Final = {"company": 200, "contact_name": 150, "contact_phone": 40}


@dataclass(frozen=True, slots=True)
class RecordValues:
    """What sales know of a customer. `address` has several lines; everything but the company may be empty."""

    company: str
    address: str = ""
    contact_name: str = ""
    contact_address: str = ""
    contact_phone: str = ""


@transaction.atomic
def create_customer(
    *, actor: Actor, name: str, slug: str, language: str, time_zone: str, values: RecordValues, now: datetime
) -> Account:
    """Create an account of the kind *customer* with its sales record; links go to its contact at once.

    Raises Forbidden, Invalid for bad fields of either.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS)
    values = _checked(values)
    customer = create_account(
        actor=actor, kind=AccountKind.CUSTOMER, name=name, slug=slug, language=language, time_zone=time_zone, now=now
    )
    SalesRecord.objects.filter(customer=customer).update(
        **asdict(values), link_address=values.contact_address, changed_at=now
    )
    index_customers([customer.pk])
    return customer


@transaction.atomic
def change_sales_record(*, actor: Actor, customer: Account, values: RecordValues, now: datetime) -> SalesRecord:
    """Change what sales know of a customer. After a change of the contact's address links wait (W11).

    Links that were sent to the address before no longer count, and its holder is asked whether they may go to the new
    one. Raises Forbidden, Invalid, and Conflict where the account is no customer.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    if customer.kind != AccountKind.CUSTOMER:
        raise Conflict(DelegationCode.NOT_A_CUSTOMER)
    wanted = asdict(_checked(values))
    customer = lock_customer(customer)
    current = SalesRecord.objects.get(customer=customer)
    changed = [name for name, value in wanted.items() if getattr(current, name) != value]
    if not changed:
        return current
    former, moved = current.link_address, not same_mailbox(current.contact_address, wanted["contact_address"])
    for name in changed:
        setattr(current, name, wanted[name])
    current.link_address = "" if moved else current.link_address and current.contact_address
    current.changed_at = now
    current.save()
    index_customers([customer.pk])
    _note_change(actor, current, changed, now)
    if moved:
        ContactLink.objects.filter(customer=customer, used_at=None, void_at=None).update(void_at=now)
        if current.contact_address:
            ask_former_contact(actor=actor.audit_ref, customer=customer, former=former, now=now)
    return current


@transaction.atomic
def confirm_new_address(*, actor: Actor, customer: Account, now: datetime) -> SalesRecord:
    """Let links go to the record's new address, by staff's word (W11). Raises Forbidden, Conflict if none waits."""
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    customer = lock_customer(customer)
    current = SalesRecord.objects.get(customer=customer)
    if not address_waits(current):
        raise Conflict(RecordCode.NOTHING_WAITS)
    current.link_address = current.contact_address
    current.save(update_fields=["link_address"])
    _note_change(actor, current, ["link_address"], now)
    return current


@transaction.atomic
def ask_correction(*, actor: Identity, customer: Account, text: str, now: datetime) -> Correction:
    """Say what is wrong in a customer's sales record; staff deal with it (D2).

    By whoever works for the customer. Raises Forbidden, Invalid, and Conflict where several wait already.
    """
    if not access.sees_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    access.customer_for(actor, customer.slug)
    text = _text("text", text, LONGEST_CORRECTION, needed=True)
    customer = lock_customer(customer)
    current = SalesRecord.objects.get(customer=customer)
    if current.corrections.filter(done_at=None).count() >= MOST_WAITING:
        raise Conflict(RecordCode.TOO_MANY_WAIT)
    correction = Correction.objects.create(record=current, text=text, asked_by=actor, asked_at=now)
    record(
        Happened.CORRECTION_ASKED,
        actor=actor.audit_ref,
        subject=current.subject_ref,
        account_id=customer.pk,
        facts={"correction": correction.public_id},
        now=now,
    )
    return correction


@transaction.atomic
def finish_correction(*, actor: Identity, correction: Correction, now: datetime) -> Correction:
    """Say that a correction was dealt with, whether the record was changed or not; whoever asked is told.

    Raises Forbidden, and Conflict where it was dealt with before.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, correction.record.customer)
    customer = lock_customer(correction.record.customer)
    current = Correction.objects.select_related("record").get(pk=correction.pk)
    if current.done_at is not None:
        raise Conflict(RecordCode.DONE_ALREADY)
    current.done_at, current.done_by = now, actor
    current.save(update_fields=["done_at", "done_by"])
    record(
        Happened.CORRECTION_DONE,
        actor=actor.audit_ref,
        subject=current.record.subject_ref,
        account_id=customer.pk,
        facts={"correction": current.public_id},
        now=now,
    )
    facts = {"is_changed": current.record.changed_at > current.asked_at}
    announce_to_anybody((Topic.ACCOUNT_MAIL,), Subject(CORRECTION_DONE, str(current.pk), customer.pk, facts), now=now)
    return current


def address_waits(kept: SalesRecord) -> bool:
    """Say whether links wait until staff or the former contact confirmed the contact's address (W11)."""
    return bool(kept.contact_address) and not kept.link_address


def _note_change(actor: Actor, kept: SalesRecord, fields: list[str], now: datetime) -> None:
    """Record which fields changed, never what stands in them: those are names and addresses of people."""
    record(
        Happened.SALES_RECORD_CHANGED,
        actor=actor.audit_ref,
        subject=kept.subject_ref,
        account_id=kept.customer_id,
        facts={"fields": fields},
        now=now,
    )


def _checked(values: RecordValues) -> RecordValues:
    """Return the values as they are kept. Raises Invalid with everything that is wrong."""
    problems: list[FieldProblem] = []
    kept = {name: one_line(getattr(values, name)) for name in _LONGEST}
    problems += [
        FieldProblem(name, RecordCode.TOO_LONG, {"most": most})
        for name, most in _LONGEST.items()
        if len(kept[name]) > most
    ]
    if not kept["company"]:
        problems.append(FieldProblem("company", RecordCode.NEEDED))
    try:
        kept["contact_address"] = clean_address(values.contact_address) if values.contact_address.strip() else ""
    except AddressError as error:
        problems.append(FieldProblem("contact_address", error.code))
    try:
        kept["address"] = _text("address", values.address, LONGEST_ADDRESS)
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(tuple(problems))
    return RecordValues(**kept)


def _text(field: str, typed: str, most: int, *, needed: bool = False) -> str:
    """Return a text of several lines as it is kept, each line without what nobody sees. Raises Invalid."""
    if len(typed) > _FAR_TOO_LONG:
        raise Invalid((FieldProblem(field, RecordCode.TOO_LONG, {"most": most}),))
    lines = [one_line(line) for line in nfc(typed).splitlines()]
    kept = "\n".join(lines).strip()
    if needed and not kept:
        raise Invalid((FieldProblem(field, RecordCode.NEEDED),))
    if len(kept) > most:
        raise Invalid((FieldProblem(field, RecordCode.TOO_LONG, {"most": most}),))
    return kept
