"""What a case is filed with: products, categories with their questions, severities and urgent criteria (S2, S3, D2).

Entries are read from the catalog's files; the functions are pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from liaison.catalog.entries import WithName
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.languages import language_for
from liaison.lib.searching import question_of, vector_words
from liaison.lib.text import fold

TECHNICAL_SUPPORT: Final = "technical_support"
URGENT_TECHNICAL_SUPPORT: Final = "urgent_technical_support"
LONGEST_ANSWER: Final = 500
LONGEST_LONG_ANSWER: Final = 4_000
MOST_DIGITS: Final = 12


class AnswerKind(StrEnum):
    """How a question is answered, and as which JSON value the answer is kept."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    MOMENT = "moment"
    NUMBER = "number"
    LINK = "link"


class AnswerProblem(StrEnum):
    """What is wrong with an answer."""

    MISSING = "answer_missing"
    TOO_LONG = "answer_too_long"
    NOT_A_CHOICE = "answer_not_a_choice"
    NOT_YES_OR_NO = "answer_not_yes_or_no"
    NOT_A_MOMENT = "answer_not_a_moment"
    NOT_A_NUMBER = "answer_not_a_number"
    NOT_A_LINK = "answer_not_a_link"


@dataclass(frozen=True, slots=True)
class Choice(WithName):
    key: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the answer to another question is one of `values` (those of yes_no are `yes` and `no`)."""

    question: str
    values: frozenset[str]


@dataclass(frozen=True)
class Question(WithName):
    """One question of a category: asked where `when` holds, or always. `hints` help to answer it."""

    key: str
    names: Mapping[str, str]
    hints: Mapping[str, str]
    answer: AnswerKind
    required: bool
    choices: tuple[Choice, ...] = ()
    when: Condition | None = None

    def hint(self, language: str) -> str:
        """Return the hint in the language, empty where there is none."""
        return self.hints.get(language_for(language).code, "")


@dataclass(frozen=True)
class Product(WithName):
    """What a case is about: a kind of integration (`kind`), or something of the platform for everybody."""

    key: str
    names: Mapping[str, str]
    kind: str = ""


@dataclass(frozen=True)
class Category(WithName):
    """What sort of question it is, of these `products` (empty: of all); `synonyms` are other words to find it by.

    `prompts` are what a good description holds: whole sentences, to be reviewed before writing.
    """

    key: str
    names: Mapping[str, str]
    products: tuple[str, ...]
    synonyms: Mapping[str, tuple[str, ...]]
    prompts: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]

    def prompts_in(self, language: str) -> tuple[str, ...]:
        return self.prompts[language_for(language).code]


@dataclass(frozen=True)
class Impact(WithName):
    """A statement that a filer ticks when it is true of the problem."""

    key: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class CaseSeverityEntry(WithName):
    """A severity: what it means in a sentence, and the impacts of which one is enough."""

    key: CaseSeverity
    names: Mapping[str, str]
    explanations: Mapping[str, str]
    impacts: tuple[Impact, ...]

    def explanation(self, language: str) -> str:
        return self.explanations[language_for(language).code]


@dataclass(frozen=True)
class UrgentCriterion(WithName):
    """One of the criteria for urgent technical support (S3)."""

    key: str
    names: Mapping[str, str]


def products_of(category: Category, product: str) -> bool:
    """Say whether the category is offered for the product."""
    return not category.products or product in category.products


def severity_of(impacts: frozenset[str], entries: Mapping[CaseSeverity, CaseSeverityEntry]) -> CaseSeverity | None:
    """Return the worst severity of which an impact was ticked; None when none was."""
    held = (level for level, entry in entries.items() if any(impact.key in impacts for impact in entry.impacts))
    return min(held, default=None)


def asked(category: Category, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """Return the questions that are asked, given the answers so far: a condition counts only if it is asked itself."""
    found: dict[str, Question] = {}
    for question in category.questions:
        when = question.when
        if when is None or (when.question in found and _word(answers.get(when.question)) in when.values):
            found[question.key] = question
    return tuple(found.values())


def checked(
    category: Category, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[tuple[str, AnswerProblem], ...]]:
    """Return the answers as they are kept, and what is wrong: pairs of a question's key and the problem.

    What was not asked is dropped; so is an empty answer. Moments are kept as ISO 8601, yes and no as booleans.
    """
    clean: dict[str, Any] = {}
    problems: list[tuple[str, AnswerProblem]] = []
    for question in asked(category, answers):
        value = answers.get(question.key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if question.required:
                problems.append((question.key, AnswerProblem.MISSING))
            continue
        kept = _kept(question, value)
        if isinstance(kept, AnswerProblem):
            problems.append((question.key, kept))
        else:
            clean[question.key] = kept
    return clean, tuple(problems)


def find_categories(
    categories: Mapping[str, Category], question: str, product: str, language: str
) -> tuple[Category, ...]:
    """Return the product's categories that have every word, by name or synonym in any language; all for no word.

    Those whose name in the reader's language has the words come first. Where none has every word, those that have
    any of them, the most words first: people type sentences.
    """
    offered = [category for category in categories.values() if products_of(category, product)]
    words = fold(question).split()
    if not words:
        return tuple(offered)
    found = [category for category in offered if all(word in _haystack(category) for word in words)]
    if not found:
        return _nearest(offered, question)
    return tuple(sorted(found, key=lambda category: not all(word in fold(category.name(language)) for word in words)))


def _nearest(offered: list[Category], question: str) -> tuple[Category, ...]:
    """Return those that have any of the words, or any two characters of a run where words stand unparted."""
    asked = {
        term.lexeme for term in question_of(question).terms if len(term.lexeme) >= (3 if term.lexeme.isascii() else 2)
    }
    hits = {category.key: len(asked.intersection(vector_words(_haystack(category)))) for category in offered}
    found = [category for category in offered if hits[category.key]]
    return tuple(sorted(found, key=lambda category: -hits[category.key]))


def _haystack(category: Category) -> str:
    names = category.names.values()
    synonyms = (word for words in category.synonyms.values() for word in words)
    return fold(" ".join((*names, *synonyms)))


def _word(value: Any) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    return value if isinstance(value, str) else ""


def _kept(question: Question, value: Any) -> Any:
    """Return the answer as it is kept, or what is wrong with it."""
    if question.answer is AnswerKind.CHOICE:
        known = {choice.key for choice in question.choices}
        return value if isinstance(value, str) and value in known else AnswerProblem.NOT_A_CHOICE
    return _KEEPERS[question.answer](value)


def _yes_or_no(value: Any) -> bool | AnswerProblem:
    return {"yes": True, "no": False}.get(_word(value), AnswerProblem.NOT_YES_OR_NO)


def _text(value: Any, longest: int) -> str | AnswerProblem:
    text = str(value).replace("\x00", "").strip()
    return text if len(text) <= longest else AnswerProblem.TOO_LONG


def _moment(value: Any) -> str | AnswerProblem:
    """Return the moment as ISO 8601. Without an offset it is what the filer's clock said; the case names the zone."""
    try:
        return datetime.fromisoformat(str(value).strip()).isoformat(timespec="minutes")
    except ValueError:
        return AnswerProblem.NOT_A_MOMENT


def _number(value: Any) -> int | AnswerProblem:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return AnswerProblem.NOT_A_NUMBER
    return int(text)


def _link(value: Any) -> str | AnswerProblem:
    text = str(value).replace("\x00", "").strip()
    if len(text) > LONGEST_ANSWER:
        return AnswerProblem.TOO_LONG
    is_link = text.startswith(("https://", "http://")) and not any(character.isspace() for character in text)
    return text if is_link else AnswerProblem.NOT_A_LINK


_KEEPERS: Final[Mapping[AnswerKind, Callable[[Any], Any]]] = MappingProxyType(
    {
        AnswerKind.TEXT: partial(_text, longest=LONGEST_ANSWER),
        AnswerKind.LONG_TEXT: partial(_text, longest=LONGEST_LONG_ANSWER),
        AnswerKind.YES_NO: _yes_or_no,
        AnswerKind.MOMENT: _moment,
        AnswerKind.NUMBER: _number,
        AnswerKind.LINK: _link,
    }
)
