"""The statements that list and count cases. Pure.

The keys of a page come first, from one index for each arm of what is seen (`Scope.arms`), as many as the page shows;
then the columns of those cases alone. Values are parameters, so each shape of a list is one prepared statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final, NamedTuple

from liaison.cases.conditions import Condition, all_of, any_of
from liaison.cases.scope import Scope

MOST_COUNTED: Final = 1_000
"""Lists count so far; beyond it is "more than"."""
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

    `second` are microseconds since 1970.
    """

    first: int
    second: int
    number: str

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Return what stands in an address, None for what is none."""
        first, _dot, rest = text.partition(".")
        second, _dot, number = rest.partition(".")
        try:
            found = cls(int(first) % 1000, int(second), number)
            moment_of(found.second)
        except (ValueError, OverflowError):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: `first` rising, then `second` falling, then the later filed one. Both are SQL."""

    first: str
    second: str

    def sql(self, *, backwards: bool = False) -> str:
        up, down = ("DESC", "ASC") if backwards else ("ASC", "DESC")
        first = "" if self.first == "0" else f"{self.first} {up}, "
        return f"{first}{self.second} {down}, cases_case.id {down}"

    def beyond(self, place: Place, scope: Scope, *, backwards: bool = False) -> tuple[Condition, ...]:
        """Return what holds of what comes after a place (before it, if `backwards`): one of these conditions.

        Within what the reader sees: a place made up of another's number is one that nobody has (W7).
        """
        after, further = (">", "<") if backwards else ("<", ">")
        seen = any_of(scope.arms())
        key = f"(SELECT cases_case.id FROM cases_case WHERE cases_case.number = %s AND {seen.sql})"  # noqa: S608  # ours
        at = (moment_of(place.second), place.number, *seen.values)
        same = Condition(f"({self.second}, cases_case.id) {after} (%s, {key})", at)
        if self.first == "0":
            return (same,)
        level = Condition(f"{self.first} = %s", (place.first,))
        return all_of((level, same)), Condition(f"{self.first} {further} %s", (place.first,))


def moment_of(microseconds: int) -> datetime:
    """Return the moment (UTC) that a statement gave in microseconds since 1970. Raises OverflowError."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(moment: datetime) -> int:
    """Return the same for a moment of ours."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def arms_of(*choices: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return the arms of a list: of each choice one condition holds."""
    return tuple([all_of(one) for one in product(*choices)])


def page_statement(
    arms: Sequence[Condition],
    order: Order,
    most: int,
    *,
    moment: str,
    backwards: bool,
    counted: Sequence[Condition] = (),
) -> Condition:
    """Return the statement of a page of at most `most` lines; of each, `moment` is when it was last updated.

    With arms to be `counted`, the last column of every line says how many cases they have, as `count_statement` does.
    """
    sorted_by = order.sql(backwards=backwards)
    keys = _keys(arms, "cases_case.id AS id", f" ORDER BY {sorted_by} LIMIT {most}")
    total = count_statement(counted) if counted else Condition("NULL")
    columns = columns_of(order, moment, f"({total.sql})")
    sql = f"{columns} FROM ({keys.sql}) AS seen JOIN cases_case USING (id) {JOINED} ORDER BY {sorted_by} LIMIT {most}"
    return Condition(sql, (*total.values, *keys.values))


def count_statement(arms: Sequence[Condition]) -> Condition:
    """Return the statement that counts cases, up to one more than MOST_COUNTED."""
    column = "" if len(arms) == 1 else "cases_case.id"
    counted = _keys(arms, column, f" LIMIT {MOST_COUNTED + 1}")
    sql = f"SELECT count(*) FROM (SELECT FROM ({counted.sql}) AS one LIMIT {MOST_COUNTED + 1}) AS counted"  # noqa: S608  # ours
    return Condition(sql, counted.values)


def columns_of(order: Order, moment: str, total: str = "NULL") -> str:
    """Return the columns of a line: those of `asking.Line`."""
    return _COLUMNS.format(moment=moment, first=order.first, total=total)


def _keys(arms: Sequence[Condition], column: str, end: str) -> Condition:
    # A case that is both the reader's own and shared is in two arms: UNION shows it once.
    each = [f"(SELECT {column} FROM cases_case WHERE {arm.sql}{end})" for arm in arms]  # noqa: S608  # ours
    return Condition(" UNION ".join(each), tuple([value for arm in arms for value in arm.values]))
