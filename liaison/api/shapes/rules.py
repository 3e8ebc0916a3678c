"""Rules: what counts as a problem, and what the operator changed about it."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import get_language
from ninja import Schema
from pydantic import Field

from liaison.catalog.rules import Effect, Measure
from liaison.catalog.rules import Rule as CatalogRule
from liaison.catalog.vocabulary import Severity
from liaison.detection.models import RuleOverride
from liaison.detection.parameters import parameters_as_json
from liaison.detection.ruleplaces import RulePlace
from liaison.detection.saying import sentences_of

Parameter = bool | int | float | str | None


class DetectionRule(Schema):
    """A rule as it holds; `says` are sentences in the caller's language. Shares are 0 to 1, latencies milliseconds."""

    key: str
    name: str
    says: list[str]
    measure: Measure
    severity: Severity
    effect: Effect
    actions: list[str]
    together: bool
    kinds: list[str]
    parameters: dict[str, Parameter]

    @classmethod
    def of(cls, rule: CatalogRule) -> DetectionRule:
        return cls(
            key=rule.key,
            name=rule.name(get_language() or "en"),
            says=sentences_of(rule),
            measure=rule.measure,
            severity=rule.severity,
            effect=rule.effect,
            actions=list(rule.actions),
            together=rule.together,
            kinds=list(rule.kinds),
            parameters=parameters_as_json(rule),
        )


class RuleChange(Schema):
    """What differs from the catalog at one place: `everybody`, `kind:<kind>` or `integration:<id>`."""

    place: str
    parameters: dict[str, Parameter]
    is_on: bool

    @classmethod
    def of(cls, override: RuleOverride) -> RuleChange:
        place = RulePlace(kind=override.kind, integration=override.integration)
        return cls(place=place.key, parameters=override.parameters, is_on=override.is_on)


class RuleInCatalog(Schema):
    """A rule as the catalog has it, and every change of it that the caller may see."""

    rule: DetectionRule
    changes: list[RuleChange]


class NewRuleChange(Schema):
    """Other parameters for a place. What is left out is as the catalog says; `is_on` false: not judged there."""

    parameters: Annotated[dict[str, Parameter], Field(max_length=20)] = {}
    is_on: bool = True
