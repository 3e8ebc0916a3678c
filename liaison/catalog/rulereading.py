"""From `rules.toml` to the rules of the catalog; mistakes are collected, not raised one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from liaison.catalog.reading import read_integration_kinds
from liaison.catalog.rulelimits import OF_CALLS, Mistake, Wrong, mistakes_in, parameters_of
from liaison.catalog.rules import Effect, Measure, Rule
from liaison.catalog.source import CatalogError, Problem, read_source
from liaison.catalog.table import Table
from liaison.catalog.vocabulary import Severity

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
_WHOLE: Final = (
    "minutes",
    "long_minutes",
    "min_calls",
    "min_errors",
    "min_merchants",
    "min_entities",
    "for_minutes",
    "clear_minutes",
)
_DESCRIBING: Final = ("name", "measure", "actions", "together", "kinds")
_KINDS_FILE: Final = Path(__file__).parent / "data" / "integration_kinds.toml"


def read_rules(file: Path) -> Mapping[str, Rule]:
    """Return the rules by key, in the order of the file; raises CatalogError with every mistake."""
    problems: list[Problem] = []
    root = Table(read_source(file), problems)
    for key in root.values:
        if not _SLUG.fullmatch(key):
            root.note(f"“{key}” must be made of small letters, digits and underscores.", key)
    kinds = _known_kinds()
    found = {key: _rule(key, table, kinds) for key, table in root.tables().items()}
    if problems:
        raise CatalogError(tuple(sorted(problems, key=lambda problem: problem.line)))
    return MappingProxyType(found)


def _known_kinds() -> frozenset[str] | None:
    """Return the kinds of integration; None while their own file is broken, which is then said of that file."""
    try:
        return frozenset(read_integration_kinds(_KINDS_FILE))
    except CatalogError:
        return None


def _rule(key: str, table: Table, kinds: frozenset[str] | None) -> Rule:
    before = len(table.problems)
    measure = table.member("measure", Measure)
    table.refuse_other_keys(*_DESCRIBING, *parameters_of(measure))
    rule = Rule(
        key=key,
        names=table.names(),
        measure=measure,
        severity=table.member("severity", Severity),
        threshold=table.number("threshold"),
        is_over=table.boolean("is_over") if table.has("is_over") else False,
        clear_below=table.number("clear_below") if table.has("clear_below") else None,
        actions=table.texts("actions") if table.has("actions") else (),
        together=table.boolean("together") if table.has("together") else False,
        kinds=table.texts("kinds") if table.has("kinds") else (),
        effect=table.member("effect", Effect) if table.has("effect") else Effect.NONE,
        objective=table.number("objective") if table.has("objective") else 0.0,
        **{name: table.whole_number(name) for name in _WHOLE if table.has(name)},
    )
    _check_places(rule, table, kinds)
    # Numbers that could not be read are noted already; what follows from them would only confuse.
    if len(table.problems) == before:
        for mistake in mistakes_in(rule):
            table.note(_sentence(mistake), mistake.parameter)
    return rule


def _check_places(rule: Rule, table: Table, kinds: frozenset[str] | None) -> None:
    for kind in rule.kinds:
        if kinds is not None and kind not in kinds:
            table.note(f"“kinds” names the unknown kind “{kind}”; known are {', '.join(sorted(kinds))}.", "kinds")
    if rule.actions and rule.measure not in OF_CALLS:
        table.note(f"A rule of the measure “{rule.measure}” has no actions.", "actions")
    if rule.together and len(rule.actions) < 2:  # noqa: PLR2004  # two or more can be added up
        table.note("“together” needs at least two actions.", "together")
    if rule.together and rule.measure is Measure.SILENCE:
        table.note("Silence is judged for each action by itself.", "together")
    if rule.effect is Effect.DISABLE and rule.severity is not Severity.CRITICAL:
        table.note("Only a rule of severity “critical” disables an integration.", "effect")


def _sentence(mistake: Mistake) -> str:
    name = f"“{mistake.parameter}”"
    return {
        Wrong.OUT_OF_RANGE: f"{name} must be between {_number(mistake.least)} and {_number(mistake.most)}.",
        Wrong.NOT_WHOLE: f"{name} must be a whole number.",
        Wrong.NOT_USED: f"{name} means nothing for this measure.",
        Wrong.CLEARS_ABOVE: f"{name} must not be more than the threshold.",
        Wrong.NOT_LONGER: f"{name} must be more than “minutes”.",
        Wrong.NEVER_REACHED: f"With this {name} the rule could never be reached.",
    }[mistake.wrong]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
