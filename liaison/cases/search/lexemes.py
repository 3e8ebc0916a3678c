"""The lexemes of a case: its words, and marks that no word can be, because words begin with a letter or a digit. Pure.

The indexes do not hold them as they are but once with account and *shelf* of the case before each, and once with the
shelf alone (`migrations`: `cases_keyed`). So a question of one account's people touches that account's lexemes alone,
and every question goes shelf by shelf, the newest first, until it has enough: none grows with what is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from liaison.cases.numbers import plain
from liaison.cases.vocabulary import ChangeKind
from liaison.lib import searching
from liaison.lib.searching import Question, quoted, vector_of

IS_LONG: Final = "=l"
"""Every part of a case that has several."""
_TITLE: Final = "=t"  # before each word of the title, which stands there without it too
MOST_LEXEMES: Final = 4_000
"""Lexemes of one part: the most that is written anew when a message is added, far below PostgreSQL's megabyte."""
_NUMBER: Final = "=n"
_SHORTEST_PART: Final = 4
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


def marked_long(parts: Iterable[str]) -> list[str]:
    """Return vectors with the mark of long cases, which one that has it already keeps once."""
    return [f"{part} {quoted(IS_LONG)}" for part in parts]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: all words, or a number (`digits`). The methods return the text of a `tsquery`.

    `key` is an account with a shelf, or a shelf, or stands for one; empty for vectors as they are kept.
    """

    words: Question
    digits: str

    def __bool__(self) -> bool:
        return bool(self.words or self.digits)

    @property
    def is_many(self) -> bool:
        return len(self.words.terms) > 1

    def anywhere(self, key: str = "") -> str:
        number = f"{quoted(f'{key}{_NUMBER}{self.digits}')}:*" if self.digits else ""
        words = f"({self.words.tsquery(key)})" if self.words else ""
        return " | ".join(filter(None, (number, words)))

    def in_title(self, key: str = "") -> str:
        return f"({self.words.tsquery(key + _TITLE)})"

    def in_long_cases(self, key: str) -> str:
        """Return what has any of the words in a case of several parts."""
        words = " | ".join(Question((term,)).tsquery(key) for term in self.words.terms)
        return f"({quoted(key + IS_LONG)} & ({words}))"

    def one_by_one(self) -> list[str]:
        return [Question((term,)).tsquery() for term in self.words.terms]


def wanted_of(text: str) -> Wanted:
    """Return what somebody looks for who typed this. With a `#` before it a number is a number and nothing else."""
    asked = text[: searching.LONGEST_QUESTION].replace("\x00", "")
    digits = _digits(asked)
    is_number = asked.lstrip().startswith("#") and digits
    return Wanted(Question() if is_number else searching.question_of(asked, beginnings=False), digits)


def of_case(number: str, title: str, texts: Iterable[str]) -> set[str]:
    """Return every lexeme of a case as it was filed: number, title and the filer's own words."""
    words = set(words_of(title))
    found = words.union(_TITLE + word for word in words)
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


def _digits(text: str) -> str:
    """Return what looks like a number or at least four digits of one, else nothing: `408-271-9365`, `#4082`, `9365`."""
    number = plain(text)
    return number[:32] if number.isdigit() and number.isascii() and len(number) >= _SHORTEST_PART else ""


def _of_number(number: str) -> Iterator[str]:
    """Yield a number's endings, so that any part of it begins one. Numbers of earlier systems are words too."""
    kept = plain(number)
    for at in range(max(1, len(kept) - _SHORTEST_PART + 1)):
        yield _NUMBER + kept[at:]
    if not kept.isdigit():
        yield from words_of(number)
