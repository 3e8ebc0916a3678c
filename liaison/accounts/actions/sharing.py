"""The verb for where an account's cases may be shared to (D10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, lock_account
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened

MOST_DOMAINS: Final = 50
_DOMAIN: Final = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII
)


@transaction.atomic
def limit_sharing(*, actor: Actor, account: Account, domains: Iterable[str], now: datetime) -> Account:
    """Let the account's cases be shared only within these domains and its own; none for anywhere.

    Shares that stand go on. Raises Forbidden or Invalid.
    """
    require(actor, Privilege.EDIT_ACCOUNT, account)
    kept = sorted({ascii_domain(one) for one in domains if one.strip()})
    problems = Problems()
    if len(kept) > MOST_DOMAINS or not all(_DOMAIN.fullmatch(one) for one in kept):
        problems.add("domains", AccountCode.BAD_DOMAIN)
    problems.refuse()
    held = lock_account(account)
    before, held.share_domains = list(held.share_domains), kept
    if before != kept:
        held.save(update_fields=["share_domains"])
        record(
            Happened.ACCOUNT_CHANGED,
            actor=actor.audit_ref,
            subject=held.audit_ref,
            account_id=held.pk,
            changes={"share_domains": [before, kept]},
            now=now,
        )
    return held


def ascii_domain(text: str) -> str:
    """Return a domain as addresses keep it; text that is none comes back as something that is none."""
    typed = text.strip().lower().removeprefix("@")
    try:
        return typed if typed.isascii() else typed.encode("idna").decode("ascii")
    except UnicodeError:
        return "?"
