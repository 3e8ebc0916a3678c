"""Which entries of a record a mailbox reads, and how what happens to it is kept in their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.transitions import next_verification
from liaison.contacts.vocabulary import UnreachableBecause, Verification, VerificationEvent, VerifiedBecause
from liaison.lib.addresses import mailbox_key

KEPT = (
    "verification",
    "verified_at",
    "verified_because",
    "declined_at",
    "unreachable_at",
    "unreachable_because",
    "unreachable_code",
    "unreachable_detail",
)
"""The columns of an entry that say how it stands."""

LONGEST_DETAIL = 1000


@dataclass(frozen=True)
class Evidence:
    """What speaks for a change: why, and what the other server said."""

    because: str = ""
    code: str = ""
    detail: str = ""


def mailbox_of(entry: ContactEntry) -> str:
    """Return the folded address at which an entry is read, empty for an identity without a mailbox.

    The entry was read with its identity.
    """
    return mailbox_key(entry.identity.mailbox if entry.identity is not None else entry.address)


def entries_at(record: ContactRecord, mailbox: str) -> list[ContactEntry]:
    """Return the entries of the record that this mailbox reads, also by an identity, in the order of the form."""
    entries = record.entries.select_related("identity__domain__account", "brand").order_by("field", "position")
    return [entry for entry in entries if mailbox and mailbox_of(entry) == mailbox]


def apply_event(
    entries: Iterable[ContactEntry], event: VerificationEvent, evidence: Evidence, now: datetime
) -> list[ContactEntry]:
    """Let the event happen to the entries, and keep it; return those whose state it changed."""
    changed = []
    for entry in entries:
        before = Verification(entry.verification)
        state = next_verification(before, event)
        if state is before:
            continue
        set_state(entry, state, evidence, now)
        entry.save(update_fields=KEPT)
        changed.append(entry)
    return changed


def set_state(entry: ContactEntry, state: Verification, evidence: Evidence, now: datetime) -> None:
    """Write the state into the entry without saving it. What spoke for an earlier state goes."""
    is_verified, is_unreachable = state is Verification.VERIFIED, state is Verification.UNREACHABLE
    entry.verification = state
    entry.verified_at = now if is_verified else None
    entry.verified_because = (evidence.because or VerifiedBecause.LINK) if is_verified else ""
    entry.declined_at = now if state is Verification.DECLINED else None
    entry.unreachable_at = now if is_unreachable else None
    entry.unreachable_because = (evidence.because or UnreachableBecause.BOUNCED) if is_unreachable else ""
    entry.unreachable_code = evidence.code[:16] if is_unreachable else ""
    entry.unreachable_detail = _kept(evidence.detail) if is_unreachable else ""


def take_over(entry: ContactEntry, other: ContactEntry) -> None:
    """Let the entry stand as another one at the same mailbox does, without saving it."""
    for column in (*KEPT, "told_at"):
        setattr(entry, column, getattr(other, column))


def _kept(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)[:LONGEST_DETAIL]
