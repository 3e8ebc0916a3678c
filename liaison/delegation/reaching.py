"""The facts of customers as `deciding.py` needs them, and the rows that say what everybody reaches now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from liaison.accounts.models import Account
from liaison.delegation.deciding import Bound, Facts, Granted, Span, reaches
from liaison.delegation.models import Bond, Grant, ReachRow
from liaison.delegation.vocabulary import GrantLevel, Tie
from liaison.lib.prepared import PreparedValues

_BONDS: Final = PreparedValues(
    lambda customer: (
        Bond.objects.filter(customer_id=customer)
        .order_by("pk")
        .values_list("pk", "tie", "account_id", "domain_id", "begun_at", "ended_at")
    ),
    int,
)
_GRANTS: Final = PreparedValues(
    lambda customer: (
        Grant.objects.filter(customer_id=customer)
        .order_by("pk")
        .values_list("pk", "account_id", "level", "begun_at", "ended_at")
    ),
    int,
)


def facts_of(customer: int) -> Facts:
    """Read everything that ever decided who reaches a customer's cases, in two queries."""
    return Facts(
        tuple(Bound(Tie(tie), account, Span(begun, ended), domain, key)
              for key, tie, account, domain, begun, ended in _BONDS.rows(customer)),
        tuple(Granted(account, GrantLevel(level), Span(begun, ended), key)
              for key, account, level, begun, ended in _GRANTS.rows(customer)),
    )  # fmt: skip


def settled(facts: Facts, now: datetime) -> datetime:
    """Return `now`, or the last moment that is recorded where this clock is behind: what is over then is over now."""
    spans = [*(one.span for one in facts.bonds), *(one.span for one in facts.grants)]
    return max((moment for span in spans for moment in span if moment is not None and moment > now), default=now)


def refresh(customer: int, now: datetime) -> None:
    """Write anew what everybody reaches of a customer. For verbs that hold the customer's lock.

    What holds after everything that is recorded counts, also where clocks disagree about `now`.
    """
    facts = facts_of(customer)
    ReachRow.objects.filter(customer_id=customer).delete()
    ReachRow.objects.bulk_create(
        ReachRow(
            customer_id=customer,
            account_id=reach.account,
            domain_id=reach.domain,
            bond_id=reach.bond,
            grant_id=reach.grant,
            level=reach.level.value,
            filed=[(span.since, span.until) for span in reach.filed],
        )
        for reach in reaches(facts, settled(facts, now))
    )


def lock_customer(customer: Account) -> Account:
    """Hold a customer until the transaction ends: relations and grants of one change one after the other."""
    return Account.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)


def disagreements(customers: Iterable[int], now: datetime) -> list[int]:
    """Return those of the customers whose rows say something else than the rule: there must be none."""
    return [customer for customer in customers if _kept(customer) != _owed(customer, now)]


def _owed(customer: int, now: datetime) -> set[tuple[Any, ...]]:
    facts = facts_of(customer)
    return {
        (one.account, one.domain, one.level.value, one.bond, one.grant, frozenset(one.filed))
        for one in reaches(facts, settled(facts, now))
    }


def _kept(customer: int) -> set[tuple[Any, ...]]:
    rows = ReachRow.objects.filter(customer_id=customer)
    return {
        (row.account_id, row.domain_id, row.level, row.bond_id, row.grant_id, frozenset(map(_span, row.filed)))
        for row in rows
    }


def _span(value: Any) -> Span:
    return Span(value.lower, value.upper)
