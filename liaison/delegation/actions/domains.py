"""The verb by which a reseller or a support partner gets one more domain, by staff's word (D1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from liaison.accounts.access import require
from liaison.accounts.actions.checks import hold_names, lock_account
from liaison.accounts.actions.sharing import ascii_domain
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.usernames import system_domain
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.delegation.access import DELEGATES
from liaison.delegation.vocabulary import RecordCode
from liaison.lib.public_mail import is_public_mail
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

_DOMAIN: Final = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII
)


@transaction.atomic
def add_domain(*, actor: Actor, account: Account, name: str, now: datetime) -> Domain:
    """Give a reseller or a support partner a domain. Its users whose user names are in it belong to it from now on.

    Raises Forbidden, Conflict for another kind of account, Invalid for what is no domain, is everybody's (public
    mail) or somebody else's already.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, account)
    if account.kind not in DELEGATES:
        raise Conflict(RecordCode.NO_DOMAINS)
    wanted = ascii_domain(name.replace("\x00", ""))
    if not _DOMAIN.fullmatch(wanted):
        raise Invalid((FieldProblem("name", RecordCode.BAD_DOMAIN),))
    if is_public_mail(wanted):
        raise Invalid((FieldProblem("name", RecordCode.PUBLIC_DOMAIN),))
    lock_account(account)
    hold_names()
    if _is_taken(wanted, account):
        raise Invalid((FieldProblem("name", RecordCode.DOMAIN_TAKEN),))
    domain = Domain.objects.create(account=account, name=wanted, verified_at=now)
    moved = Identity.objects.filter(domain__account=account, username__endswith=f"@{wanted}").update(domain=domain)
    record(
        Happened.DOMAIN_ADDED,
        actor=actor.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        facts={"domain": domain.pk, "name": wanted, "moved": moved},
        now=now,
    )
    return domain


def _is_taken(wanted: str, account: Account) -> bool:
    """Say whether an account owns the domain, or people of another account have user names in it."""
    if f".{wanted}".endswith(system_domain("")):  # there, accounts have the domains that they are born with
        return True
    labels = wanted.split(".")
    above = [".".join(labels[at:]) for at in range(1, len(labels) - 1)]
    owned = Domain.objects.filter(Q(name=wanted) | Q(name__in=above, is_system=False) & ~Q(account=account))
    foreign = Identity.objects.exclude(domain__account=account).filter(username__endswith=f"@{wanted}")
    return owned.exists() or foreign.exists()
