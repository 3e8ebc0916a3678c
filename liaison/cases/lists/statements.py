"""The statements that list and count cases. Pure.

The keys of a page come first, from one index for each arm of what is seen (`Scope.arms`), as many as the page shows;
then the columns of those cases alone. Values are parameters, so each shape of a list is one prepared statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final, NamedTuple

from liaison.cases.conditions import Condition, all_of, any_of
from liaison.cases.scope import Scope

MOST_COUNTED: Final = 1_000
"""Lists count so far; beyond it is "more than"."""
_NAMED: Final = "~"  # before a short name, which may be a number
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Numbers: a hundred moments cost the driver more than everything else in the answer.
MICROSECONDS: Final = "(date_part('epoch', cases_case.{}) * 1000000)::bigint"
_CREATED: Final = MICROSECONDS.format("created_at")
_COLUMNS: Final = f"""
SELECT cases_case.number, cases_case.title, cases_case.state, cases_case.severity, {MICROSECONDS.format("{moment}")},
  {_CREATED}, cases_case.urgent_state, cases_case.escalated_at IS NOT NULL, cases_case.language,
  account.name, account.slug, integration.kind, cases_case.product, person.name, {{first}}, {{total}}
"""
JOINED: Final = """
JOIN accounts_account AS account ON account.id = cases_case.account_id
LEFT JOIN integrations_integration AS integration ON integration.id = cases_case.integration_id
LEFT JOIN accounts_identity AS person ON person.id = cases_case.filed_by_id
"""


class Place(NamedTuple):
    """Where a list stands: by what it is sorted there, and the number of the case, which tells how many there are not.

    `first` is the short name of an account where the list is sorted by these. `second` are microseconds since 1970.
    """

    first: int | str
    second: int
    number: str

    def __str__(self) -> str:
        first = f"{_NAMED}{self.first}" if isinstance(self.first, str) else str(self.first)
        return f"{first}.{self.second}.{self.number}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Return what stands in an address, None for what is none."""
        first, _dot, rest = text.partition(".")
        second, _dot, number = rest.partition(".")
        try:
            found = cls(first[1:] if first[:1] == _NAMED else int(first) % 1000, int(second), number)
            moment_of(found.second)
        except (ValueError, OverflowError):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: `first` rising, then `second` falling, then the later filed one. Both are SQL.

    `levels` are the values that `first` can have, each with a condition that says it, in SQL.
    """

    first: str
    second: str
    levels: tuple[tuple[int, str], ...] = ()

    def sql(self, *, backwards: bool = False) -> str:
        up, down = ("DESC", "ASC") if backwards else ("ASC", "DESC")
        first = "" if self.first == "0" else f"{self.first} {up}, "
        return f"{first}{self.second} {down}, cases_case.id {down}"

    def beyond(self, place: Place, scope: Scope, *, backwards: bool = False) -> tuple[Condition, ...]:
        """Return what holds of what comes after a place (before it, if `backwards`): one of these conditions."""
        same = self.within(place, scope, backwards=backwards)
        if self.first == "0":
            return (same,)
        further = "<" if backwards else ">"
        level = Condition(f"{self.first} = %s", (place.first,))
        return all_of((level, same)), Condition(f"{self.first} {further} %s", (place.first,))

    def by_level(self, place: Place | None, scope: Scope, *, backwards: bool = False) -> tuple[Condition, ...]:
        """Return the same as a condition for each value of `first`: each is found by an index in the order `second`."""
        found, at = [], 0 if place is None or isinstance(place.first, str) else place.first
        for number, said in self.levels:
            level = Condition(said)
            if place is None or (number < at if backwards else number > at):
                found.append(level)
            elif number == at:
                found.append(all_of((level, self.within(place, scope, backwards=backwards))))
        return tuple(found)

    def within(self, place: Place, scope: Scope, *, backwards: bool) -> Condition:
        """Return what holds of what comes after a place, or before it, among what `first` is the same of."""
        # Within what the reader sees: a place made up of another's number is one that nobody has (W7).
        after, seen = ">" if backwards else "<", any_of(scope.arms())
        key = f"(SELECT cases_case.id FROM cases_case WHERE cases_case.number = %s AND {seen.sql})"  # noqa: S608  # ours
        values = (moment_of(place.second), place.number, *seen.values)
        return Condition(f"({self.second}, cases_case.id) {after} (%s, {key})", values)


def moment_of(microseconds: int) -> datetime:
    """Return the moment (UTC) that a statement gave in microseconds since 1970. Raises OverflowError."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(moment: datetime) -> int:
    """Return the same for a moment of ours."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arm:
    """Some of the cases of a list: those of which the condition holds, found by one index."""

    condition: Condition

    def keys(self, order: Order | None, most: int, *, backwards: bool = False) -> Condition:
        """Return the statement of their keys, as `id`: the first `most` in this order, or any."""
        end = f" ORDER BY {order.sql(backwards=backwards)}" if order else ""
        sql = f"SELECT cases_case.id AS id FROM cases_case WHERE {self.condition.sql}{end} LIMIT {most}"  # noqa: S608  # ours
        return Condition(sql, self.condition.values)


def arms_of(arms: Sequence[Arm], *choices: Sequence[Condition]) -> tuple[Arm, ...]:
    """Return the arms of a list, so that of each choice one condition holds."""
    return tuple([replace(arm, condition=all_of((arm.condition, *one))) for arm in arms for one in product(*choices)])


def page_statement(
    arms: Sequence[Arm],
    order: Order,
    most: int,
    *,
    moment: str,
    backwards: bool,
    counted: Sequence[Arm] = (),
) -> Condition:
    """Return the statement of a page of at most `most` lines; of each, `moment` is when it was last updated.

    With arms to be `counted`, the last column of every line says how many cases they have, as `count_statement` does.
    """
    sorted_by = order.sql(backwards=backwards)
    keys = _united([arm.keys(order, most, backwards=backwards) for arm in arms])
    total = count_statement(counted) if counted else Condition("NULL")
    columns = columns_of(order, moment, f"({total.sql})")
    sql = f"{columns} FROM ({keys.sql}) AS seen JOIN cases_case USING (id) {JOINED} ORDER BY {sorted_by} LIMIT {most}"
    return Condition(sql, (*total.values, *keys.values))


def count_statement(arms: Sequence[Arm]) -> Condition:
    """Return the statement that counts cases, up to one more than MOST_COUNTED."""
    counted = _united([arm.keys(None, MOST_COUNTED + 1) for arm in arms])
    sql = f"SELECT count(*) FROM (SELECT FROM ({counted.sql}) AS one LIMIT {MOST_COUNTED + 1}) AS counted"  # noqa: S608  # ours
    return Condition(sql, counted.values)


def columns_of(order: Order, moment: str, total: str = "NULL") -> str:
    """Return the columns of a line: those of `asking.Line`."""
    return _COLUMNS.format(moment=moment, first=order.first, total=total)


def _united(keys: Sequence[Condition]) -> Condition:
    # A case that is both the reader's own and shared is in two arms: UNION shows it once.
    each = [f"({one.sql})" for one in keys]
    return Condition(" UNION ".join(each), tuple([value for one in keys for value in one.values]))
