"""The cases that a delegate reaches, in SQL: the same few, whether it has twenty customers or twenty thousand. Pure.

Of few customers, the newest of each are put together. Of many, what was updated last is walked until a page is full;
only where that was far and the page is not full (they have a small part of all cases), each customer is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaison.cases.conditions import ALWAYS, Condition
from liaison.cases.lists.statements import Arm, Order
from liaison.cases.scope import OF_SEAT, WITHIN, reached_by
from liaison.delegation.deciding import Seat

_FAR: Final = 8_000
_OF_SEAT: Final = OF_SEAT.format(account="%s", domain="%s")
_WITHIN: Final = WITHIN.format(case="cases_case")
# With OFFSET the customers are asked one after the other, so that it ends when there are enough.
_ANY: Final = """
SELECT cases_case.id FROM delegation_reachrow AS reach CROSS JOIN LATERAL (
  SELECT cases_case.id FROM cases_case
  WHERE cases_case.account_id = reach.customer_id AND {within} AND {where} OFFSET 0
) AS cases_case WHERE {seat} LIMIT {most}"""
# What is rare among all cases is looked at where it stands: each customer's other cases need not be.
_COUNTED: Final = """
SELECT id FROM ({any}) AS asked WHERE (SELECT count(*) FROM (SELECT FROM cases_case WHERE {where} LIMIT {far}) AS one)
  = {far}
UNION SELECT cases_case.id FROM (
  SELECT cases_case.id, cases_case.account_id, cases_case.created_at FROM cases_case WHERE {where} LIMIT {far}
) AS cases_case
WHERE (SELECT count(*) FROM (SELECT FROM cases_case WHERE {where} LIMIT {far}) AS one) < {far} AND {reached}"""
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
    """Those that a seat reaches, and of which the condition holds. `is_few` says it of its customers.

    `may_be_rare` says that an index finds what the condition holds of, and that this may be little.
    """

    seat: Seat
    is_few: bool
    may_be_rare: bool = False

    def keys(self, order: Order | None, most: int, *, backwards: bool = False) -> Condition:
        """Return the statement of their keys, as `id`: the first `most` in this order, or any."""
        where = self.condition
        if order is None:
            return self._any(most)
        asked = self._by_customer(order, most, backwards=backwards)
        if self.is_few:
            return asked
        reached = reached_by(self.seat)
        sql = _WALKED.format(
            where=where.sql,
            order=order.sql(backwards=backwards),
            far=_FAR,
            reached=reached.sql,
            most=most,
            by_customer=asked.sql,
        )
        return Condition(sql, (*where.values, *reached.values, *asked.values, *where.values))

    def _any(self, most: int) -> Condition:
        where, reached = self.condition, reached_by(self.seat)
        sql = _ANY.format(within=_WITHIN, where=where.sql, seat=_OF_SEAT, most=most)
        asked = Condition(sql, (*where.values, self.seat.account, self.seat.domain))
        if self.is_few or not self.may_be_rare:
            return asked
        sql = _COUNTED.format(any=asked.sql, where=where.sql, far=_FAR, reached=reached.sql)
        return Condition(sql, (*asked.values, *where.values, *where.values, *where.values, *reached.values))

    def _by_customer(self, order: Order, most: int, *, backwards: bool) -> Condition:
        where, outer = self.condition, Order("0" if order.first == "0" else "cases_case.first", "cases_case.second")
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


def reached_arm(seat: Seat, *, is_few: bool, may_be_rare: bool) -> ReachedArm:
    """Return all that a seat reaches."""
    return ReachedArm(ALWAYS, seat, is_few, may_be_rare)
