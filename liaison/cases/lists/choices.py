"""What somebody can choose from in a list: views of their own, integrations of their account."""

from __future__ import annotations

from typing import Final, NamedTuple

from liaison.accounts.models import Identity
from liaison.cases.lists.views import View
from liaison.lib.driver import preparing_cursor

# As arrays, so that one statement tells of both: it stands in the way of every list that is opened.
_CHOICES: Final = """
SELECT
  ARRAY(SELECT ARRAY[name, query, public_id] FROM cases_savedview WHERE identity_id = %s ORDER BY name, id),
  ARRAY(SELECT ARRAY[public_id, kind] FROM integrations_integration WHERE account_id = %s ORDER BY id)
"""


class Choices(NamedTuple):
    """`integrations` are pairs of public id and kind; none for staff, who see too many."""

    views: tuple[View, ...]
    integrations: tuple[tuple[str, str], ...]


def choices_of(reader: Identity) -> Choices:
    """Return what the reader can choose from, in one statement."""
    with preparing_cursor() as cursor:
        cursor.execute(_CHOICES, (reader.pk, None if reader.is_staff else reader.account.pk))
        views, integrations = cursor.fetchone()
    return Choices(tuple([View(*one) for one in views]), tuple([(key, kind) for key, kind in integrations]))
