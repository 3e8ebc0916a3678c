"""Whether the rows by which lists know who reaches whose cases say what the rule says: for those who run the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from liaison.accounts.models import Account
from liaison.delegation.models import Bond, ReachRow
from liaison.delegation.reaching import disagreements, lock_customer, refresh


def all_customers() -> QuerySet[Account]:
    """Return every customer that ever had a relation, or whose cases anybody reaches."""
    bound, reached = (Exists(model.objects.filter(customer=OuterRef("pk"))) for model in (Bond, ReachRow))
    return Account.objects.filter(bound | reached).order_by("pk")


def some_customers(most: int, *, chance: Callable[[int], int]) -> list[Account]:
    """Return at most so many of them, from one on that is chosen by chance. `chance(n)` returns 0 to n - 1."""
    last = Account.objects.aggregate(last=Max("pk"))["last"] or 0
    start = chance(last + 1)
    found = list(all_customers().filter(pk__gte=start)[:most])
    return found + list(all_customers().filter(pk__lt=start)[: most - len(found)])


def differs(customer: int, now: datetime) -> bool:
    """Say whether a customer's rows disagree with the rule; asked again while nobody can change them, if need be."""
    if not disagreements([customer], now):
        return False
    with transaction.atomic():
        lock_customer(Account(pk=customer))
        return bool(disagreements([customer], now))


def mend(customers: Iterable[Account], now: datetime) -> Iterator[Account]:
    """Write the rows of these customers anew, and yield each."""
    for customer in customers:
        with transaction.atomic():
            lock_customer(customer)
            refresh(customer.pk, now)
        yield customer
