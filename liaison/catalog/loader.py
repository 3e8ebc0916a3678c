"""The catalog as the program uses it: read once, never changed while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from liaison.catalog.entries import IntegrationKind, SeverityEntry, TopicEntry, strictest
from liaison.catalog.reading import read_integration_kinds, read_severities, read_topics
from liaison.catalog.rulereading import read_rules
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import ContactField, Requirement, Severity, Topic

_DATA: Final = Path(__file__).parent / "data"
INTEGRATION_KINDS_FILE: Final = _DATA / "integration_kinds.toml"
TOPICS_FILE: Final = _DATA / "topics.toml"
SEVERITIES_FILE: Final = _DATA / "severities.toml"
RULES_FILE: Final = _DATA / "rules.toml"


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
