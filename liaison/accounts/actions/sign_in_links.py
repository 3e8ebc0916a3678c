"""Verbs on one-time sign-in links, for identities that have no mailbox (D10)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts.access import require
from liaison.accounts.actions.checks import lock_identity
from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity, SignInLink
from liaison.accounts.rights import Privilege
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.refusals import Conflict

LIFETIME: Final = timedelta(hours=24)


@transaction.atomic
def create_sign_in_link(*, actor: Actor, identity: Identity, now: datetime) -> str:
    """Make a link that signs the identity in once within 24 hours, and return its token, which is not kept.

    A new one replaces those not used. Raises Forbidden, Conflict for an identity that is suspended or has a
    mailbox: whoever can get mail resets the password, so that no administrator signs in as somebody else unseen.
    """
    require(actor, Privilege.MANAGE_USERS, identity.account)
    identity = lock_identity(identity)
    if identity.mailbox and isinstance(actor, Identity):
        raise Conflict(AccountCode.HAS_MAILBOX)
    if identity.suspended_at is not None:
        raise Conflict(AccountCode.ALREADY_SUSPENDED)
    identity.sign_in_links.filter(used_at=None).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        identity=identity,
        token_hash=_hash(token),
        created_by=actor if isinstance(actor, Identity) else None,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    record(
        Happened.SIGN_IN_LINK_CREATED,
        actor=actor.audit_ref,
        subject=identity.subject_ref,
        account_id=identity.account.pk,
        now=now,
    )
    return token


def find_sign_in_link(token: str, now: datetime) -> SignInLink | None:
    """Return the link of a token while it can be used; looking does not use it up."""
    return (
        SignInLink.objects.select_related("identity__domain__account")
        .filter(token_hash=_hash(token), used_at=None, expires_at__gt=now, identity__suspended_at=None)
        .first()
    )


@transaction.atomic
def use_sign_in_link(*, token: str, now: datetime) -> Identity:
    """Use the link up and return whom it signs in. Raises Conflict for one unknown, used or too old, all alike."""
    found = SignInLink.objects.select_for_update(of=("self",)).filter(token_hash=_hash(token)).first()
    link = find_sign_in_link(token, now) if found else None
    if link is None:
        raise Conflict(AccountCode.LINK_OVER)
    link.used_at = now
    link.save(update_fields=["used_at"])
    record(
        Happened.SIGN_IN_LINK_USED,
        actor=link.identity.audit_ref,
        subject=link.identity.subject_ref,
        account_id=link.identity.account.pk,
        facts={"link": link.pk},
        now=now,
    )
    return link.identity


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
