"""The statements that find, each `SELECT case, rank`. Which of them are asked follows from whose cases are seen.

A few accounts: their lexemes alone. Everything: shelf by shelf, the newest first, until there are enough. Single cases
(shares, urgent ones): their rows alone. Each asks one column, so that internal words never stand in what others ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from liaison.cases.conditions import ALWAYS, Condition
from liaison.cases.scope import Scope
from liaison.cases.search.lexemes import Wanted

IN_TEXT: Final = 0
IN_TITLE: Final = 1
THE_NUMBER: Final = 2
_MOST_ACCOUNTS: Final = 40  # with more of them, shelf by shelf is quicker
_ANY_SHELF: Final = "~"  # where the number of the shelf goes; no word has it

# The planner is not shown the words: it cannot tell how many cases have them, and would still plan each question anew.
_KEYED: Final = """
SELECT case_id, {rank} FROM cases_searchrow WHERE cases_keyed(account_id, {column}) @@ (SELECT %s::tsquery)"""
# A case lies on one shelf with all its parts: UNION counts it once.
_SHELVED: Final = """
SELECT * FROM (
  SELECT hit.case_id, {rank} FROM generate_series((SELECT max(case_id) >> 13 FROM cases_searchrow), 0, -1) AS shelf
  CROSS JOIN LATERAL ({on_shelf}) AS hit LIMIT {most}
) AS hits"""
# The limit keeps the planner from expecting half a million rows, and from making room for them.
_ON_SHELF: Final = """
SELECT kept.case_id FROM cases_searchrow AS kept{joined}
WHERE cases_keyed(kept.case_id >> 13, kept.{column}) @@ replace(%s, '~', shelf::text)::tsquery{where}{grouped}
LIMIT {most}"""
_JOINED: Final = " JOIN cases_case ON cases_case.id = kept.case_id"
_LISTED: Final = """
SELECT case_id, CASE WHEN {title} THEN 1 ELSE 0 END FROM cases_searchrow WHERE case_id {cases}
GROUP BY case_id HAVING {all}"""
_UNGROUPED: Final = Condition("")
_URGENT: Final = "IN (SELECT id FROM cases_case WHERE urgent_state = 'confirmed')"


@dataclass(frozen=True, slots=True)
class Filters:
    """What else is asked of the cases, and how many of them count."""

    condition: Condition
    most: int


def arms_of(scope: Scope, wanted: Wanted, filters: Filters, *, reads_notes: bool) -> Iterator[Condition]:
    """Yield what finds the words for somebody who sees `scope`, and in internal notes too if they may be read (W8)."""
    asked = [("shared", wanted)]
    if reads_notes and wanted.words:
        asked.append(("internal", Wanted(wanted.words, "")))
    if scope.everything or len(scope.accounts) > _MOST_ACCOUNTS:
        yield from _shelved(asked, filters)
    for column, one in asked:
        yield from _some(scope, one, column)


def _some(scope: Scope, wanted: Wanted, column: str) -> Iterator[Condition]:
    if scope.everything:
        return
    if 0 < len(scope.accounts) <= _MOST_ACCOUNTS:
        yield from _keyed([f"{account}." for account in sorted(scope.accounts)], wanted, column)
    if scope.shared:
        yield _listed("= ANY(%s)", [sorted(scope.shared)], wanted, column)
    if scope.urgent:
        yield _listed(_URGENT, [], wanted, column)


def _keyed(keys: list[str], wanted: Wanted, column: str) -> Iterator[Condition]:
    yield Condition(_KEYED.format(rank=IN_TEXT, column=column), (_any(wanted.anywhere(key) for key in keys),))
    if wanted.words and column == "shared":
        yield Condition(_KEYED.format(rank=IN_TITLE, column=column), (_any(wanted.in_title(key) for key in keys),))
    if wanted.is_many:
        sql = _KEYED.format(rank=IN_TEXT, column=column) + _grouped(wanted, "case_id", column)
        yield Condition(sql, (_any(wanted.in_long_cases(key) for key in keys), *wanted.one_by_one()))


def _shelved(asked: Sequence[tuple[str, Wanted]], filters: Filters) -> Iterator[Condition]:
    key = f"{_ANY_SHELF}."
    anywhere, titles = [], []
    for column, wanted in asked:
        anywhere.append(_on_shelf(wanted.anywhere(key), filters, column))
        if wanted.is_many:
            grouped = Condition(_grouped(wanted, "kept.case_id", column), tuple(wanted.one_by_one()))
            anywhere.append(_on_shelf(wanted.in_long_cases(key), filters, column, grouped))
        if wanted.words and column == "shared":
            titles.append(_on_shelf(wanted.in_title(key), filters, column))
    yield _all_shelves(anywhere, IN_TEXT, filters.most)
    if titles:
        yield _all_shelves(titles, IN_TITLE, filters.most)


def _all_shelves(arms: Sequence[Condition], rank: int, most: int) -> Condition:
    on_shelf = " UNION ".join([f"({arm.sql})" for arm in arms])
    values = [value for arm in arms for value in arm.values]
    return Condition(_SHELVED.format(rank=rank, on_shelf=on_shelf, most=most), tuple(values))


def _on_shelf(query: str, filters: Filters, column: str, grouped: Condition = _UNGROUPED) -> Condition:
    joined, where = ("", "") if filters.condition is ALWAYS else (_JOINED, f" AND {filters.condition.sql}")
    sql = _ON_SHELF.format(column=column, joined=joined, where=where, grouped=grouped.sql, most=filters.most)
    return Condition(sql, (query, *filters.condition.values, *grouped.values))


def _listed(cases: str, keys: list[Any], wanted: Wanted, column: str) -> Condition:
    each = wanted.one_by_one()
    titles = [wanted.in_title()] if wanted.words else []
    numbers = [wanted.anywhere()] if wanted.digits else []
    found = " OR ".join(filter(None, (_all(column, each), _all(column, numbers))))
    sql = _LISTED.format(title=_all(column, titles) or "false", cases=cases, all=found)
    return Condition(sql, (*titles, *keys, *each, *numbers))


def _grouped(wanted: Wanted, key: str, column: str) -> str:
    """Return what lets the parts of a long case have the words together."""
    return f" GROUP BY {key} HAVING {_all(column, wanted.one_by_one())}"


def _all(column: str, each: Iterable[str]) -> str:
    return " AND ".join(_has(column) for _one in each)


def _has(column: str) -> str:
    return f"bool_or({column} @@ %s::tsquery)"


def _any(queries: Iterable[str]) -> str:
    return " | ".join(queries)
