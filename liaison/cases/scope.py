"""Which cases somebody may see, as facts: read once, then used by every list, count, search, export and single look.

Pure. The next thing that opens cases (who manages a customer, what the customer grants) adds a field here, and a line
to the three methods, and every surface follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from liaison.cases.conditions import ALWAYS, Condition
from liaison.cases.models.people import HandOver
from liaison.cases.vocabulary import UrgentState
from liaison.delegation.access import of_seat
from liaison.delegation.deciding import Seat
from liaison.delegation.models import ReachRow

WITHIN: Final = """({case}.created_at <@ ANY (reach.filed) OR EXISTS (
  SELECT FROM cases_handover AS given
  WHERE given.case_id = {case}.id AND given.account_id = reach.account_id AND given.ended_at IS NULL
))"""
"""What a row `reach` says of a customer's case: filed in time, or handed over."""
OF_SEAT: Final = "reach.account_id = {account} AND (reach.domain_id = {domain} OR reach.domain_id IS NULL)"
_REACHES: Final = f"""FROM delegation_reachrow AS reach
  WHERE reach.customer_id = {{case}}.account_id AND {OF_SEAT} AND {WITHIN}"""


def reaches_sql(case: str, account: str, domain: str) -> str:
    """Return, to stand behind SELECT, the row by which a seat reaches a case: names of a case's table, two values."""
    return _REACHES.format(case=case, account=account, domain=domain)


# With OFFSET the planner asks it of each case, and does not take all cases of all customers together.
_REACHED: Final = f"EXISTS (SELECT {reaches_sql('cases_case', '%s', '%s')} OFFSET 0)"


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
    """`accounts` and `shared` are keys; `urgent` opens every case that triage confirmed (on-call engineers, W2).

    A `seat` opens of customers' cases what it reaches (D5): those filed in time, and those handed over. `customers` are
    the keys of all whom it reaches, where they are few; None where they are more, or were not asked for.
    """

    everything: bool = False
    urgent: bool = False
    accounts: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    seat: Seat | None = None
    customers: frozenset[int] | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.urgent or self.accounts or self.shared or self.seat)

    @property
    def is_wide(self) -> bool:
        """Say whether it is cases of so many accounts that these are not asked one by one."""
        return self.everything or (self.seat is not None and self.customers is None)

    def covers(self, case: Placed) -> bool:
        """Say whether one case may be seen without what a seat reaches: that, the database knows."""
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
        if self.seat:
            found |= Q(Exists(_reaching(self.seat, prefix)))
        return found

    def arms(self) -> tuple[Condition, ...]:
        """Return the same in SQL: one of these must hold. Each alone is answered from an index, in the list's order."""
        return self.arms_but_seat() if self.seat is None else (*self.arms_but_seat(), reached_by(self.seat))

    def arms_but_seat(self) -> tuple[Condition, ...]:
        """Return the arms of what is seen without what a seat reaches."""
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


def reached_by(seat: Seat) -> Condition:
    """Return that a seat reaches a case, as a condition that is asked of one after the other."""
    return Condition(_REACHED, (seat.account, seat.domain))


class _WithinAny(Func):
    """Whether a moment lies within any span of an array."""

    template = "%(expressions)s)"
    arg_joiner = " <@ ANY ("
    output_field = BooleanField()


def _reaching(seat: Seat, prefix: str) -> QuerySet[ReachRow]:
    given = HandOver.objects.filter(case_id=OuterRef(OuterRef(f"{prefix}pk")), account_id=seat.account, ended_at=None)
    in_time = Q(_WithinAny(OuterRef(f"{prefix}created_at"), F("filed")))
    return ReachRow.objects.filter(of_seat(seat), in_time | Exists(given), customer_id=OuterRef(f"{prefix}account_id"))
