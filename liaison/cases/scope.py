"""Which cases somebody may see, as facts: read once, then used by every list, count, search, export and single look.

Pure. The next thing that opens cases (who manages a customer, what the customer grants) adds a field here, and a line
to the three methods, and every surface follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from liaison.cases.conditions import ALWAYS, Condition
from liaison.cases.vocabulary import UrgentState


class Placed(Protocol):
    """What of a case decides who sees it."""

    @property
    def pk(self) -> int: ...
    @property
    def account_id(self) -> int: ...
    @property
    def urgent_state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """`accounts` and `shared` are keys; `urgent` opens every case that triage confirmed (on-call engineers, W2)."""

    everything: bool = False
    urgent: bool = False
    accounts: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.urgent or self.accounts or self.shared)

    def covers(self, case: Placed) -> bool:
        """Say whether one case may be seen."""
        return (
            self.everything
            or case.account_id in self.accounts
            or case.pk in self.shared
            or (self.urgent and case.urgent_state == UrgentState.CONFIRMED)
        )

    def condition(self, prefix: str = "") -> Q:
        """Return the same as a condition on rows; `prefix` leads to the case, for example `case__`."""
        if self.everything:
            return Q()
        found = Q(**{f"{prefix}account_id__in": sorted(self.accounts)})
        if self.shared:
            found |= Q(**{f"{prefix}id__in": sorted(self.shared)})
        if self.urgent:
            found |= Q(**{f"{prefix}urgent_state": UrgentState.CONFIRMED.value})
        return found

    def arms(self) -> tuple[Condition, ...]:
        """Return the same in SQL: one of these must hold. Each alone is answered from an index, in the list's order."""
        if self.everything:
            return (ALWAYS,)
        found = []
        if len(self.accounts) == 1:
            found.append(Condition("cases_case.account_id = %s", tuple(self.accounts)))
        elif self.accounts:
            found.append(Condition("cases_case.account_id = ANY(%s::bigint[])", (sorted(self.accounts),)))
        if self.shared:
            found.append(Condition("cases_case.id = ANY(%s::bigint[])", (sorted(self.shared),)))
        if self.urgent:
            found.append(Condition(f"cases_case.urgent_state = '{UrgentState.CONFIRMED.value}'"))
        return tuple(found)
