"""Expressions of interest for tests and the demo, made by the real verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liaison.lib.clock import utc_now
from liaison.support.actions import confirm_interest, express_interest
from liaison.support.links import token_of
from liaison.support.models import Interest
from liaison.support.requests import NewInterest


def new_interest(**values: Any) -> NewInterest:
    """Return one with everything that it needs; `values` are fields of `NewInterest`."""
    given: dict[str, Any] = {
        "company": "Trattoria Nuova",
        "website": "https://www.trattoria-nuova.test",
        "name": "Giulia Conti",
        "address": "giulia@trattoria-nuova.test",
        "kinds": ("reservations_end_to_end",),
        "message": "Forty restaurants in Milan.",
        "language": "it",
    }
    return NewInterest(**{**given, **values})


def make_interest(*, is_confirmed: bool = True, now: datetime | None = None, **values: Any) -> Interest:
    """Return an expression of interest of a stranger, whose address is proved unless said otherwise."""
    moment = now or utc_now()
    made = express_interest(actor=None, new=new_interest(**values), now=moment)
    if made is None:
        raise RuntimeError("this address got as many links today as it can get")
    return confirm_interest(token=token_of(made), now=moment) if is_confirmed else made
