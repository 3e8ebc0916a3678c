"""The statements that find, each `SELECT case, rank`. Which of them are asked follows from whose cases are seen.

A few accounts, or customers: their lexemes alone. Everything, or very many customers: all lexemes. Both shelf by shelf,
the newest first, until there are enough, so that no question reads all that is kept. Single cases (shares, urgent
ones): their rows alone. Each asks one column, so that internal words never stand in what others ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from liaison.cases.conditions import ALWAYS, Condition, all_of, any_of
from liaison.cases.scope import Scope
from liaison.cases.search.lexemes import Wanted

IN_TEXT: Final = 0
IN_TITLE: Final = 1
THE_NUMBER: Final = 2
_MOST_ACCOUNTS: Final = 40  # with more of them, asking for everything is quicker
_ANY_SHELF: Final = "~"  # where the number of the shelf goes; no word has it

# Whole shelves: within one the newest stand nowhere in particular. A case lies on one shelf with all its parts, and
# counts once. Without OFFSET the planner would read each shelf twice.
_SHELVED: Final = """
WITH RECURSIVE walk (shelf, found, seen) AS (
  SELECT (max(case_id) >> {size}) + 1, '{{}}'::bigint[], 0 FROM cases_searchrow
  UNION ALL
  SELECT shelf - 1, {found}, seen + cardinality({fitting}) FROM walk CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT DISTINCT case_id FROM ({on_shelf}) AS hit) AS hits OFFSET 0
  ) AS one{fit} WHERE seen < {most} AND shelf > 0
)
SELECT unnest(found), {rank} FROM walk"""
# Whoever sees them and whatever else is asked: only until there are enough, because each case costs more than finding
# it. From the last shelf come all hits then; those of a page are asked again.
_FIT: Final = """ CROSS JOIN LATERAL (
    SELECT ARRAY(
      SELECT cases_case.id FROM unnest(hits) AS hit (id) JOIN cases_case USING (id) WHERE {where} LIMIT {most} - seen
    ) AS fit OFFSET 0
  ) AS two"""
_ALL_OR_FIT: Final = "CASE WHEN seen + cardinality(fit) = {most} THEN hits ELSE fit END"
_ON_SHELF: Final = """
SELECT kept.case_id FROM cases_searchrow AS kept
WHERE cases_keyed({keys}, kept.{column}) @@ replace(%s, '~', (shelf - 1)::text)::tsquery{grouped}"""
_LISTED: Final = """
SELECT case_id, CASE WHEN {title} THEN 1 ELSE 0 END FROM cases_searchrow WHERE case_id {cases}
GROUP BY case_id HAVING {all}"""
_UNGROUPED: Final = Condition("")
_URGENT: Final = "IN (SELECT id FROM cases_case WHERE urgent_state = 'confirmed')"


@dataclass(frozen=True, slots=True)
class _Shelves:
    """An index of lexemes: the columns of their keys, and the power of two that is the size of a shelf."""

    keys: str
    size: int


_OF_ACCOUNTS: Final = _Shelves("kept.account_id, kept.case_id >> 16", 16)
_OF_ALL: Final = _Shelves("kept.case_id >> 13", 13)


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
    seen = Filters(all_of((any_of(scope.arms()), filters.condition)), filters.most)
    if scope.is_wide or len(scope.accounts) > _MOST_ACCOUNTS:
        yield from _shelved(_OF_ALL, [f"{_ANY_SHELF}."], asked, seen)
    elif scope.accounts or scope.customers:
        accounts = scope.accounts.union(scope.customers or ())
        keys = [f"{account}.{_ANY_SHELF}." for account in sorted(accounts)]
        yield from _shelved(_OF_ACCOUNTS, keys, asked, seen if scope.seat else filters)
    if scope.everything:
        return
    for column, one in asked:
        if scope.shared:
            yield _listed("= ANY(%s)", [sorted(scope.shared)], one, column)
        if scope.urgent:
            yield _listed(_URGENT, [], one, column)


def _shelved(
    shelves: _Shelves, keys: Sequence[str], asked: Sequence[tuple[str, Wanted]], filters: Filters
) -> Iterator[Condition]:
    anywhere, titles = [], []
    for column, wanted in asked:
        anywhere.append(_on_shelf(shelves, _any(wanted.anywhere(key) for key in keys), column))
        if wanted.is_many:
            grouped = Condition(_grouped(wanted, column), tuple(wanted.one_by_one()))
            anywhere.append(_on_shelf(shelves, _any(wanted.in_long_cases(key) for key in keys), column, grouped))
        if wanted.words and column == "shared":
            titles.append(_on_shelf(shelves, _any(wanted.in_title(key) for key in keys), column))
    yield _all_shelves(shelves, anywhere, IN_TEXT, filters)
    if titles:
        yield _all_shelves(shelves, titles, IN_TITLE, filters)


def _all_shelves(shelves: _Shelves, arms: Sequence[Condition], rank: int, filters: Filters) -> Condition:
    on_shelf, values = " UNION ALL ".join([f"({arm.sql})" for arm in arms]), [one for arm in arms for one in arm.values]
    found, fitting, fit = "hits", "hits", ""
    if filters.condition is not ALWAYS:
        found, fitting = _ALL_OR_FIT.format(most=filters.most), "fit"
        fit = _FIT.format(where=filters.condition.sql, most=filters.most)
        values += filters.condition.values
    sql = _SHELVED.format(
        size=shelves.size, rank=rank, on_shelf=on_shelf, most=filters.most, found=found, fitting=fitting, fit=fit
    )
    return Condition(sql, tuple(values))


def _on_shelf(shelves: _Shelves, query: str, column: str, grouped: Condition = _UNGROUPED) -> Condition:
    sql = _ON_SHELF.format(keys=shelves.keys, column=column, grouped=grouped.sql)
    return Condition(sql, (query, *grouped.values))


def _listed(cases: str, keys: list[Any], wanted: Wanted, column: str) -> Condition:
    each = wanted.one_by_one()
    titles = [wanted.in_title()] if wanted.words else []
    numbers = [wanted.anywhere()] if wanted.digits else []
    found = " OR ".join(filter(None, (_all(column, each), _all(column, numbers))))
    sql = _LISTED.format(title=_all(column, titles) or "false", cases=cases, all=found)
    return Condition(sql, (*titles, *keys, *each, *numbers))


def _grouped(wanted: Wanted, column: str) -> str:
    """Return what lets the parts of a long case have the words together."""
    return f" GROUP BY kept.case_id HAVING {_all(column, wanted.one_by_one())}"


def _all(column: str, each: Iterable[str]) -> str:
    return " AND ".join(_has(column) for _one in each)


def _has(column: str) -> str:
    return f"bool_or({column} @@ %s::tsquery)"


def _any(queries: Iterable[str]) -> str:
    return " | ".join(queries)
