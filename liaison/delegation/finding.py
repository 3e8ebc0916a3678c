"""Which customers a seat sees, by name and by words, in SQL: a page of twenty thousand costs what one of twenty does.

Few customers are looked at one by one. Of many, the directory is walked by name while that is near; what does not fill
a page there has rare words, and their hits are looked at. Only where hits are many and far, all customers are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from liaison.delegation.deciding import Seat
from liaison.lib.driver import preparing_cursor

_FEW: Final = 200
_NEAR: Final = 1_000
_NEAR_WITH_WORDS: Final = 300  # the index of names has no words: each customer is read
_RARE: Final = 4_000
_FIRST: Final = 200  # so many hits are put in order at first: nearly all are the seat's, or nearly none
# What `access.visible_customers` says of a seat's.
_BOUND: Final = """FROM delegation_bond AS bond WHERE bond.ended_at IS NULL
  AND bond.account_id = %(account)s AND (bond.domain_id = %(domain)s OR bond.domain_id IS NULL)"""
_PARTS: Final = {
    "few": _FEW,
    "rare": _RARE,
    "first": _FIRST,
    "bound": _BOUND,
    # With OFFSET the planner asks it of each customer, and does not take all of the seat's together.
    "seen": f"EXISTS (SELECT {_BOUND} AND bond.customer_id = entry.customer_id OFFSET 0)",
    "each": """CROSS JOIN LATERAL (
      SELECT entry.* FROM delegation_directoryentry AS entry WHERE entry.customer_id = own.key OFFSET 0
    ) AS entry""",
    "entries": "delegation_directoryentry AS entry",
    "in_order": "ORDER BY entry.sort_name, entry.customer_id",
}
_WORDS: Final = " AND entry.words @@ %(question)s::tsquery"
_BEHIND: Final = " AND (entry.sort_name, entry.customer_id) > (%(name)s, %(key)s)"
_OWN: Final = "SELECT bond.customer_id {bound} LIMIT {few} + 1"
_OF_FEW: Final = """
SELECT entry.* FROM unnest(%(own)s::bigint[]) AS own (key) {each} WHERE true{words}{behind} {in_order} LIMIT {most}"""
_WALKED: Final = """
SELECT entry.* FROM (SELECT entry.* FROM {entries} WHERE true{behind} {in_order} LIMIT {near}) AS entry
WHERE {seen}{words} LIMIT {most}"""
_ALL: Final = """
SELECT entry.* FROM {entries} WHERE entry.customer_id IN (SELECT bond.customer_id {bound}){words}{behind}
{in_order} LIMIT {most}"""
_BEFORE_NAMES: Final = "SELECT account.id, account.slug, account.name FROM ("
_AFTER_NAMES: Final = """) AS entry
JOIN accounts_account AS account ON account.id = entry.customer_id {in_order}"""
# Beside each customer stands how many hits there are: of too many, none is looked at.
_HITS: Final = """
WITH hit AS MATERIALIZED (
  SELECT entry.customer_id, entry.sort_name FROM {entries} WHERE true{words}{behind} LIMIT {rare} + 1
), size AS MATERIALIZED (SELECT count(*) AS hits FROM hit), first AS MATERIALIZED (
  SELECT entry.* FROM (
    SELECT entry.* FROM hit AS entry WHERE (SELECT hits FROM size) <= {rare} {in_order} LIMIT {first}
  ) AS entry WHERE {seen} LIMIT {most}
), rest AS (
  SELECT entry.* FROM hit AS entry
  WHERE (SELECT hits FROM size) > {first} AND (SELECT hits FROM size) <= {rare}
    AND (SELECT count(*) FROM first) < {most} AND {seen} {in_order} LIMIT {most}
), named AS (
  SELECT account.id, account.slug, account.name, entry.sort_name
  FROM (SELECT * FROM first UNION SELECT * FROM rest) AS entry
  JOIN accounts_account AS account ON account.id = entry.customer_id
)
SELECT hits, id, slug, name FROM size LEFT JOIN named ON true ORDER BY sort_name, id LIMIT {most}"""
_COUNT: Final = "SELECT count(*) FROM (SELECT {bound} LIMIT {most}) AS one"
_COUNT_FEW: Final = "SELECT count(*) FROM unnest(%(own)s::bigint[]) AS own (key) {each} WHERE true{words}"
_COUNT_HITS: Final = """
WITH hit AS MATERIALIZED (SELECT entry.customer_id FROM {entries} WHERE true{words} LIMIT {rare} + 1),
size AS MATERIALIZED (SELECT count(*) AS hits FROM hit)
SELECT (SELECT hits FROM size), count(*) FROM (
  SELECT FROM hit AS entry WHERE (SELECT hits FROM size) <= {rare} AND {seen} LIMIT {most}
) AS one"""
_COUNT_ALL: Final = """
SELECT count(*) FROM (
  SELECT FROM (SELECT bond.customer_id AS key {bound} OFFSET 0) AS own {each} WHERE true{words} LIMIT {most}
) AS one"""


class Named(NamedTuple):
    """A customer by its key, its short name and its name."""

    key: int
    slug: str
    name: str


class After(NamedTuple):
    """Behind which customer a page begins: the name under which it stands, and its key."""

    name: str
    key: int


def page_of(seat: Seat, question: str, after: After | None, most: int) -> list[Named]:
    """Return the first `most` customers by name that a seat sees. `question` is a `tsquery`, empty for all."""
    values = _values(seat, question, after)
    own, near = _own(values), _NEAR_WITH_WORDS if question else _NEAR
    if own is not None:
        return _page(_OF_FEW, values | {"own": own}, most)
    found = _page(_WALKED, values, most, near)
    if len(found) == most:
        return found
    if question:
        rows = _asked(_HITS, values, most)
        if rows[0][0] <= _RARE:
            return [Named._make(row) for _hits, *row in rows if row[0] is not None]
    return _page(_ALL, values, most)


def number_of(seat: Seat, question: str, most: int) -> int:
    """Return how many customers that a seat sees fit, at most `most`."""
    values = _values(seat, question)
    if not question:
        return int(_asked(_COUNT, values, most)[0][0])
    own = _own(values)
    if own is not None:
        return int(_asked(_COUNT_FEW, values | {"own": own}, most)[0][0])
    hits, number = _asked(_COUNT_HITS, values, most)[0]
    return int(number if hits <= _RARE else _asked(_COUNT_ALL, values, most)[0][0])


def _own(values: Mapping[str, Any]) -> list[int] | None:
    """Return the keys of the seat's customers, None for more than a few."""
    found = _asked(_OWN, values)
    return [key for (key,) in found] if len(found) <= _FEW else None


def _page(found: str, values: Mapping[str, Any], most: int, near: int = 0) -> list[Named]:
    return [Named._make(row) for row in _asked(_BEFORE_NAMES + found + _AFTER_NAMES, values, most, near)]


def _values(seat: Seat, question: str, after: After | None = None) -> dict[str, Any]:
    values = {"account": seat.account, "domain": seat.domain}
    return values | ({"question": question} if question else {}) | (after._asdict() if after else {})


def _asked(statement: str, values: Mapping[str, Any], most: int = 0, near: int = 0) -> list[tuple[Any, ...]]:
    words, behind = _WORDS if "question" in values else "", _BEHIND if "name" in values else ""
    sql = statement.format(words=words, behind=behind, most=int(most), near=near, **_PARTS)
    with preparing_cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
