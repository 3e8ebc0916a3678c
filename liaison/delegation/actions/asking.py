"""Verbs on requests for access: a delegate asks a customer, who grants or declines (D3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts import queries
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.delegation import access
from liaison.delegation.actions.grants import grant_access
from liaison.delegation.actions.linking import contact_address, send_link
from liaison.delegation.actions.telling import tell_customer
from liaison.delegation.actions.waiting import decline_waiting
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import AccessRequest, Bond, Grant
from liaison.delegation.reaching import lock_customer
from liaison.delegation.vocabulary import CUSTOMER, Asking, Change, DelegationCode, GrantLevel, LinkPurpose
from liaison.lib.refusals import CommonCode, Conflict, Forbidden, Missing

ASKS_AGAIN_AFTER: Final = timedelta(days=7)


@transaction.atomic
def ask_access(
    *, actor: Identity, customer: Account, level: GrantLevel = GrantLevel.MANAGE, now: datetime
) -> AccessRequest:
    """Ask a customer for access to its cases: its administrators by e-mail, else its contact by a signed link.

    Raises Missing, Forbidden, and Conflict where it was granted already, was asked within 7 days, the account is not
    bound to the customer, or nobody can be asked.
    """
    _require_asking(actor, customer)
    customer = lock_customer(customer)
    _refuse_pointless(actor, customer, level, now)
    waiting = AccessRequest.objects.filter(customer=customer, account=actor.account, state=Asking.WAITS).first()
    request = waiting or AccessRequest(customer=customer, account=actor.account)
    request.level, request.asked_by, request.asked_at = level.value, actor, now
    request.save()
    record(
        Happened.ACCESS_ASKED,
        actor=actor.audit_ref,
        subject=SubjectRef(CUSTOMER, str(customer.pk)),
        account_id=customer.pk,
        facts={"account": actor.account.pk, "level": level.value},
        now=now,
    )
    _ask(actor, customer, level, now)
    return request


@transaction.atomic
def answer_request(
    *, actor: Identity, request: AccessRequest, level: GrantLevel | None, why: str, now: datetime
) -> AccessRequest:
    """Grant what was asked, or another level; without a level decline. By an administrator of the customer (W5).

    Raises Missing, Forbidden, Invalid (a reason too long), and Conflict where it was answered already.
    """
    access.require_granting(actor, request.customer)
    lock_customer(request.customer)
    current = AccessRequest.objects.select_related("customer", "account").get(pk=request.pk)
    if current.state != Asking.WAITS:
        raise Conflict(DelegationCode.ANSWERED_ALREADY)
    if level is None:
        decline_waiting(current.customer, current.account, actor.audit_ref, now)
    else:
        grant_access(
            actor=signed_in(actor), customer=current.customer, account=current.account, level=level, why=why, now=now
        )
    current.refresh_from_db(fields=["state", "answered_at"])
    return current


def _require_asking(actor: Identity, customer: Account) -> None:
    if not access.is_delegate(actor) or not access.visible_customers(actor).filter(pk=customer.pk).exists():
        raise Missing
    if not access.works_for_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def _refuse_pointless(actor: Identity, customer: Account, level: GrantLevel, now: datetime) -> None:
    if not Bond.objects.filter(customer=customer, account=actor.account, ended_at=None).exists():
        raise Conflict(DelegationCode.NOT_BOUND)
    granted = Grant.objects.filter(customer=customer, account=actor.account, ended_at=None).first()
    if granted is not None and granted.level in (level.value, GrantLevel.MANAGE.value):
        raise Conflict(DelegationCode.GRANTED_ALREADY)
    asked = AccessRequest.objects.filter(customer=customer, account=actor.account)
    if asked.filter(state__in=(Asking.WAITS, Asking.DECLINED), asked_at__gt=now - ASKS_AGAIN_AFTER).exists():
        raise Conflict(DelegationCode.ASKED_ALREADY)


def _ask(actor: Identity, customer: Account, level: GrantLevel, now: datetime) -> None:
    administrators = queries.administrators_as_people(customer)
    if any(one.blocked is None for one in administrators):
        tell_customer(Change.ASKED, customer, actor.account, now, level=level.value)
        return
    try:
        contact_address(customer)
    except Conflict:
        if not administrators:
            raise
        return  # an administrator without a mailbox finds the request on the page
    send_link(
        actor=actor.audit_ref,
        customer=customer,
        purpose=LinkPurpose.GRANTS,
        account=actor.account,
        level=level,
        now=now,
    )
