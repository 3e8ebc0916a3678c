"""Which cases have the words that somebody typed: one statement, which names nothing that the reader may not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q

from liaison.cases.models import Case
from liaison.cases.numbers import plain
from liaison.cases.scope import Scope
from liaison.cases.search.arms import Arm, Filters, arms_of
from liaison.cases.search.lexemes import Wanted, wanted_of

MOST_FOUND: Final = 1_000
"""Cases that are ranked; there may be more."""
_LONGEST_NUMBER: Final = 32
_NUMBERED: Final = "SELECT id, 2 FROM cases_case WHERE number = %s"
_ANSWER: Final = """
WITH hit (case_id, rank) AS ({arms}), best AS (SELECT case_id, max(rank) AS rank FROM hit GROUP BY case_id)
SELECT {columns} FROM best JOIN cases_case ON cases_case.id = best.case_id
WHERE true{where} ORDER BY {order} LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the index: cases of the `scope` that fit `condition` (on columns of the case alone).

    With `reads_notes` internal notes are asked too (W8). `order` and `columns` are SQL over `cases_case` and
    `best.rank`: 2 for the very number, 1 for all words in the title, 0 for anywhere.
    """

    scope: Scope
    text: str
    reads_notes: bool
    condition: Q = field(default_factory=Q)
    order: str = "best.rank DESC, cases_case.updated_at DESC, cases_case.id DESC"
    columns: str = "cases_case.id"


def found_cases(asked: Asked, most: int = MOST_FOUND) -> list[tuple[Any, ...]]:
    """Return the asked columns of the cases found, in order, at most `most`. Without words nothing is found."""
    statement = statement_of(asked, most)
    if statement is None:
        return []
    # Not prepared: without the words the planner cannot know that the index finds few.
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return list(cursor.fetchall())


def statement_of(asked: Asked, most: int = MOST_FOUND) -> tuple[str, list[Any]] | None:
    """Return the statement and its parameters; None when nothing can be found."""
    wanted, allowed = wanted_of(asked.text), where_of(asked.scope.condition() & asked.condition)
    if not wanted or allowed is None:
        return None
    where, values = allowed
    arms = list(_arms(asked, wanted, Filters(where, values, most)))
    united = " UNION ALL ".join(f"({arm.sql})" for arm in arms)
    sql = _ANSWER.format(arms=united, columns=asked.columns, where=where, order=asked.order)
    return sql, [*(value for arm in arms for value in arm.parameters), *values, most]


def where_of(condition: Q) -> tuple[str, Sequence[Any]] | None:
    """Return a condition on `cases_case` as SQL that begins with AND, with its parameters; None when nothing fits."""
    query = Case.objects.filter(condition).query
    try:
        sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    except EmptyResultSet:
        return None
    except FullResultSet:
        return "", ()
    return f" AND {sql}" if sql else "", parameters


def _arms(asked: Asked, wanted: Wanted, filters: Filters) -> Iterator[Arm]:
    number = plain(asked.text)
    if len(number) <= _LONGEST_NUMBER:
        yield Arm(_NUMBERED, [number.replace("\x00", "")])
    yield from arms_of(asked.scope, wanted, filters, "shared")
    if asked.reads_notes and wanted.words:
        yield from arms_of(asked.scope, Wanted(wanted.words, ""), filters, "internal")
