"""What is found by: the verbs call these in their transaction, each one statement. Whoever writes holds the case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from liaison.cases.models import Case, CaseUpdate, InternalNote, SearchRow
from liaison.cases.search import lexemes
from liaison.lib.driver import preparing_cursor

_INSERT: Final = """
INSERT INTO cases_searchrow (case_id, account_id, part, shared)
SELECT %s, %s, place - 1, vector::tsvector FROM unnest(%s::text[]) WITH ORDINALITY AS piece (vector, place)
"""
# The words go into the last part while they fit; else they begin a new one, and from then on the case is long.
_APPEND: Final = """
WITH last AS (
  SELECT id, part, account_id, CASE WHEN part > 0 THEN %(is_long)s ELSE '' END::tsvector AS marks
  FROM cases_searchrow WHERE case_id = %(case)s ORDER BY part DESC LIMIT 1
), grown AS (
  UPDATE cases_searchrow AS kept SET {column} = coalesce(kept.{column}, last.marks) || %(vector)s::tsvector
  FROM last WHERE kept.id = last.id AND coalesce(length(kept.{column}), 0) + %(count)s <= %(most)s
  RETURNING kept.id
), marked AS (
  UPDATE cases_searchrow SET shared = shared || %(is_long)s::tsvector, internal = internal || %(is_long)s::tsvector
  WHERE case_id = %(case)s AND part = 0 AND NOT EXISTS (SELECT FROM grown)
)
INSERT INTO cases_searchrow (case_id, account_id, part, {column})
SELECT %(case)s, last.account_id, last.part + 1, %(vector)s::tsvector || %(is_long)s::tsvector
FROM last WHERE NOT EXISTS (SELECT FROM grown)
"""
_APPEND_SHARED: Final = _APPEND.format(column="shared")
_APPEND_INTERNAL: Final = _APPEND.format(column="internal")


def index_case(case: Case, description: str) -> None:
    """Write down the words of a case that was just filed."""
    insert_parts(case.pk, case.account_id, _vectors(case, description))


def rows_of(case: Case, description: str) -> list[SearchRow]:
    """Return the words of a new case, not written yet: for the verb that writes them in one statement with it."""
    vectors = enumerate(_vectors(case, description))
    return [SearchRow(case=case, account_id=case.account_id, part=part, shared=vector) for part, vector in vectors]


def index_update(update: CaseUpdate) -> None:
    """Add the words of a Send, which everybody who sees the case may read."""
    _append(_APPEND_SHARED, update.case_id, lexemes.of_update(update.text, update.changes))


def index_note(note: InternalNote) -> None:
    """Add the words of an internal note where only those are found who may read it (W8)."""
    _append(_APPEND_INTERNAL, note.case_id, lexemes.words_of(note.text))


def insert_parts(case: int, account: int, vectors: Sequence[str]) -> None:
    """Write the parts of a case that has none."""
    with preparing_cursor() as cursor:
        cursor.execute(_INSERT, [case, account, list(vectors)])


def _vectors(case: Case, description: str) -> list[str]:
    found = lexemes.of_case(case.number, case.title, (description, *lexemes.answered(case.answers)))
    return lexemes.vectors(found)


def _append(statement: str, case: int, found: Collection[str]) -> None:
    if not found:
        return
    listed = list(found)
    for at in range(0, len(listed), lexemes.MOST_LEXEMES):
        piece = listed[at : at + lexemes.MOST_LEXEMES]
        with preparing_cursor() as cursor:
            cursor.execute(
                statement,
                {
                    "case": case,
                    "vector": lexemes.vectors(piece)[0],
                    "count": len(piece),
                    "most": lexemes.MOST_LEXEMES + 10,
                    "is_long": f"'{lexemes.IS_LONG}'",
                },
            )
