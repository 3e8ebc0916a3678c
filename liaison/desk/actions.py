"""The one verb of the desk: opening an account with its first invitation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actions import create_account, invite_user
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.queries import administrator_role
from liaison.accounts.rights import AccountKind


@transaction.atomic
def open_account(
    *,
    actor: Actor,
    kind: AccountKind,
    name: str,
    slug: str,
    language: str,
    time_zone: str,
    address: str,
    now: datetime,
) -> Account:
    """Create an account and invite its first administrator, both or neither; an empty address invites nobody.

    Raises what `create_account` and `invite_user` raise.
    """
    account = create_account(
        actor=actor, kind=kind, name=name, slug=slug, language=language, time_zone=time_zone, now=now
    )
    if address:
        invite_user(actor=actor, account=account, address=address, role=administrator_role(kind), now=now)
    return account
