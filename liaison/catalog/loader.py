"""The catalog as the program uses it: read once, never changed while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from liaison.catalog.casework import CaseSeverityEntry, Category, Product, Question, UrgentCriterion
from liaison.catalog.caseworkreading import (
    read_case_severities,
    read_categories,
    read_products,
    read_questions,
    read_urgent_criteria,
)
from liaison.catalog.entries import IntegrationKind, SeverityEntry, TopicEntry, strictest
from liaison.catalog.reading import read_integration_kinds, read_severities, read_topics
from liaison.catalog.rulereading import read_rules
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import CaseSeverity, ContactField, Requirement, Severity, Topic

_DATA: Final = Path(__file__).parent / "data"
INTEGRATION_KINDS_FILE: Final = _DATA / "integration_kinds.toml"
TOPICS_FILE: Final = _DATA / "topics.toml"
SEVERITIES_FILE: Final = _DATA / "severities.toml"
RULES_FILE: Final = _DATA / "rules.toml"
PRODUCTS_FILE: Final = _DATA / "products.toml"
QUESTIONS_FILE: Final = _DATA / "questions.toml"
CATEGORIES_FILE: Final = _DATA / "categories.toml"
CASE_SEVERITIES_FILE: Final = _DATA / "case_severities.toml"
URGENT_CRITERIA_FILE: Final = _DATA / "urgent_criteria.toml"


@cache
def integration_kinds() -> Mapping[str, IntegrationKind]:
    """Return the kinds by key, in the order in which they are offered; raises CatalogError."""
    return read_integration_kinds(INTEGRATION_KINDS_FILE)


@cache
def topics() -> Mapping[Topic, TopicEntry]:
    """Return every topic; raises CatalogError."""
    return read_topics(TOPICS_FILE)


@cache
def severities() -> Mapping[Severity, SeverityEntry]:
    """Return every severity, the worst first; raises CatalogError."""
    return read_severities(SEVERITIES_FILE)


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by key as the catalog has them, in the order in which they are shown; raises CatalogError."""
    return read_rules(RULES_FILE)


@cache
def products() -> Mapping[str, Product]:
    """Return what a case can be about: the kinds of integration, then the rest of the platform; raises CatalogError."""
    kinds = {key: Product(key, kind.names, kind=key) for key, kind in integration_kinds().items()}
    return MappingProxyType({**kinds, **read_products(PRODUCTS_FILE)})


@cache
def questions() -> Mapping[str, Question]:
    """Return every question that a category may ask; raises CatalogError."""
    return read_questions(QUESTIONS_FILE)


@cache
def categories() -> Mapping[str, Category]:
    """Return the categories of cases in the order in which they are offered; raises CatalogError."""
    return read_categories(CATEGORIES_FILE, questions(), frozenset(products()))


@cache
def case_severities() -> Mapping[CaseSeverity, CaseSeverityEntry]:
    """Return the severities of cases, the worst first; raises CatalogError."""
    return read_case_severities(CASE_SEVERITIES_FILE)


@cache
def urgent_criteria() -> Mapping[str, UrgentCriterion]:
    """Return the criteria for urgent technical support (S3); raises CatalogError."""
    return read_urgent_criteria(URGENT_CRITERIA_FILE)


def severity_from_word(word: str | None) -> Severity:
    """Return what a sender's word means, whatever its case; the default for an unknown word and for none."""
    wanted = (word or "").strip().lower()
    entries = severities().values()
    meant = next((entry for entry in entries if wanted in entry.words), None)
    return (meant or next(entry for entry in entries if entry.default)).key


def union_requirements(kinds: Iterable[str]) -> dict[ContactField, Requirement]:
    """Return what an account with these kinds of integration is asked for, for each field (C2).

    A field is required if any kind requires it and offered if any offers it. Raises KeyError for a kind
    that is not in the catalog.
    """
    chosen = [integration_kinds()[kind] for kind in kinds]
    return {field: strictest(kind.contact_fields[field] for kind in chosen) for field in ContactField}
