"""Announcing what changed between a customer and an account: to the one, to the other, in words made at sending."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import Topic
from liaison.delegation.models import Bond
from liaison.delegation.vocabulary import Change
from liaison.notifications.actions import announce_to_anybody
from liaison.notifications.registry import Subject

SUBJECT_KIND: Final = "relationship"


def tell_both(change: Change, bond: Bond, now: datetime) -> None:
    """Tell the account and the customer that a relation began or ended (D11)."""
    _announce(change, bond, bond.account_id, now)
    _announce(change, bond, bond.customer_id, now)


def tell_former(bond: Bond, now: datetime) -> None:
    """Tell who managed until now; the customer hears of it with who manages instead."""
    _announce(Change.UNMANAGED, bond, bond.account_id, now)


def tell_delegate(change: Change, customer: Account, account: Account, now: datetime, *, level: str = "") -> None:
    """Tell the account's administrators what it may do now. Never the customer's reason (W14)."""
    bond = _bond(customer, account)
    if bond is not None:
        _announce(change, bond, account.pk, now, level)


def tell_customer(change: Change, customer: Account, account: Account, now: datetime, *, level: str = "") -> None:
    bond = _bond(customer, account)
    if bond is not None:
        _announce(change, bond, customer.pk, now, level)


def _bond(customer: Account, account: Account) -> Bond | None:
    """Return the relation between them: that which holds, else the one that ended last."""
    bonds = Bond.objects.filter(customer=customer, account=account)
    return bonds.filter(ended_at=None).first() or bonds.order_by("-ended_at", "-pk").first()


def _announce(change: Change, bond: Bond, told: int, now: datetime, level: str = "") -> None:
    facts = {"change": change.value, "told": told, "level": level, "at": now.isoformat()}
    announce_to_anybody((Topic.RELATIONSHIP_CHANGE,), Subject(SUBJECT_KIND, str(bond.pk), told, facts), now=now)
