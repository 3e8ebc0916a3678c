"""The boot check: every mistake in the catalog's files, with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from django.core.checks import CheckMessage, Error

from liaison.catalog.loader import INTEGRATION_KINDS_FILE, RULES_FILE, SEVERITIES_FILE, TOPICS_FILE
from liaison.catalog.reading import read_integration_kinds, read_severities, read_topics
from liaison.catalog.rulereading import read_rules
from liaison.catalog.source import CatalogError

_FILES: Final[tuple[tuple[Callable[[Path], object], Path], ...]] = (
    (read_integration_kinds, INTEGRATION_KINDS_FILE),
    (read_topics, TOPICS_FILE),
    (read_severities, SEVERITIES_FILE),
    (read_rules, RULES_FILE),
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
