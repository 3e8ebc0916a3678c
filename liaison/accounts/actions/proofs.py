"""An address proves itself by a link mailed to it: to be somebody's mailbox, or the place to forward to (D10).

For verbs only: who may ask for it, and what follows from a proof, they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from liaison.accounts import links, moves
from liaison.accounts.actions.checks import lock_identity, tell
from liaison.accounts.links import Proof
from liaison.accounts.models import ForwardingProof, Identity, MailboxChange
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.lib.refusals import Conflict

PROOF_LIFETIME: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What happens when a proof is asked for and given, and the mail with the link about which subject."""

    asked: Happened
    proved: Happened
    mail: MailKind
    subject: str


_KINDS: Final[Mapping[type[MailboxChange | ForwardingProof], _Kind]] = MappingProxyType(
    {
        MailboxChange: _Kind(
            Happened.MAILBOX_CHANGE_ASKED, Happened.MAILBOX_VERIFIED, MailKind.MAILBOX_VERIFICATION, "mailbox_change"
        ),
        ForwardingProof: _Kind(
            Happened.FORWARDING_ASKED, Happened.FORWARDING_BEGAN, MailKind.FORWARDING_VERIFICATION, "forwarding_proof"
        ),
    }
)


def ask_for_proof(model: type[Proof], *, actor: ActorRef, identity: Identity, address: str, now: datetime) -> Proof:
    """Mail a link to the address by which it proves itself. A second one replaces the first."""
    kind = _KINDS[model]
    model.objects.filter(identity=identity, confirmed_at=None).delete()
    proof = model.objects.create(identity=identity, address=address, created_at=now, expires_at=now + PROOF_LIFETIME)
    record(kind.asked, actor=actor, subject=identity.subject_ref, account_id=identity.account.pk, now=now)
    tell(kind.mail, subject_kind=kind.subject, subject_id=proof.pk, account=identity.account, now=now)
    return proof


def use_proof(model: type[Proof], token: str, now: datetime) -> Proof:
    """Return the proof of a link, used up by this, with its identity held until the transaction ends.

    Raises Conflict for a link that is unknown, used or too old, all alike.
    """
    found = links.find_proof(model, token, now)
    if found is None:
        raise Conflict(AccountCode.LINK_OVER)
    identity = lock_identity(found.identity)
    proof = links.find_proof(model, token, now)
    if proof is None or identity.suspended_at is not None:
        raise Conflict(AccountCode.LINK_OVER)
    proof.identity, proof.confirmed_at = identity, now
    proof.save(update_fields=["confirmed_at"])
    return proof


def follow_proof(proof: MailboxChange | ForwardingProof, now: datetime) -> None:
    """Let what waited for the address find its reader, and record that the link proved it."""
    identity = proof.identity
    moves.follow(identity, now)
    record(
        _KINDS[type(proof)].proved,
        actor=ActorRef(ActorKind.LINK, proof.public_id),
        subject=identity.subject_ref,
        account_id=identity.account.pk,
        now=now,
    )
