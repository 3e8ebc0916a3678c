"""From the files about cases to the entries of the catalog; mistakes are collected, not raised one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from liaison.catalog.casework import (
    TECHNICAL_SUPPORT,
    URGENT_TECHNICAL_SUPPORT,
    AnswerKind,
    CaseSeverityEntry,
    Category,
    Choice,
    Condition,
    Impact,
    Product,
    Question,
    UrgentCriterion,
)
from liaison.catalog.source import CatalogError, Problem, read_source
from liaison.catalog.table import Table
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.languages import CODES

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_products(file: Path) -> Mapping[str, Product]:
    """Return the products that are no kind of integration, in the order of the file; raises CatalogError."""
    with _Reading(file) as root:
        found = {}
        for key, table in _slugs(root).items():
            table.refuse_other_keys("name")
            found[key] = Product(key, table.names())
    return MappingProxyType(found)


def read_questions(file: Path) -> Mapping[str, Question]:
    """Return every question by key; raises CatalogError."""
    with _Reading(file) as root:
        found = {key: _question(key, table) for key, table in _slugs(root).items()}
        for key, question in found.items():
            _check_condition(root.table(key), question, found)
    return MappingProxyType(found)


def read_categories(file: Path, questions: Mapping[str, Question], products: frozenset[str]) -> Mapping[str, Category]:
    """Return the categories in the order in which they are offered; raises CatalogError."""
    with _Reading(file) as root:
        found = {key: _category(key, table, questions, products) for key, table in _slugs(root).items()}
        for key in (TECHNICAL_SUPPORT, URGENT_TECHNICAL_SUPPORT):
            if key not in found:
                root.note(f"The category “{key}” is missing; code names it.")
    return MappingProxyType(found)


def read_case_severities(file: Path) -> Mapping[CaseSeverity, CaseSeverityEntry]:
    """Return every severity of a case, the worst first; raises CatalogError."""
    with _Reading(file) as root:
        root.refuse_other_keys(*(level.key for level in CaseSeverity))
        found = {level: _severity(level, root.table(level.key)) for level in CaseSeverity}
    return MappingProxyType(found)


def read_urgent_criteria(file: Path) -> Mapping[str, UrgentCriterion]:
    """Return the criteria for urgent technical support in their order; raises CatalogError."""
    with _Reading(file) as root:
        found = {}
        for key, table in _slugs(root).items():
            table.refuse_other_keys("name")
            found[key] = UrgentCriterion(key, table.names())
    return MappingProxyType(found)


class _Reading:
    """The root table of a file; leaving the block raises every mistake that was noted in it."""

    def __init__(self, file: Path) -> None:
        self._problems: list[Problem] = []
        self._root = Table(read_source(file), self._problems)

    def __enter__(self) -> Table:
        return self._root

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None and self._problems:
            raise CatalogError(tuple(sorted(self._problems, key=lambda problem: problem.line)))


def _slugs(table: Table) -> Mapping[str, Table]:
    for key in table.values:
        if not _SLUG.fullmatch(key):
            table.note(f"“{key}” must be made of small letters, digits and underscores.", key)
    return table.tables()


def _question(key: str, table: Table) -> Question:
    table.refuse_other_keys("name", "hint", "answer", "required", "choices", "when")
    kind = table.member("answer", AnswerKind)
    if (kind is AnswerKind.CHOICE) != table.has("choices"):
        table.note('“choices” stand at a question with “answer = "choice"”, and only there.', "answer")
    choices = _slugs(table.table("choices")) if table.has("choices") else {}
    return Question(
        key=key,
        names=table.names(),
        hints=table.names("hint") if table.has("hint") else MappingProxyType({}),
        answer=kind,
        required=table.boolean("required"),
        choices=tuple(Choice(name, MappingProxyType(_of_each(choice))) for name, choice in choices.items()),
        when=_condition(table.table("when")) if table.has("when") else None,
    )


def _of_each(table: Table) -> dict[str, str]:
    table.refuse_other_keys(*CODES)
    return {code: table.text(code) for code in CODES}


def _condition(table: Table) -> Condition:
    table.refuse_other_keys("question", "values")
    return Condition(table.text("question"), frozenset(table.texts("values")))


def _check_condition(table: Table, question: Question, known: Mapping[str, Question]) -> None:
    if question.when is None:
        return
    other = known.get(question.when.question)
    if other is None or other.answer not in {AnswerKind.CHOICE, AnswerKind.YES_NO}:
        table.note("A condition names a question with choices, or one of yes and no.", "when")
        return
    possible = {"yes", "no"} if other.answer is AnswerKind.YES_NO else {choice.key for choice in other.choices}
    if not question.when.values <= possible:
        table.note(f"A condition's values are answers of “{other.key}”: {', '.join(sorted(possible))}.", "when")


def _category(key: str, table: Table, questions: Mapping[str, Question], products: frozenset[str]) -> Category:
    table.refuse_other_keys("name", "products", "synonyms", "prompts", "questions")
    offered = table.texts("products")
    for product in sorted(set(offered) - products):
        table.note(f"The product “{product}” does not exist.", "products")
    asked = table.texts("questions")
    for name in (name for name in asked if name not in questions):
        table.note(f"The question “{name}” stands not in questions.toml.", "questions")
    chosen = tuple(questions[name] for name in asked if name in questions)
    for place, question in enumerate(chosen):
        if question.when and question.when.question not in asked[:place]:
            table.note(f"“{question.key}” depends on “{question.when.question}”, which must come before.", "questions")
    return Category(
        key=key,
        names=table.names(),
        products=offered,
        synonyms=MappingProxyType(_texts_of_each(table.table("synonyms"))),
        prompts=MappingProxyType(_texts_of_each(table.table("prompts"))),
        questions=chosen,
    )


def _texts_of_each(table: Table) -> dict[str, tuple[str, ...]]:
    table.refuse_other_keys(*CODES)
    return {code: table.texts(code) for code in CODES}


def _severity(level: CaseSeverity, table: Table) -> CaseSeverityEntry:
    table.refuse_other_keys("name", "explanation", "impacts")
    impacts = _slugs(table.table("impacts"))
    return CaseSeverityEntry(
        key=level,
        names=table.names(),
        explanations=table.names("explanation"),
        impacts=tuple(Impact(key, MappingProxyType(_of_each(impact))) for key, impact in impacts.items()),
    )
