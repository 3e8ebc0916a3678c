"""The rules as they hold for an integration: the catalog's, with what the operator changed.

One change counts: that for the integration, else that for its kind, else that for everybody. It holds what differs
from the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from liaison import catalog
from liaison.catalog.rulelimits import mistakes_in, parameters_of
from liaison.catalog.rules import Effect, Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection.models import RuleOverride
from liaison.integrations.models import Integration

_ENUMS: Mapping[str, type[StrEnum]] = {"severity": Severity, "effect": Effect}


def rules_for(integration: Integration) -> tuple[Rule, ...]:
    """Return the rules that are judged for this integration, in the order of the catalog."""
    return rulebooks([integration])[integration.pk]


def rulebooks(integrations: Iterable[Integration]) -> Mapping[int, tuple[Rule, ...]]:
    """Return the rules of each integration by its primary key, with one query for all of them."""
    chosen = tuple(integrations)
    special: dict[int, dict[str, RuleOverride]] = {}
    common: dict[str, dict[str, RuleOverride]] = {}
    for override in RuleOverride.objects.all():
        if override.integration_id is None:
            common.setdefault(override.kind, {})[override.rule] = override
        else:
            special.setdefault(override.integration_id, {})[override.rule] = override
    # Ten thousand integrations have a handful of different rulebooks; those without changes of their own share theirs.
    shared = {kind: {**common.get("", {}), **common.get(kind, {})} for kind in {each.kind for each in chosen}}
    of_kind = {kind: _book(kind, overrides) for kind, overrides in shared.items()}
    return {
        each.pk: _book(each.kind, {**shared[each.kind], **special[each.pk]})
        if each.pk in special
        else of_kind[each.kind]
        for each in chosen
    }


def is_for_kind(rule: Rule, kind: str) -> bool:
    """Say whether integrations of this kind have the rule."""
    return not rule.kinds or kind in rule.kinds


def changed(rule: Rule, parameters: Mapping[str, Any]) -> Rule:
    """Return the rule with these parameters instead of its own; those that its measure does not have are ignored.

    Parameters that the catalog of a newer version no longer allows are ignored as a whole: a rule that can be judged
    is better than none.
    """
    allowed = parameters_of(rule.measure)
    values = {key: _typed(key, value) for key, value in parameters.items() if key in allowed}
    other = replace(rule, **values)
    return rule if mistakes_in(other) else other


def _typed(key: str, value: Any) -> Any:
    enum = _ENUMS.get(key)
    return value if enum is None else enum(value)


def _book(kind: str, overrides: Mapping[str, RuleOverride]) -> tuple[Rule, ...]:
    return tuple(
        changed(rule, overrides[rule.key].parameters) if rule.key in overrides else rule
        for rule in catalog.rules().values()
        if is_for_kind(rule, kind) and (rule.key not in overrides or overrides[rule.key].is_on)
    )
