"""The lexemes of a case: its words, and marks that no word can be, because words begin with a letter or a digit. Pure.

The indexes do not hold them as they are but once with the account before each and once with the *shelf* of the case
(`migrations`: `cases_keyed`). So a question of one account's people touches that account's lexemes alone, and one of
staff goes shelf by shelf, the newest first, until it has enough: neither grows with what is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from liaison.cases.numbers import plain
from liaison.cases.vocabulary import ChangeKind
from liaison.lib import searching
from liaison.lib.searching import Question, quoted, vector_of

IS_LONG: Final = "=l"
"""Every part of a case that has several."""
TITLE: Final = "=t"
"""Before each word of the title, which stands there without it too."""
MOST_LEXEMES: Final = 4_000
"""Lexemes of one part: the most that is written anew when a message is added, far below PostgreSQL's megabyte."""
SHORTEST_PART_OF_A_NUMBER: Final = 4
_NUMBER: Final = "=n"
# What people wrote themselves, beside the text, in the changes of an update.
_WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    ChangeKind.SEVERITY: ("reason",),
    ChangeKind.CLOSED: ("text",),
    ChangeKind.REOPENED: ("reason",),
    ChangeKind.ESCALATED: ("justification",),
    ChangeKind.DELETION_ASKED: ("reason",),
}


def words_of(text: str) -> list[str]:
    """Return the lexemes of any text."""
    return searching.vector_words(text, beginnings=False)


def question_of(text: str) -> Question:
    """Return what somebody asks."""
    return searching.question_of(text, beginnings=False)


def of_case(number: str, title: str, texts: Iterable[str]) -> set[str]:
    """Return every lexeme of a case as it was filed: number, title and the filer's own words."""
    words = set(words_of(title))
    found = words.union(TITLE + word for word in words)
    found.update(_of_number(number))
    for text in texts:
        found.update(words_of(text))
    return found


def of_update(text: str, changes: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the lexemes of what somebody wrote in one Send."""
    found = set(words_of(text))
    for change in changes:
        for name in _WRITTEN.get(change.get("kind", ""), ()):
            found.update(words_of(str(change.get(name, ""))))
    return found


def answered(answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the filer wrote into the category's questions."""
    return (answer for answer in answers.values() if isinstance(answer, str))


def vectors(lexemes: Collection[str]) -> list[str]:
    """Return one `tsvector` for each part; more than one only when they do not fit."""
    listed = list(lexemes)
    parts = [listed[at : at + MOST_LEXEMES] for at in range(0, len(listed), MOST_LEXEMES)] or [[]]
    several = [IS_LONG] if len(parts) > 1 else []
    return [vector_of((*several, *part)) for part in parts]


def number_asked(question: str) -> str:
    """Return the `tsquery` for what looks like a number or a part of one, else nothing.

    `408-271-9365`, `#408 271`, `9365`: ten digits, or at least four of them that follow each other.
    """
    number = plain(question)
    is_number = number.isdigit() and number.isascii() and len(number) >= SHORTEST_PART_OF_A_NUMBER
    return f"{quoted(_NUMBER + number[:32])}:*" if is_number else ""


def asks_a_number(question: str) -> bool:
    """Say whether somebody wants a case number and nothing else, because a `#` stands before it."""
    return question.lstrip().startswith("#") and bool(number_asked(question))


def any_of(question: Question) -> str:
    """Return the `tsquery` of texts that have at least one of the terms."""
    return " | ".join(Question((term,)).tsquery() for term in question.terms)


def one_by_one(question: Question) -> list[str]:
    """Return the `tsquery` of each term."""
    return [Question((term,)).tsquery() for term in question.terms]


def _of_number(number: str) -> Iterator[str]:
    """Yield a number's endings, so that any part of it begins one. Numbers of earlier systems are words too."""
    kept = plain(number)
    for at in range(max(1, len(kept) - SHORTEST_PART_OF_A_NUMBER + 1)):
        yield _NUMBER + kept[at:]
    if not kept.isdigit():
        yield from words_of(number)
