"""A list in the order of the names of those whose cases they are, of each the last updated first. Pure.

Accounts are taken by name, of each its first cases, until the page is full: quick for twenty thousand customers, whose
names stand in an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from liaison.cases.conditions import ALWAYS, Condition, all_of, any_of
from liaison.cases.lists.statements import Arm, Order, Place
from liaison.cases.scope import OF_SEAT, WITHIN, Scope
from liaison.delegation.deciding import Seat

_NAME: Final = "coalesce(entry.sort_name, lower(owner.name))"
_ANY: Final = "accounts_account AS owner LEFT JOIN delegation_directoryentry AS entry ON entry.customer_id = owner.id"
_IN_DIRECTORY: Final = (
    "delegation_directoryentry AS entry JOIN accounts_account AS owner ON owner.id = entry.customer_id"
)
_REACHED: Final = f"{_IN_DIRECTORY} JOIN delegation_reachrow AS reach ON reach.customer_id = entry.customer_id"
_ELSEWHERE: Final = Condition(
    "NOT EXISTS (SELECT FROM delegation_directoryentry AS other WHERE other.customer_id = owner.id)"
)
_KEY: Final = "ARRAY[({name})::text, owner.slug::text]"
_OWNER: Final = f"(SELECT {_KEY.format(name=_NAME)} FROM {_ANY} WHERE owner.id = cases_case.account_id)"  # noqa: S608  # ours
# Within what the reader sees, as in every order (W7). Whoever lost it in between goes on where the short name would be.
_AT: Final = """coalesce((
  SELECT {key} FROM cases_case JOIN accounts_account AS owner ON owner.id = cases_case.account_id
  LEFT JOIN delegation_directoryentry AS entry ON entry.customer_id = owner.id
  WHERE cases_case.number = %s AND owner.slug = %s AND {seen}
), ARRAY[%s::text, %s::text])"""
_FIRST_OF_EACH: Final = """
SELECT cases_case.id FROM {owners} CROSS JOIN LATERAL (
  SELECT cases_case.id, {second} AS second FROM cases_case
  WHERE cases_case.account_id = owner.id AND {where} ORDER BY {second} {down}, cases_case.id {down} LIMIT {most}
) AS cases_case
WHERE {seen} ORDER BY {name} {up}, owner.slug {up}, cases_case.second {down}, cases_case.id {down} LIMIT {most}"""


class NamedOrder(Order):
    """By the name of the account, then its short name. `Place.first` is the short name."""

    def beyond(self, place: Place, scope: Scope, *, backwards: bool = False) -> tuple[Condition, ...]:
        """Return the same as `Order.beyond`."""
        at, further = _at(place, scope), "<" if backwards else ">"
        level = Condition(f"{self.first} = {at.sql}", at.values)
        same = self.within(place, scope, backwards=backwards)
        return all_of((level, same)), Condition(f"{self.first} {further} {at.sql}", at.values)


def named_order(second: str) -> NamedOrder:
    """Return the order by name, then by `second`, which is SQL over `cases_case`."""
    return NamedOrder(_OWNER, second)


@dataclass(frozen=True, slots=True)
class NamedArm(Arm):
    """Cases of accounts that are taken by name: of those `owners` (tables) of whom `of` holds.

    `name` is SQL. Of the account of a place, only what comes after it: `condition` says so.
    """

    owners: str
    name: str
    of: Condition

    def keys(self, order: Order | None, most: int, *, backwards: bool = False) -> Condition:
        """Return the statement of their keys, as `id`: the first `most` in this order; there must be one."""
        if order is None:
            raise ValueError("accounts are taken by name for an order alone")
        up, down = ("DESC", "ASC") if backwards else ("ASC", "DESC")
        sql = _FIRST_OF_EACH.format(
            owners=self.owners,
            second=order.second,
            where=self.condition.sql,
            seen=self.of.sql,
            name=self.name,
            up=up,
            down=down,
            most=most,
        )
        return Condition(sql, (*self.condition.values, *self.of.values))


def named_arms(scope: Scope, account: str, filters: Condition) -> tuple[NamedArm, ...]:
    """Return all that may be seen and that fits, by name; of one account alone, if its short name is given."""
    of = Condition("owner.slug = %s", (account,)) if account else ALWAYS
    return tuple(
        [replace(arm, condition=all_of((arm.condition, filters)), of=all_of((arm.of, of))) for arm in _seen(scope)]
    )


def beyond_place(
    arms: tuple[NamedArm, ...], order: NamedOrder, place: Place, scope: Scope, *, backwards: bool
) -> Iterator[NamedArm]:
    """Yield what of the arms comes after a place, or before it: the rest of its account, and further accounts."""
    at, further = _at(place, scope), "<" if backwards else ">"
    same = order.within(place, scope, backwards=backwards)
    here = Condition(f"owner.slug = ({at.sql})[2]", at.values)
    for arm in arms:
        yield replace(arm, of=all_of((arm.of, here)), condition=all_of((arm.condition, same)))
        key = _KEY.format(name=arm.name)
        there = Condition(f"{arm.name} {further}= ({at.sql})[1] AND {key} {further} {at.sql}", (*at.values, *at.values))
        yield replace(arm, of=all_of((arm.of, there)))


def _seen(scope: Scope) -> Iterator[NamedArm]:
    if scope.everything:
        yield NamedArm(ALWAYS, _IN_DIRECTORY, "entry.sort_name", ALWAYS)
        yield NamedArm(ALWAYS, "accounts_account AS owner", "lower(owner.name)", _ELSEWHERE)
        return
    if scope.accounts:
        yield NamedArm(ALWAYS, _ANY, _NAME, Condition("owner.id = ANY(%s::bigint[])", (sorted(scope.accounts),)))
    for cases in replace(scope, accounts=frozenset()).arms_but_seat():
        of = f"owner.id IN (SELECT cases_case.account_id FROM cases_case WHERE {cases.sql})"  # noqa: S608  # ours
        yield NamedArm(cases, _ANY, _NAME, Condition(of, cases.values))
    if scope.seat is not None:
        yield _reached(scope.seat)


def _reached(seat: Seat) -> NamedArm:
    within, of = WITHIN.format(case="cases_case"), OF_SEAT.format(account="%s", domain="%s")
    return NamedArm(Condition(within), _REACHED, "entry.sort_name", Condition(f"({of})", (seat.account, seat.domain)))


def _at(place: Place, scope: Scope) -> Condition:
    """Return the name and the short name at a place, as an array."""
    seen, slug = any_of(scope.arms()), str(place.first)
    sql = _AT.format(key=_KEY.format(name=_NAME), seen=seen.sql)
    return Condition(sql, (place.number, slug, *seen.values, slug, slug))
