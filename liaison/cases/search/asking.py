"""Which cases have the words that somebody typed: one statement, which names nothing that the reader may not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from liaison.cases.conditions import ALWAYS, Condition, all_of, any_of
from liaison.cases.numbers import plain
from liaison.cases.scope import Scope
from liaison.cases.search.arms import Filters, arms_of
from liaison.cases.search.lexemes import wanted_of
from liaison.lib.driver import rows_of

MOST_FOUND: Final = 1_000
"""Cases that are ranked; there may be more."""
_LONGEST_NUMBER: Final = 32  # a longer one is cut, and no case has it
_NUMBERED: Final = "SELECT id, 2 FROM cases_case WHERE number = %s AND {where}"
_BY_FIT: Final = "best.rank DESC, cases_case.{moment} DESC, cases_case.id DESC"
_HIT: Final = """
WITH hit (case_id, rank) AS ({arms}), best AS (SELECT case_id, max(rank) AS rank FROM hit GROUP BY case_id),"""
_ANY_PAGE: Final = """
ranked AS (
  SELECT cases_case.id, row_number() OVER (ORDER BY {order}) AS place
  FROM best JOIN cases_case ON cases_case.id = best.case_id WHERE {where} ORDER BY place LIMIT {most} + 1
), page AS (
  SELECT id, place, (SELECT count(*) FROM ranked) AS total FROM ranked, (SELECT {before} AS before) AS begin
  WHERE place > before AND place <= before + {size} AND place <= {most}
)"""
# A place that nobody has, or after which nothing comes, is the beginning.
_PLACE: Final = "(SELECT max(place) FROM ranked JOIN cases_case USING (id) WHERE number = %s{further})"
_IS_NOT_LAST: Final = " AND place < least({most}, (SELECT count(*) FROM ranked))"
_AFTER: Final = f"coalesce({_PLACE}, 0)"
_BEFORE: Final = f"greatest({_PLACE} - 1 - {{size}}, 0)"
# What is found often is found among the newest: an index has them in order, and a page of them is enough. Looking up
# each of a thousand cases, to sort them, costs more than everything else. If they are too few there, it is done. Where
# many titles have the words, these alone are sought, because they fill the page.
_MANY: Final = 200
_NEWEST: Final = 8_000
_FIRST_PAGE: Final = """
tier AS (
  SELECT count(*) AS found, CASE WHEN count(*) FILTER (WHERE rank = 1) > {many} THEN 1 ELSE 0 END AS rank FROM best
), newest AS (
  SELECT id, (SELECT rank FROM tier) AS rank, moment FROM (
    SELECT id, account_id, created_at, {moment} AS moment FROM cases_case WHERE {walked}
    ORDER BY {moment} DESC, id DESC LIMIT {newest}
  ) AS cases_case
  WHERE (SELECT found FROM tier) > {many}
    AND (id IN (SELECT case_id FROM best WHERE rank = (SELECT rank FROM tier))) IS TRUE AND {asked} LIMIT {size}
), enough AS (SELECT count(*) = {size} AS has FROM newest), ranked AS (
  SELECT id, rank, {moment} AS moment FROM best JOIN cases_case ON id = case_id
  WHERE (rank > (SELECT rank FROM tier) OR NOT (SELECT has FROM enough)) AND {where}
  UNION ALL SELECT id, rank, moment FROM newest WHERE (SELECT has FROM enough)
), page AS (
  SELECT id, row_number() OVER (ORDER BY rank DESC, moment DESC, id DESC) AS place, least({most} + 1,
    CASE WHEN (SELECT has FROM enough) THEN (SELECT found FROM tier) ELSE (SELECT count(*) FROM ranked) END) AS total
  FROM ranked ORDER BY place LIMIT {size}
)"""
_SHOWN: Final = "{columns}, page.place, page.total FROM page JOIN cases_case USING (id) {joined} ORDER BY page.place"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the index: cases of the `scope` that fit the filters of `condition`.

    With `reads_notes` internal notes are asked too (W8). Sorted by `order`, which is SQL over `cases_case`, else the
    very number comes first, then those with all words in the title, each time the newest by `moment`, a column.
    `columns` begin with SELECT, over `cases_case` and what is `joined`. The page begins after the case with the number
    `older`, or ends before that of `newer`.
    """

    scope: Scope
    text: str
    reads_notes: bool
    condition: Condition = ALWAYS
    moment: str = "updated_at"
    order: str = ""
    columns: str = "SELECT cases_case.id"
    joined: str = ""
    older: str = ""
    newer: str = ""

    @property
    def is_in_order(self) -> bool:
        """Say whether an index has all that may be found in the order of the answer, but for the titles."""
        column = "staff_updated_at" if self.scope.everything else "updated_at"
        is_one = self.scope.is_wide or self.scope == Scope(accounts=frozenset(list(self.scope.accounts)[:1]))
        chosen = self.order or self.older or self.newer
        return is_one and self.moment == column and self.condition is ALWAYS and not chosen


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the asked columns, how many cases come before it, and of how many: at most `most` + 1, then of more."""

    rows: list[tuple[Any, ...]]
    before: int
    total: int


NOTHING: Final = Found([], 0, 0)


def found_page(asked: Asked, size: int, most: int = MOST_FOUND) -> Found:
    """Return a page of the cases found, in order, of which `most` are ranked. Without words nothing is found."""
    statement = statement_of(asked, size, most)
    if statement is None:
        return NOTHING
    rows = rows_of(statement.sql, statement.values)
    if not rows:
        return NOTHING
    *_columns, place, total = rows[0]
    return Found([row[:-2] for row in rows], place - 1, total)


def statement_of(asked: Asked, size: int, most: int = MOST_FOUND) -> Condition | None:
    """Return the statement with its values; None when nothing can be found."""
    wanted = wanted_of(asked.text)
    if not wanted or asked.scope.is_empty:
        return None
    fits = all_of((any_of(asked.scope.arms()), asked.condition))
    filters = Filters(asked.condition, most + 1)
    arms = [_numbered(asked.text, fits), *arms_of(asked.scope, wanted, filters, reads_notes=asked.reads_notes)]
    hit = _HIT.format(arms=" UNION ALL ".join([f"({arm.sql})" for arm in arms]))
    page = _first_page(asked, fits, size, most) if asked.is_in_order else _any_page(asked, fits, size, most)
    shown = _SHOWN.format(columns=asked.columns, joined=asked.joined)
    return Condition(f"{hit}{page.sql}{shown}", (*[value for arm in arms for value in arm.values], *page.values))


def _first_page(asked: Asked, fits: Condition, size: int, most: int) -> Condition:
    # Whose cases a seat reaches is asked of those found alone, not of all on the way.
    walked, each = (ALWAYS, fits) if asked.scope.seat else (fits, ALWAYS)
    sql = _FIRST_PAGE.format(
        moment=asked.moment, walked=walked.sql, asked=each.sql, where=fits.sql, size=size, most=most, many=_MANY,
        newest=_NEWEST,
    )  # fmt: skip
    return Condition(sql, (*fits.values, *fits.values))


def _any_page(asked: Asked, fits: Condition, size: int, most: int) -> Condition:
    order, before = asked.order or _BY_FIT.format(moment=asked.moment), _before(asked, size, most)
    sql = _ANY_PAGE.format(order=order, where=fits.sql, before=before.sql, size=size, most=most)
    return Condition(sql, (*fits.values, *before.values))


def _before(asked: Asked, size: int, most: int) -> Condition:
    """Return how many cases come before the page."""
    if asked.older:
        return Condition(_AFTER.format(further=_IS_NOT_LAST.format(most=most)), (_number(asked.older),))
    return Condition(_BEFORE.format(further="", size=size), (_number(asked.newer),)) if asked.newer else Condition("0")


def _numbered(text: str, fits: Condition) -> Condition:
    number = _number(plain(text))[: _LONGEST_NUMBER + 1]
    return Condition(_NUMBERED.format(where=fits.sql), (number, *fits.values))


def _number(text: str) -> str:
    return text.replace("\x00", "")
