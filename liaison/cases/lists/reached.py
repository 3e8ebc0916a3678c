"""The cases that a delegate reaches, in SQL: the same few, whether it has twenty customers or twenty thousand. Pure.

Of few customers, the newest of each are put together. Of many, what was updated last is walked until a page is full;
only where that was far and the page is not full (they have a small part of all cases), each customer is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaison.cases.conditions import Condition, all_of, any_of
from liaison.cases.lists.statements import Arm, Order
from liaison.cases.scope import OF_SEAT, WITHIN, reached_by
from liaison.delegation.deciding import Seat

# To ask twenty thousand customers costs as much as to pass a hundred thousand cases of others.
_FAR: Final = 24_000
_FAR_TO_COUNT: Final = 8_000
_OF_SEAT: Final = OF_SEAT.format(account="%s", domain="%s")
_WITHIN: Final = WITHIN.format(case="cases_case")
# With OFFSET the customers are asked one after the other, so that it ends when there are enough.
_ANY: Final = """
SELECT cases_case.id FROM delegation_reachrow AS reach CROSS JOIN LATERAL (
  SELECT cases_case.id FROM cases_case
  WHERE cases_case.account_id = reach.customer_id AND {within} AND {where} OFFSET 0
) AS cases_case WHERE {seat} LIMIT {most}"""
# Of what an index finds, the first are asked whether the seat reaches them, until there are enough. Where those are
# nearly all of others, and there are more, the customers are asked.
_COUNTED: Final = """
WITH walked AS MATERIALIZED (
  SELECT cases_case.id FROM (SELECT * FROM ({parts}) AS one LIMIT {far}) AS cases_case WHERE {reached} LIMIT {most}
), is_far AS MATERIALIZED (
  SELECT (SELECT count(*) FROM walked) < {most}
    AND (SELECT count(*) FROM (SELECT FROM ({parts}) AS one LIMIT {far}) AS two) = {far} AS yes
)
SELECT id FROM walked WHERE NOT (SELECT yes FROM is_far)
UNION ALL SELECT id FROM ({any}) AS asked WHERE (SELECT yes FROM is_far)"""
_PART: Final = "SELECT cases_case.id, cases_case.account_id, cases_case.created_at FROM cases_case WHERE {where}"
_BY_CUSTOMER: Final = """
SELECT cases_case.id FROM delegation_reachrow AS reach CROSS JOIN LATERAL (
  SELECT cases_case.id, {first} AS first, {second} AS second FROM cases_case
  WHERE cases_case.account_id = reach.customer_id AND {within} AND {where} ORDER BY {order} LIMIT {most}
) AS cases_case WHERE {seat} ORDER BY {outer} LIMIT {most}"""
_WALKED: Final = """
WITH walked AS MATERIALIZED (
  SELECT cases_case.id FROM (
    SELECT cases_case.id, cases_case.account_id, cases_case.created_at FROM cases_case
    WHERE {where} ORDER BY {order} LIMIT {far}
  ) AS cases_case WHERE {reached} LIMIT {most}
)
SELECT id FROM walked UNION SELECT id FROM ({by_customer}) AS asked WHERE CASE
  WHEN (SELECT count(*) FROM walked) = {most} THEN false
  ELSE (SELECT count(*) FROM (SELECT FROM cases_case WHERE {where} LIMIT {far}) AS one) = {far}
END"""


@dataclass(frozen=True, slots=True)
class ReachedArm(Arm):
    """Those that a seat reaches, of which the condition holds and any of `parts`. `is_few` says it of its customers.

    Of each part, which have nothing in common, an index has the cases in order. `is_rare` says that an index finds all,
    and that this may be little; `is_level`, that all of them have the same
    `first` in the order. It is one of so many arms (`beside`) that are walked: together no farther than one.
    """

    seat: Seat
    is_few: bool
    parts: tuple[Condition, ...] = ()
    is_rare: bool = False
    is_level: bool = False
    beside: int = 1

    def keys(self, order: Order | None, most: int, *, backwards: bool = False) -> Condition:
        """Return the statement of their keys, as `id`: the first `most` in this order, or any."""
        where = self.whole
        if order is None:
            return self._counted(most) if self.is_rare else self._any(most)
        order = Order("0", order.second) if self.is_level else order
        asked = self._by_customer(order, most, backwards=backwards)
        if self.is_few:
            return asked
        reached = reached_by(self.seat)
        sql = _WALKED.format(
            where=where.sql,
            order=order.sql(backwards=backwards),
            far=max(1, _FAR // self.beside),
            reached=reached.sql,
            most=most,
            by_customer=asked.sql,
        )
        return Condition(sql, (*where.values, *reached.values, *asked.values, *where.values))

    @property
    def whole(self) -> Condition:
        """Return the condition and that any of the parts holds."""
        return all_of((self.condition, any_of(self.parts))) if self.parts else self.condition

    def _any(self, most: int) -> Condition:
        where = self.whole
        sql = _ANY.format(within=_WITHIN, where=where.sql, seat=_OF_SEAT, most=most)
        return Condition(sql, (*where.values, self.seat.account, self.seat.domain))

    def _counted(self, most: int) -> Condition:
        conditions = [all_of((self.condition, part)) for part in self.parts] or [self.condition]
        parts = " UNION ALL ".join([f"({_PART.format(where=one.sql)} LIMIT {_FAR_TO_COUNT})" for one in conditions])
        values = tuple([value for one in conditions for value in one.values])
        reached, asked = reached_by(self.seat), self._any(most)
        sql = _COUNTED.format(parts=parts, far=_FAR_TO_COUNT, reached=reached.sql, most=most, any=asked.sql)
        return Condition(sql, (*values, *reached.values, *values, *asked.values))

    def _by_customer(self, order: Order, most: int, *, backwards: bool) -> Condition:
        where, outer = self.whole, Order("0" if order.first == "0" else "cases_case.first", "cases_case.second")
        sql = _BY_CUSTOMER.format(
            first=order.first,
            second=order.second,
            within=_WITHIN,
            where=where.sql,
            order=order.sql(backwards=backwards),
            outer=outer.sql(backwards=backwards),
            seat=_OF_SEAT,
            most=most,
        )
        return Condition(sql, (*where.values, self.seat.account, self.seat.domain))
