"""What somebody can choose from in a list: views of their own, integrations of their account."""

from __future__ import annotations

from typing import Final, NamedTuple

from liaison.accounts.models import Identity
from liaison.cases.lists.views import View
from liaison.delegation import directory
from liaison.delegation.access import seat_of, visible_customers
from liaison.lib.driver import rows_of

# As arrays, so that one statement tells of both: it stands in the way of every list that is opened.
_CHOICES: Final = """
SELECT
  ARRAY(SELECT ARRAY[name, query, public_id] FROM cases_savedview WHERE identity_id = %s ORDER BY name, id),
  ARRAY(SELECT ARRAY[public_id, kind] FROM integrations_integration WHERE account_id = %s ORDER BY id)
"""


MOST_CUSTOMERS: Final = 50
"""So many stand in a list to choose from; more are found as one types."""


class Customers(NamedTuple):
    """What a delegate can choose from: pairs of slug and name; none where they are too many to stand there.

    `chosen` is the one that the list is narrowed to, by slug and name; both are empty for none that it sees.
    """

    some: tuple[tuple[str, str], ...]
    is_many: bool
    chosen: tuple[str, str] = ("", "")


class Choices(NamedTuple):
    """`integrations` are pairs of public id and kind; none for staff, who see too many."""

    views: tuple[View, ...]
    integrations: tuple[tuple[str, str], ...]


def choices_of(reader: Identity) -> Choices:
    """Return what the reader can choose from, in one statement."""
    ((views, integrations),) = rows_of(_CHOICES, (reader.pk, None if reader.is_staff else reader.account.pk))
    return Choices(tuple([View(*one) for one in views]), tuple([(key, kind) for key, kind in integrations]))


def customers_of(reader: Identity, reached: frozenset[int] | None, chosen: str) -> Customers | None:
    """Return the customers that a delegate chooses from, None for anybody else. One query.

    `reached` are the keys of those of whose cases it may see any, None for very many.
    """
    if seat_of(reader) is None:
        return None
    seen = visible_customers(reader).values_list("slug", "name")
    if reached is None or len(reached) > MOST_CUSTOMERS:
        found = tuple(seen.filter(slug=chosen)[:1]) if chosen else ()
        return Customers((), is_many=True, chosen=found[0] if found else ("", ""))
    some = tuple(seen.filter(pk__in=reached).order_by("directory_entry__sort_name", "pk"))
    found = tuple(one for one in some if one[0] == chosen)
    return Customers(some, is_many=False, chosen=found[0] if found else ("", ""))


def customers_like(reader: Identity, words: str, most: int = 20) -> list[tuple[str, str]]:
    """Return customers that a delegate sees by the beginnings of their words, by slug and name; none for others."""
    return [] if seat_of(reader) is None else directory.names(reader, words, most)
