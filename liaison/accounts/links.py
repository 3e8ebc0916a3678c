"""Links that carry a right. They are signed from what is in the database, so no secret lies in a row of mail.

Links start with `settings.PORTAL_URL`, never with a Host header, and lead through `/go/`, which finds a place in
the browser that opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.http import int_to_base36

from liaison.accounts.models import ForwardingProof, Identity, Invitation, MailboxChange

FREE_SLOT: Final = "free"
_INVITATION_SALT: Final = "liaison.accounts.invitation"
_PROOFS: Final[Mapping[type[MailboxChange | ForwardingProof], tuple[str, str]]] = MappingProxyType(
    {
        MailboxChange: ("mailbox", "liaison.accounts.mailbox"),
        ForwardingProof: ("forwarding", "liaison.accounts.forwarding"),
    }
)
"""Where the page of a proof lies, and the salt of its tokens: those of the one prove nothing of the other."""
Proof = TypeVar("Proof", MailboxChange, ForwardingProof)


class PasswordResetTokens(PasswordResetTokenGenerator):
    """Tokens of password resets; allauth's page checks them too. Those of a suspended identity do not hold (W13)."""

    def check_token(self, user: Identity | None, token: str | None) -> bool:
        return user is not None and user.is_active and super().check_token(user, token)


def link_in_free_slot(path: str) -> str:
    """Return the full address of a page that must not disturb who is signed in in the browser."""
    return f"{settings.PORTAL_URL}/go{path}?as={FREE_SLOT}"


def invitation_link(invitation: Invitation) -> str:
    return link_in_free_slot(f"/invitations/{invitation_token(invitation)}/")


def invitation_token(invitation: Invitation) -> str:
    """Return the signed token of an invitation: it holds for this invitation to this address alone."""
    return signing.dumps([invitation.public_id, invitation.address], salt=_INVITATION_SALT)


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a token, as long as it can be accepted."""
    read = _read(token, _INVITATION_SALT)
    if read is None:
        return None
    return (
        Invitation.objects.select_related("account", "invited_by")
        .filter(public_id=read[0], address=read[1], accepted_at=None, revoked_at=None, expires_at__gt=now)
        .first()
    )


def proof_link(proof: MailboxChange | ForwardingProof) -> str:
    """Return the full address of the page where an address proves itself, as a mailbox or to forward to."""
    path, _salt = _PROOFS[type(proof)]
    return link_in_free_slot(f"/{path}/{proof_token(proof)}/")


def proof_token(proof: MailboxChange | ForwardingProof) -> str:
    """Return the signed token: it proves this address for this one purpose alone."""
    _path, salt = _PROOFS[type(proof)]
    return signing.dumps([proof.public_id, proof.address], salt=salt)


def find_proof(model: type[Proof], token: str, now: datetime) -> Proof | None:
    """Return what a token proves, as long as it waits for its proof."""
    read = _read(token, _PROOFS[model][1])
    if read is None:
        return None
    rows = model.objects.select_related("identity__domain__account")
    return rows.filter(public_id=read[0], address=read[1], confirmed_at=None, expires_at__gt=now).first()


def password_reset_link(identity: Identity) -> str:
    """Return the link of a password reset, as allauth's page expects it: good once, and for a limited time."""
    token = PasswordResetTokens().make_token(identity)
    return link_in_free_slot(f"/signin/password/reset/key/{int_to_base36(identity.pk)}-{token}/")


def _read(token: str, salt: str) -> tuple[str, str] | None:
    try:
        value: Any = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    return (str(value[0]), str(value[1]))
