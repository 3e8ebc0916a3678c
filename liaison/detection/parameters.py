"""From what was typed or sent to the parameters of a rule: typed, checked, and only those that differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from liaison.catalog.rulelimits import LIMITS, Mistake, Wrong, mistakes_in, parameters_of
from liaison.catalog.rules import Effect, Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection.vocabulary import RuleCode
from liaison.lib.refusals import FieldProblem, Invalid

_DECIMAL: Final = frozenset({"threshold", "clear_below", "objective"})
_ENUMS: Final[Mapping[str, type[StrEnum]]] = {"severity": Severity, "effect": Effect}
_CODES: Final[Mapping[Wrong, RuleCode]] = {
    Wrong.OUT_OF_RANGE: RuleCode.OUT_OF_RANGE,
    Wrong.NOT_WHOLE: RuleCode.NOT_WHOLE,
    Wrong.NOT_USED: RuleCode.UNKNOWN_PARAMETER,
    Wrong.CLEARS_ABOVE: RuleCode.CLEARS_ABOVE,
    Wrong.NOT_LONGER: RuleCode.NOT_LONGER,
    Wrong.NEVER_REACHED: RuleCode.NEVER_REACHED,
}


def with_parameters(rule: Rule, parameters: Mapping[str, Any]) -> Rule:
    """Return the rule with these parameters; raises Invalid with every mistake, by the name of the parameter."""
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for name, value in parameters.items():
        typed = _typed(rule, name, value)
        if isinstance(typed, RuleCode):
            problems.append(FieldProblem(name, typed))
        else:
            values[name] = typed
    if problems:
        raise Invalid(tuple(problems))
    wanted = replace(rule, **values)
    found = [_problem(mistake) for mistake in mistakes_in(wanted)]
    if wanted.effect is Effect.DISABLE and wanted.severity is not Severity.CRITICAL:
        found.append(FieldProblem("effect", RuleCode.ONLY_CRITICAL_DISABLES))
    if found:
        raise Invalid(tuple(found))
    return wanted


def difference(rule: Rule, wanted: Rule) -> dict[str, Any]:
    """Return the parameters in which `wanted` differs from the rule, as JSON values."""
    names = parameters_of(rule.measure)
    return {name: as_json(getattr(wanted, name)) for name in names if getattr(wanted, name) != getattr(rule, name)}


def parameters_as_json(rule: Rule) -> dict[str, Any]:
    """Return all parameters that a rule of its measure has, as JSON values."""
    return {name: as_json(getattr(rule, name)) for name in parameters_of(rule.measure)}


def as_json(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _typed(rule: Rule, name: str, value: Any) -> Any:
    """Return the value in the type of the parameter, or the code that says why it is none."""
    if name not in parameters_of(rule.measure):
        return RuleCode.UNKNOWN_PARAMETER
    if name in _ENUMS:
        known = _ENUMS[name]
        return known(value) if value in {one.value for one in known} else RuleCode.NOT_A_CHOICE
    if name == "is_over":
        return value if isinstance(value, bool) else RuleCode.NOT_A_CHOICE
    return None if name == "clear_below" and value is None else _number(name, value)


def _number(name: str, value: Any) -> float | RuleCode:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        return RuleCode.NOT_A_NUMBER
    if name in _DECIMAL:
        return float(value)
    return int(value) if value == int(value) else RuleCode.NOT_WHOLE


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that is larger than any other
        return False


def _problem(mistake: Mistake) -> FieldProblem:
    facts = {}
    if mistake.least is not None and mistake.most is not None:
        facts = {"least": f"{mistake.least:g}", "most": f"{mistake.most:g}"}
        if mistake.parameter in LIMITS and mistake.parameter not in _DECIMAL:
            facts = {"least": str(int(mistake.least)), "most": str(int(mistake.most))}
    return FieldProblem(mistake.parameter, _CODES[mistake.wrong], facts)
