"""From the files of the catalog to its entries; mistakes are collected, not raised one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from liaison.catalog.entries import IntegrationKind, SeverityEntry, TopicEntry
from liaison.catalog.source import CatalogError, Problem, read_source
from liaison.catalog.table import Table
from liaison.catalog.vocabulary import ContactField, Requirement, Severity, Topic

Entry = TypeVar("Entry")
Key = TypeVar("Key", bound=StrEnum)
AnyKey = TypeVar("AnyKey", bound=str)

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")


def read_integration_kinds(file: Path) -> Mapping[str, IntegrationKind]:
    """Return the kinds by key, in the order of the file; raises CatalogError with every mistake."""

    def read(root: Table) -> dict[str, IntegrationKind]:
        for key in root.values:
            if not _SLUG.fullmatch(key):
                root.note(f"“{key}” must be made of small letters, digits and underscores.", key)
        return {key: _integration_kind(key, table) for key, table in root.tables().items()}

    return _read(file, read)


def read_topics(file: Path) -> Mapping[Topic, TopicEntry]:
    """Return every topic of the vocabulary; raises CatalogError with every mistake."""
    return _read(file, lambda root: {key: _topic(key, table) for key, table in _all_of(Topic, root).items()})


def read_severities(file: Path) -> Mapping[Severity, SeverityEntry]:
    """Return every severity of the vocabulary; raises CatalogError with every mistake."""

    def read(root: Table) -> dict[Severity, SeverityEntry]:
        found = {key: _severity(key, table) for key, table in _all_of(Severity, root).items()}
        _refuse_ambiguous_severities(root, found)
        return found

    return _read(file, read)


def _read(file: Path, read: Callable[[Table], dict[AnyKey, Entry]]) -> Mapping[AnyKey, Entry]:
    problems: list[Problem] = []
    entries = read(Table(read_source(file), problems))
    if problems:
        raise CatalogError(tuple(sorted(problems, key=lambda problem: problem.line)))
    return MappingProxyType(entries)


def _all_of(vocabulary: type[Key], root: Table) -> dict[Key, Table]:
    """Give the table of each member, and note members without one as well as tables without a member."""
    root.refuse_other_keys(*(member.value for member in vocabulary))
    return {member: root.table(member.value) for member in vocabulary}


def _integration_kind(key: str, table: Table) -> IntegrationKind:
    table.refuse_other_keys("name", "contact_fields")
    fields = table.table("contact_fields")
    fields.refuse_other_keys(*(field.value for field in ContactField))
    requirements = {field: fields.member(field.value, Requirement) for field in ContactField}
    return IntegrationKind(key, table.names(), MappingProxyType(requirements))


def _topic(key: Topic, table: Table) -> TopicEntry:
    table.refuse_other_keys("name", "priority", "optional", "alarms", "contact_fields", "otherwise")
    entry = TopicEntry(
        key=key,
        names=table.names(),
        priority=table.whole_number("priority"),
        optional=table.boolean("optional"),
        alarms=table.boolean("alarms"),
        contact_fields=table.members("contact_fields", ContactField),
        otherwise=table.members("otherwise", ContactField),
    )
    if entry.optional and entry.contact_fields:
        table.note("A topic of the contact information cannot be optional (R5).", "optional")
    if entry.otherwise and not entry.contact_fields:
        table.note("“otherwise” needs “contact_fields” whose place it takes.", "otherwise")
    return entry


def _severity(key: Severity, table: Table) -> SeverityEntry:
    table.refuse_other_keys("name", "words", "raises", "default")
    entry = SeverityEntry(
        key=key,
        names=table.names(),
        words=table.texts("words"),
        raises=table.members("raises", Topic),
        default=table.boolean("default"),
    )
    for word in entry.words:
        if word != word.strip().lower():
            table.note(f"The word “{word}” must be in lower case, without spaces around it.", "words")
    return entry


def _refuse_ambiguous_severities(root: Table, found: Mapping[Severity, SeverityEntry]) -> None:
    taken: dict[str, Severity] = {}
    for key, entry in found.items():
        for word in entry.words:
            if taken.setdefault(word, key) != key:
                root.table(key.value).note(f"The word “{word}” already means “{taken[word]}”.", "words")
    if sum(entry.default for entry in found.values()) != 1:
        root.note("Exactly one severity must have “default = true”.")
