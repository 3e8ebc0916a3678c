"""What the catalog says about a kind of integration, a topic and a severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from liaison.catalog.vocabulary import ContactField, Requirement, Severity, Topic
from liaison.lib.languages import language_for


class _Named(Protocol):
    @property
    def names(self) -> Mapping[str, str]: ...


class WithName:
    """An entry with a name in all five languages."""

    __slots__ = ()

    def name(self: _Named, language: str) -> str:
        """Return the name in the language; in English for a code that is none of the five."""
        return self.names[language_for(language).code]


@dataclass(frozen=True)
class IntegrationKind(WithName):
    """A way to integrate with the platform; `contact_fields` answers for every field (C2)."""

    key: str
    names: Mapping[str, str]
    contact_fields: Mapping[ContactField, Requirement]


@dataclass(frozen=True)
class TopicEntry(WithName):
    """A topic: its `priority` (lower goes first) and whether a user may do without it (R5).

    It `alarms` the staff when nobody of it can be reached or nobody answers (R4); one that does not stays quiet.
    It goes to `contact_fields`; where no integration of the account offers those, `otherwise` takes over.
    """

    key: Topic
    names: Mapping[str, str]
    priority: int
    optional: bool
    alarms: bool
    contact_fields: tuple[ContactField, ...]
    otherwise: tuple[ContactField, ...]


@dataclass(frozen=True)
class SeverityEntry(WithName):
    """A severity: the words of senders that mean it (lower case), and the topics it raises in production."""

    key: Severity
    names: Mapping[str, str]
    words: tuple[str, ...]
    raises: tuple[Topic, ...]
    default: bool


def strictest(requirements: Iterable[Requirement]) -> Requirement:
    """Return required if any is, else optional if any is, else not offered (also for none at all)."""
    found = frozenset(requirements)
    for requirement in (Requirement.REQUIRED, Requirement.OPTIONAL):
        if requirement in found:
            return requirement
    return Requirement.NOT_OFFERED
