"""Whether mail reaches the people of a record: what comes back, what is refused, and what is mended (C7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import System
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.actions.reminders import announce_reminder
from liaison.contacts.keeping import lock_record
from liaison.contacts.mailboxes import Evidence, apply_event, entries_at
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.state import state_of
from liaison.contacts.vocabulary import UnreachableBecause, VerificationEvent, VerifiedBecause
from liaison.lib.addresses import mailbox_key

_ENGINE = System("deliveries").audit_ref


def mark_unreachable(
    *,
    account_id: int,
    address: str,
    because: UnreachableBecause | str,
    code: str = "",
    detail: str = "",
    message: str = "",
    now: datetime,
) -> int:
    """Mark the account's entries at this mailbox unreachable; tell its administrators at once if that is news.

    `code` and `detail` are the other server's own, `message` names what came back. Returns how many entries changed:
    none for an address that is not in the record, that is known to be unreachable, or whose reader declined.
    """
    change = _Change(
        VerificationEvent.RETURNED,
        Evidence(str(because) or UnreachableBecause.BOUNCED, code, detail),
        Happened.CONTACT_UNREACHABLE,
        {"because": str(because), "code": code[:16], "message": message},
    )
    return _mark(account_id, address, change, now=now)


def mark_reached(
    *,
    account_id: int,
    address: str,
    because: VerifiedBecause | str = VerifiedBecause.TEST,
    actor: ActorRef | None = None,
    now: datetime,
) -> int:
    """Mark the account's entries at this mailbox verified: somebody who reads it has answered.

    Returns how many entries changed.
    """
    evidence, facts = Evidence(str(because)), {"because": str(because)}
    change = _Change(VerificationEvent.PROVED, evidence, Happened.CONTACT_VERIFIED, facts, actor or _ENGINE)
    return _mark(account_id, address, change, now=now)


def keep_event(
    current: ContactRecord,
    entries: list[ContactEntry],
    happened: Happened,
    actor: ActorRef,
    now: datetime,
    **facts: str,
) -> None:
    """Keep in history what happened to the entries, and tell the administrators where somebody is lost.

    Called in the transaction of the change. History names entries by their fields and ids, never by an address.
    """
    first = entries[0]
    record(
        happened,
        actor=actor,
        subject=SubjectRef("contact_record", str(current.pk)),
        account_id=current.account_id,
        facts={
            "entries": [entry.pk for entry in entries],
            "fields": list(dict.fromkeys(entry.field for entry in entries)),
            "identity": first.identity_id,
            **{name: value for name, value in facts.items() if value},
        },
        now=now,
    )
    if happened in _LOST:
        announce_reminder(current.account, state_of(current.account_id).missing, now)


_LOST = frozenset({Happened.CONTACT_UNREACHABLE, Happened.CONTACT_DECLINED, Happened.CONTACT_HAS_LEFT})


@dataclass(frozen=True)
class _Change:
    """What happens to the entries at a mailbox, and how history calls it."""

    event: VerificationEvent
    evidence: Evidence
    happened: Happened
    facts: Mapping[str, str]
    actor: ActorRef = _ENGINE


def _mark(account_id: int, address: str, change: _Change, *, now: datetime) -> int:
    with transaction.atomic():
        account = Account.objects.filter(pk=account_id, kind=AccountKind.PARTNER).first()
        known = ContactRecord.objects.filter(account_id=account_id).first()
        if account is None or known is None or not entries_at(known, mailbox_key(address)):
            return 0
        current = lock_record(account)
        changed = apply_event(entries_at(current, mailbox_key(address)), change.event, change.evidence, now)
        if changed:
            keep_event(current, changed, change.happened, change.actor, now, **change.facts)
    return len(changed)
