"""Verbs on API tokens: shown once, kept as a hash, scoped and expiring."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, lock_identity, tell
from liaison.accounts.actors import Actor
from liaison.accounts.models import ApiToken, Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.vocabulary import AccountCode, MailKind, TokenScope
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened

PREFIX: Final = "liaison_"
LONGEST_LIFE: Final = timedelta(days=366)


@transaction.atomic
def create_api_token(
    *, actor: Identity, name: str, scopes: Iterable[TokenScope], expires_at: datetime, now: datetime
) -> tuple[ApiToken, str]:
    """Create a token of one's own; return its row and the token itself, which is never shown again.

    `expires_at` is aware, after now and at most a year away. Raises Invalid.
    """
    problems = Problems()
    name = problems.line("name", name, 100)
    chosen = sorted({TokenScope(scope) for scope in scopes})
    if not chosen:
        problems.add("scopes", AccountCode.NO_SCOPE)
    if not now < expires_at <= now + LONGEST_LIFE:
        problems.add("expires_at", AccountCode.BAD_EXPIRY)
    problems.refuse()
    identity = lock_identity(actor)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        identity=identity,
        name=name,
        token_hash=hash_token(secret),
        scopes=[scope.value for scope in chosen],
        created_at=now,
        expires_at=expires_at,
    )
    _record(Happened.TOKEN_CREATED, identity, token, now)
    if identity.mailbox or identity.forwards_to:
        tell(
            MailKind.TOKEN_CREATED,
            subject_kind="identity",
            subject_id=identity.pk,
            account=identity.account,
            now=now,
            facts={"token": token.public_id},
        )
    return token, secret


@transaction.atomic
def revoke_api_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """End a token at once: one's own, or that of a user one manages. Doing it twice changes nothing."""
    if not isinstance(actor, Identity) or actor.pk != token.identity_id:
        require(actor, Privilege.MANAGE_USERS, token.identity.account)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        _record(Happened.TOKEN_REVOKED, actor, token, now)


def hash_token(secret: str) -> str:
    """Return what is kept of a token. It is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(happened: Happened, actor: Actor, token: ApiToken, now: datetime) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=token.identity.subject_ref,
        account_id=token.identity.account.pk,
        facts={"token": token.public_id, "scopes": token.scopes},
        now=now,
    )
