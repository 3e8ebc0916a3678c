"""The boot check: every mistake in the catalog's files, with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from django.core.checks import CheckMessage, Error

from liaison.catalog.caseworkreading import (
    read_case_severities,
    read_categories,
    read_products,
    read_questions,
    read_urgent_criteria,
)
from liaison.catalog.loader import (
    CASE_SEVERITIES_FILE,
    CATEGORIES_FILE,
    INTEGRATION_KINDS_FILE,
    PRODUCTS_FILE,
    QUESTIONS_FILE,
    RULES_FILE,
    SEVERITIES_FILE,
    TOPICS_FILE,
    URGENT_CRITERIA_FILE,
)
from liaison.catalog.reading import read_integration_kinds, read_severities, read_topics
from liaison.catalog.rulereading import read_rules
from liaison.catalog.source import CatalogError


def _read_categories(file: Path) -> object:
    """Read the categories against the other files; while one of those is broken, that one says so itself."""
    try:
        questions = read_questions(QUESTIONS_FILE)
        products = frozenset(read_integration_kinds(INTEGRATION_KINDS_FILE)) | frozenset(read_products(PRODUCTS_FILE))
    except CatalogError:
        return None
    return read_categories(file, questions, products)


_FILES: Final[tuple[tuple[Callable[[Path], object], Path], ...]] = (
    (read_integration_kinds, INTEGRATION_KINDS_FILE),
    (read_topics, TOPICS_FILE),
    (read_severities, SEVERITIES_FILE),
    (read_rules, RULES_FILE),
    (read_products, PRODUCTS_FILE),
    (read_questions, QUESTIONS_FILE),
    (_read_categories, CATEGORIES_FILE),
    (read_case_severities, CASE_SEVERITIES_FILE),
    (read_urgent_criteria, URGENT_CRITERIA_FILE),
)


def check_catalog(**_: object) -> list[CheckMessage]:
    """Return an error for each mistake in the catalog; `obj` is `file:line`."""
    return list(catalog_errors(_FILES))


def catalog_errors(files: Iterable[tuple[Callable[[Path], object], Path]]) -> Iterable[CheckMessage]:
    """Give the errors of these files, each read by the function beside it."""
    for read, file in files:
        try:
            read(file)
        except CatalogError as error:
            for problem in error.problems:
                yield Error(problem.message, obj=problem.place, id="catalog.E001")
