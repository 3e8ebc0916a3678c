"""What an incident is called: in a sender's own words, or in the reader's, after the rule that found it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.loader import rules
from liaison.health.severity import rank
from liaison.health.vocabulary import IncidentSource


class Titled(Protocol):
    """What of an incident makes its title."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def title_of(incident: Titled) -> str:
    """Return the incident's title: made in the active language for what our own rules found, else the sender's."""
    if incident.source != IncidentSource.RULES:
        return incident.title
    found = findings_of(incident)
    return finding_title(found[0]) if found else incident.title or _("Problem found by monitoring")


def findings_of(incident: Titled) -> tuple[Mapping[str, Any], ...]:
    """Return what our rules found, those that go on first, and of these the worst first."""
    found: Sequence[Mapping[str, Any]] = incident.facts.get("findings") or ()
    return tuple(sorted(found, key=lambda one: (bool(one.get("ended_at")), rank(str(one.get("severity", ""))))))


def finding_title(finding: Mapping[str, Any]) -> str:
    """Return one finding in words: what it is about, and the name of the rule."""
    key, scope = str(finding.get("rule", "")), str(finding.get("scope", ""))
    name = rule_name(key)
    if not scope or scope == key:
        return name
    return _("%(scope)s: %(rule)s") % {"scope": scope, "rule": name}


def rule_name(key: str) -> str:
    """Return a rule's name; of one that stands no longer in the catalog its key."""
    rule = rules().get(key)
    return rule.name(get_language() or "en") if rule else key
