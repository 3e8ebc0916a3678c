"""For whom a delegate can file: the customers that it sees, those that it filed for lately first (D2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from liaison.accounts.models import Account, Identity
from liaison.cases.models import Case
from liaison.delegation import directory
from liaison.delegation.access import visible_customers
from liaison.delegation.directory import Found, Row

MOST_FOUND: Final = 20
_MOST_RECENT: Final = 5
# Of one's own cases so many, those with the latest updates, say for whom one files.
_MOST_LOOKED_AT: Final = 100


def customers_found(actor: Identity, words: str) -> Found:
    """Return the first customers by name with these words in name, company or contact, all for no words."""
    return directory.find(actor, directory.wanted_from(words), MOST_FOUND)


def recent_customers(actor: Identity) -> tuple[Row, ...]:
    """Return the customers that the actor filed for lately and still sees, those with the latest updates first."""
    own = Case.objects.filter(filed_by=actor).order_by("-updated_at", "-pk")
    keys = list(dict.fromkeys(own.values_list("account_id", flat=True)[:_MOST_LOOKED_AT]))
    seen = {one.pk: one for one in _seen(actor, keys)}
    latest = [seen[key] for key in keys if key in seen][:_MOST_RECENT]
    return tuple(directory.rows_of(actor, latest)) if latest else ()


def names_of(actor: Identity, accounts: Collection[int]) -> Mapping[int, str]:
    """Return the names of those of the accounts that are customers which the actor sees, by key."""
    others = set(accounts) - {actor.account.pk}
    return {one.pk: one.name for one in _seen(actor, others)} if others else {}


def _seen(actor: Identity, keys: Collection[int]) -> Collection[Account]:
    return visible_customers(actor).select_related("sales_record").filter(pk__in=keys) if keys else ()
