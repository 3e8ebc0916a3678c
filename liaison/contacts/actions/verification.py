"""Verifying that a person or alias can be reached, declining, and "I no longer work there" (C7)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.functional import lazystr

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.contacts.access import require_edit
from liaison.contacts.actions.reachability import keep_event
from liaison.contacts.actions.telling import send_request
from liaison.contacts.codes import VerificationCode
from liaison.contacts.keeping import lock_record
from liaison.contacts.labels import Moment
from liaison.contacts.mailboxes import Evidence, apply_event, entries_at
from liaison.contacts.models import MOST_CODE_TRIES, ContactEntry, ContactRecord, ContactRequest
from liaison.contacts.requests import find_request, is_code_of, next_moment, open_requests
from liaison.contacts.vocabulary import (
    Purpose,
    UnreachableBecause,
    Verification,
    VerificationEvent,
    VerifiedBecause,
)
from liaison.lib.addresses import mailbox_key
from liaison.lib.refusals import Conflict, Missing, Refusal


def verify_contact(*, token: str, now: datetime) -> ContactRequest:
    """Verify every entry at the mailbox whose reader holds the link; twice is the same as once.

    Raises Conflict for a link that is unknown, replaced, too old, or about somebody who is not named any more.
    """
    return _by_link(Purpose.VERIFY, token, now)


def decline_contact(*, token: str, now: datetime) -> ContactRequest:
    """Let the reader of the mailbox be no contact: they are told nothing from now on. Raises as `verify_contact`."""
    return _by_link(Purpose.DECLINE, token, now)


def leave_contact(*, token: str, now: datetime) -> ContactRequest:
    """Take note that the person no longer works there, and tell the administrators. Raises as `verify_contact`."""
    return _by_link(Purpose.LEFT, token, now)


def verify_contact_by_code(*, address: str, code: str, now: datetime) -> None:
    """Verify every entry at the mailbox, in whatever account, whose last mail told this code.

    Raises Conflict, the same for a wrong code, an unknown address, and a code that was tried too often.
    """
    verified = 0
    mailbox = mailbox_key(address.replace("\x00", "").strip())
    asked = list(open_requests(now).filter(mailbox=mailbox, tries__lt=MOST_CODE_TRIES).order_by("pk"))
    # Each account that names the mailbox told it a code of its own: the right one of one is no wrong try at the others.
    for found in [one for one in asked if is_code_of(one, code)] or asked:
        actor = ActorRef(ActorKind.LINK, found.public_id)
        verified += _try_code(found, code, actor, now) is None
    if not verified:
        raise Conflict(VerificationCode.CODE_WRONG)


def enter_verification_code(*, actor: Actor, account: Account, address: str, code: str, now: datetime) -> None:
    """Verify the entries at the address by the code that its reader told the actor, on the phone for example.

    Raises Missing for an address that is not in the record, Conflict for a wrong code, for one that was tried five
    times, and where no code counts.
    """
    require_edit(actor, account)
    record_of = ContactRecord.objects.filter(account=account).first()
    mailbox = mailbox_key(address.strip())
    entries = entries_at(record_of, mailbox) if record_of else []
    if not entries:
        raise Missing
    if entries[0].verification == Verification.DECLINED:
        raise Conflict(VerificationCode.DECLINED)
    found = open_requests(now).filter(record=record_of, mailbox=mailbox).first()
    if found is None:
        raise Conflict(VerificationCode.NO_CODE)
    problem = _try_code(found, code, actor.audit_ref, now)
    if problem is not None:  # the try is counted and stays so
        raise problem


def send_verification(*, actor: Actor, account: Account, address: str, now: datetime) -> ContactRequest:
    """Mail the reader of the address again, also where it was unreachable; earlier links and codes are over.

    Raises Missing for an address that is not in the record, Conflict where it is verified or declined, within ten
    minutes of the last mail, and after five mails in a day.
    """
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        mailbox = mailbox_key(address.strip())
        entries = entries_at(current, mailbox)
        if not entries:
            raise Missing
        _refuse_to_send(current, entries, mailbox, now)
        asked_by = actor if isinstance(actor, Identity) else None
        return send_request(current, entries, actor=actor.audit_ref, asked_by=asked_by, now=now, is_by_hand=True)


def follow_mailbox(identity: Identity, now: datetime) -> None:
    """Let the entries of an identity stand by its new mailbox, which it has just proved. For `accounts.moves`.

    Whoever declined has not changed their mind by this.
    """
    entries = ContactEntry.objects.filter(identity=identity).exclude(verification=Verification.DECLINED)
    apply_event(entries, VerificationEvent.REPLACED, Evidence(), now)
    apply_event(entries.all(), VerificationEvent.PROVED, Evidence(VerifiedBecause.MAILBOX), now)


_EVENTS = {
    Purpose.VERIFY: (VerificationEvent.PROVED, Evidence(VerifiedBecause.LINK), Happened.CONTACT_VERIFIED),
    Purpose.DECLINE: (VerificationEvent.DECLINED, Evidence(), Happened.CONTACT_DECLINED),
    Purpose.LEFT: (VerificationEvent.LEFT, Evidence(UnreachableBecause.LEFT), Happened.CONTACT_HAS_LEFT),
}


def _by_link(purpose: Purpose, token: str, now: datetime) -> ContactRequest:
    with transaction.atomic():
        found = find_request(purpose, token, now)
        if found is None:
            raise Conflict(VerificationCode.LINK_OVER)
        current = lock_record(found.record.account)
        found = find_request(purpose, token, now)
        entries = entries_at(current, found.mailbox) if found else []
        if found is None or not entries:
            raise Conflict(VerificationCode.LINK_OVER)
        event, evidence, happened = _EVENTS[purpose]
        changed = apply_event(entries, event, evidence, now)
        if changed:
            keep_event(current, changed, happened, ActorRef(ActorKind.LINK, found.public_id), now, because=purpose)
    return found


def _try_code(found: ContactRequest, code: str, actor: ActorRef, now: datetime) -> Refusal | None:
    """Verify by the code, or count the try and return why not: what is counted must not be rolled back."""
    with transaction.atomic():
        current = lock_record(found.record.account)
        again = open_requests(now).filter(pk=found.pk).first()
        entries = entries_at(current, found.mailbox)
        if again is None or not entries:
            return Conflict(VerificationCode.NO_CODE)
        if again.tries >= MOST_CODE_TRIES:
            return Conflict(VerificationCode.TOO_MANY_TRIES, most=MOST_CODE_TRIES)
        if is_code_of(again, code):
            changed = apply_event(entries, VerificationEvent.PROVED, Evidence(VerifiedBecause.CODE), now)
            if changed:
                keep_event(current, changed, Happened.CONTACT_VERIFIED, actor, now, because=VerifiedBecause.CODE)
            return None
        again.tries += 1
        again.save(update_fields=["tries"])
        _keep_wrong_try(current, again, actor, now)
        left = MOST_CODE_TRIES - again.tries
    if left:
        return Conflict(VerificationCode.CODE_WRONG)
    return Conflict(VerificationCode.TOO_MANY_TRIES, most=MOST_CODE_TRIES)


def _keep_wrong_try(current: ContactRecord, found: ContactRequest, actor: ActorRef, now: datetime) -> None:
    record(
        Happened.CONTACT_CODE_REFUSED,
        actor=actor,
        subject=SubjectRef("contact_record", str(current.pk)),
        account_id=current.account_id,
        facts={"request": found.public_id, "tries": found.tries},
        now=now,
    )


def _refuse_to_send(current: ContactRecord, entries: list[ContactEntry], mailbox: str, now: datetime) -> None:
    if entries[0].verification == Verification.DECLINED:
        raise Conflict(VerificationCode.DECLINED)
    if all(entry.verification == Verification.VERIFIED for entry in entries):
        raise Conflict(VerificationCode.VERIFIED)
    moment = next_moment(current, mailbox, now)
    if moment is not None:
        raise Conflict(VerificationCode.SENT_LATELY, at=moment, when=lazystr(Moment(moment)))
