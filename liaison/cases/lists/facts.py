"""What programs are told of the cases of a list, as values. Pages show `asking.Line`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from liaison.cases.lists.statements import MICROSECONDS
from liaison.lib.driver import rows_of

_MOMENTS: Final = ", ".join(
    MICROSECONDS.format(name) for name in ("created_at", "updated_at", "escalated_at", "closed_at")
)
_FACTS: Final = f"""
SELECT cases_case.number, account.slug, cases_case.title, cases_case.state, cases_case.severity, cases_case.product,
  cases_case.category, integration.public_id, cases_case.urgent_state, COALESCE(person.name, ''), {_MOMENTS},
  cases_case.version
FROM unnest(%s::text[]) WITH ORDINALITY AS seen (number, place) JOIN cases_case ON cases_case.number = seen.number
JOIN accounts_account AS account ON account.id = cases_case.account_id
LEFT JOIN integrations_integration AS integration ON integration.id = cases_case.integration_id
LEFT JOIN accounts_identity AS person ON person.id = cases_case.filed_by_id
ORDER BY seen.place
"""  # noqa: S608  # ours


class Facts(NamedTuple):
    """A case by its keys: `account` is a slug, `integration` a public id. Moments are microseconds since 1970."""

    number: str
    account: str
    title: str
    state: str
    severity: int
    product: str
    category: str
    integration: str | None
    urgent_state: str
    filed_by: str
    created_at: int
    updated_at: int
    escalated_at: int | None
    closed_at: int | None
    version: int


def facts_of(numbers: Sequence[str]) -> list[Facts]:
    """Return cases that somebody was found to see, by number and in that order. One statement."""
    if not numbers:
        return []
    return [Facts._make(row) for row in rows_of(_FACTS, (list(numbers),))]
