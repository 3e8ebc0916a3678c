"""Verbs for forwarding one's notifications to another address, which has proved itself by a mailed link (D10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actions.checks import Problems, lock_identity, tell
from liaison.accounts.actions.proofs import ask_for_proof, follow_proof, use_proof
from liaison.accounts.models import ForwardingProof, Identity
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.addresses import same_mailbox
from liaison.lib.refusals import Conflict


@transaction.atomic
def ask_to_forward(*, actor: Identity, address: str, now: datetime) -> ForwardingProof:
    """Ask to forward one's notifications: it begins once the link mailed to the address was opened.

    A second address replaces the first that waits. Raises Invalid or Conflict.
    """
    problems = Problems()
    address = problems.address("address", address)
    problems.refuse()
    identity = lock_identity(actor)
    if identity.mailbox and same_mailbox(identity.mailbox, address):
        raise Conflict(AccountCode.SAME_MAILBOX)
    if identity.forwards_to and same_mailbox(identity.forwards_to, address):
        raise Conflict(AccountCode.FORWARDED_THERE)
    return ask_for_proof(ForwardingProof, actor=identity.audit_ref, identity=identity, address=address, now=now)


@transaction.atomic
def confirm_forwarding(*, token: str, now: datetime) -> Identity:
    """Let the proved address take the notifications over from now on, and tell the mailbox.

    Raises Conflict for a link that is unknown, used or too old, all alike.
    """
    proof = use_proof(ForwardingProof, token, now)
    identity = proof.identity
    identity.forwards_to, identity.forwards_since = proof.address, now
    identity.save(update_fields=["forwards_to", "forwards_since"])
    follow_proof(proof, now)
    tell(
        MailKind.FORWARDING_BEGAN,
        subject_kind="identity",
        subject_id=identity.pk,
        account=identity.account,
        now=now,
    )
    return identity


@transaction.atomic
def stop_forwarding(*, actor: Identity, now: datetime) -> Identity:
    """Let one's notifications go to the mailbox again, from this second on; a link that waits is over too."""
    identity = lock_identity(actor)
    waited, __ = identity.forwarding_proofs.filter(confirmed_at=None).delete()
    if end_forwarding(identity) or waited:
        record(
            Happened.FORWARDING_ENDED,
            actor=identity.audit_ref,
            subject=identity.subject_ref,
            account_id=identity.account.pk,
            now=now,
        )
    return identity


def end_forwarding(identity: Identity) -> bool:
    """End the forwarding of an identity that is held; return whether there was any. For verbs only."""
    if not identity.forwards_to:
        return False
    identity.forwards_to, identity.forwards_since = "", None
    identity.save(update_fields=["forwards_to", "forwards_since"])
    return True
