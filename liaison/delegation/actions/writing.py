"""What the verbs of this room share: who does it, reasons, ending a span, and telling those above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from liaison.accounts.actions.checks import Problems
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.delegation.actions.waiting import settle_over
from liaison.delegation.followers import AccessChanged, follow
from liaison.delegation.models import LONGEST_REASON, Bond, ContactLink, Grant, ReachRow

_LINK = System("sales_contact")


@dataclass(frozen=True, slots=True)
class Doer:
    """Who grants and revokes: somebody who is signed in, or whoever opened the signed link (W11), by its address."""

    actor: Actor
    ref: ActorRef
    address: str = ""


def signed_in(actor: Actor) -> Doer:
    return Doer(actor, actor.audit_ref)


def by_link(link: ContactLink) -> Doer:
    """Return the holder of a link that holds: the link is its right, and its address is recorded."""
    return Doer(_LINK, ActorRef(ActorKind.LINK, link.public_id), link.address)


def person(actor: Actor) -> Identity | None:
    return actor if isinstance(actor, Identity) else None


def checked_reason(why: str) -> str:
    """Return the reason as it is kept. Raises Invalid for one that is too long."""
    problems = Problems()
    checked = problems.line("why", why, LONGEST_REASON, needed=False)
    problems.refuse()
    return checked


def ended(row: Bond | Grant, actor: Actor, why: str, now: datetime, *, address: str = "") -> None:
    """End a span now, or as it began where a clock went back."""
    row.ended_at, row.ended_by, row.ended_why = max(now, row.begun_at), person(actor), why
    if isinstance(row, Grant):
        row.ended_by_address = address
    row.save()


def begins(earlier: QuerySet[Bond] | QuerySet[Grant], now: datetime) -> datetime:
    """Return when a span begins: now, or as the last of those before it ended where a clock went back."""
    last = earlier.aggregate(last=Max("ended_at"))["last"]
    return now if last is None else max(now, last)


def end_grant_of(bond: Bond, actor: Actor, now: datetime) -> None:
    """End what the customer granted to an account that is bound to it no longer, and what that asked for.

    A later relation begins with none.
    """
    for grant in Grant.objects.filter(customer=bond.customer_id, account=bond.account_id, ended_at=None):
        ended(grant, actor, "", now)
    settle_over(bond.customer_id, bond.account_id, now)


def tell_changed(
    actor: ActorRef,
    customer: Account,
    account: Account,
    now: datetime,
    *,
    ended: Bond | None = None,
    begun: Bond | None = None,
    is_revoked: bool = False,
) -> None:
    """Let the rooms above follow, once for each account whose access changed."""
    touched = {account.pk: account} | ({ended.account_id: ended.account} if ended else {})
    for one in touched.values():
        reaches = ReachRow.objects.filter(customer=customer, account=one).exists()
        lost = not reaches and (is_revoked or (ended is not None and ended.account_id == one.pk))
        follow(
            AccessChanged(
                customer, one, actor, now, is_lost=lost,
                ended=ended.pk if ended and ended.account_id == one.pk else 0,
                begun=begun.pk if begun and begun.account_id == one.pk else 0,
            )
        )  # fmt: skip
