"""How many open cases of a customer somebody sees, for the pages of customers."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.cases.access import visible_cases
from liaison.cases.vocabulary import CaseState


def count_open(reader: Actor, customer: Account, most: int, now: datetime) -> int:
    """Return how many open cases of the customer the reader may see, `most` at most."""
    return visible_cases(reader, now).filter(account=customer).exclude(state=CaseState.CLOSED)[:most].count()
