"""Verbs on what a customer grants: give, narrow, revoke (D3, W5). They act on the next request of anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.models import Account
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.delegation import access
from liaison.delegation.actions.telling import tell_customer, tell_delegate
from liaison.delegation.actions.waiting import settle_granted
from liaison.delegation.actions.writing import Doer, begins, checked_reason, ended, person, tell_changed
from liaison.delegation.models import Bond, Grant
from liaison.delegation.reaching import lock_customer, refresh
from liaison.delegation.vocabulary import Change, DelegationCode, GrantLevel
from liaison.lib.refusals import Conflict

_WIDTH: Final = {GrantLevel.VIEW: 1, GrantLevel.MANAGE: 2}


@transaction.atomic
def grant_access(
    *, actor: Doer, customer: Account, account: Account, level: GrantLevel, why: str, now: datetime
) -> Grant:
    """Let an account that is bound to the customer see its cases, or also file and manage them.

    A wider or narrower level takes the place of the one before at the same instant; granting the same again changes
    nothing. Widening needs an administrator of the customer, narrowing any of its users (W5). Raises Missing,
    Forbidden, Invalid (a reason too long), and Conflict for an account that is not bound.
    """
    why = checked_reason(why)
    customer = lock_customer(customer)
    before = _grant(customer, account)
    if before is not None and _WIDTH[GrantLevel(before.level)] >= _WIDTH[level]:
        access.require_revoking(actor.actor, customer)
    else:
        access.require_granting(actor.actor, customer)
    if before is not None and before.level == level:
        return before
    if not Bond.objects.filter(customer=customer, account=account, ended_at=None).exists():
        raise Conflict(DelegationCode.NOT_BOUND)
    if before is not None:
        ended(before, actor.actor, why, now, address=actor.address)
    begun = begins(Grant.objects.filter(customer=customer, account=account), now)
    grant = Grant.objects.create(
        customer=customer, account=account, level=level, begun_at=begun,
        given_by=person(actor.actor), given_by_address=actor.address, given_why=why,
    )  # fmt: skip
    refresh(customer.pk, now)
    record(
        Happened.ACCESS_GRANTED,
        actor=actor.ref,
        subject=grant.subject_ref,
        account_id=customer.pk,
        changes={"level": [before and before.level, level.value]},
        facts={"account": account.pk},
        now=now,
    )
    settle_granted(customer, account, now)
    narrowed = before is not None and _WIDTH[GrantLevel(before.level)] > _WIDTH[level]
    change = Change.NARROWED if narrowed else Change.GRANTED
    _tell(change, actor, customer, account, now, level=level.value)
    tell_changed(actor.ref, customer, account, now)
    return grant


@transaction.atomic
def revoke_access(*, actor: Doer, customer: Account, account: Account, why: str, now: datetime) -> Grant:
    """Take back whatever the customer granted. Raises Missing, Forbidden, Invalid, Conflict where there is nothing."""
    access.require_revoking(actor.actor, customer)
    why = checked_reason(why)
    customer = lock_customer(customer)
    grant = _grant(customer, account)
    if grant is None:
        raise Conflict(DelegationCode.NOT_GRANTED)
    ended(grant, actor.actor, why, now, address=actor.address)
    refresh(customer.pk, now)
    record(
        Happened.ACCESS_REVOKED,
        actor=actor.ref,
        subject=grant.subject_ref,
        account_id=customer.pk,
        changes={"level": [grant.level, None]},
        facts={"account": account.pk},
        now=now,
    )
    _tell(Change.REVOKED, actor, customer, account, now)
    tell_changed(actor.ref, customer, account, now, is_revoked=True)
    return grant


def _tell(change: Change, by: Doer, customer: Account, account: Account, now: datetime, *, level: str = "") -> None:
    """Tell the account; and the customer where no user of its decided, but whoever had a link in its name (W11)."""
    tell_delegate(change, customer, account, now, level=level)
    if by.address:
        tell_customer(change, customer, account, now, level=level)


def _grant(customer: Account, account: Account) -> Grant | None:
    return Grant.objects.filter(customer=customer, account=account, ended_at=None).first()
