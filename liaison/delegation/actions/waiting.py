"""What becomes of a request for access when somebody else's verb answers it, or makes it pointless."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.delegation.actions.telling import tell_delegate
from liaison.delegation.models import AccessRequest
from liaison.delegation.vocabulary import CUSTOMER, Asking, Change


def settle_granted(customer: Account, account: Account, now: datetime) -> None:
    """Whatever the customer grants answers what was asked."""
    _waiting(customer.pk, account.pk).update(state=Asking.GRANTED, answered_at=now)


def settle_over(customer_id: int, account_id: int, now: datetime) -> None:
    """Settle what waits of an account that is bound to the customer no longer: there is nothing to grant."""
    _waiting(customer_id, account_id).update(state=Asking.OVER, answered_at=now)


def decline_waiting(customer: Account, account: Account, actor: ActorRef, now: datetime) -> None:
    """Decline what waits, if anything does, and tell those who asked."""
    if not _waiting(customer.pk, account.pk).update(state=Asking.DECLINED, answered_at=now):
        return
    record(
        Happened.ACCESS_DECLINED,
        actor=actor,
        subject=SubjectRef(CUSTOMER, str(customer.pk)),
        account_id=customer.pk,
        facts={"account": account.pk},
        now=now,
    )
    tell_delegate(Change.DECLINED, customer, account, now)


def _waiting(customer: int, account: int) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.filter(customer_id=customer, account_id=account, state=Asking.WAITS)
