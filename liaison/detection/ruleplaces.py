"""Where a change of a rule holds: for everybody, for a kind of integration, or for one integration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from liaison import catalog
from liaison.accounts.access import visible_accounts
from liaison.accounts.actors import Actor
from liaison.catalog.rules import Rule
from liaison.detection.models import RuleOverride
from liaison.detection.rulebook import changed, is_for_kind
from liaison.detection.vocabulary import RuleCode
from liaison.integrations.access import integration_for
from liaison.integrations.models import Integration
from liaison.lib.refusals import FieldProblem, Invalid

EVERYBODY: Final = "everybody"


@dataclass(frozen=True)
class RulePlace:
    """`kind` and `integration` are both empty for everybody."""

    kind: str = ""
    integration: Integration | None = None

    @property
    def key(self) -> str:
        """Return its name in addresses and in history: `everybody`, `kind:<kind>`, `integration:<public id>`."""
        if self.integration is not None:
            return f"integration:{self.integration.public_id}"
        return f"kind:{self.kind}" if self.kind else EVERYBODY


def place_for(actor: Actor, rule: Rule, key: str) -> RulePlace:
    """Return the place of this name; raises Missing for an integration that the actor may not see, and Invalid."""
    sort, _, name = key.partition(":")
    place = RulePlace()
    if sort == "integration":
        place = RulePlace(integration=integration_for(actor, name))
    elif sort == "kind" and name in catalog.integration_kinds():
        place = RulePlace(kind=name)
    elif key != EVERYBODY:
        raise Invalid((FieldProblem("place", RuleCode.UNKNOWN_PLACE),))
    kind = place.integration.kind if place.integration else place.kind
    if kind and not is_for_kind(rule, kind):
        raise Invalid((FieldProblem("place", RuleCode.NOT_FOR_KIND),))
    return place


def override_at(rule: Rule, place: RulePlace) -> RuleOverride | None:
    """Return what was changed at this very place."""
    return RuleOverride.objects.filter(rule=rule.key, kind=place.kind, integration=place.integration).first()


def overrides_of(actor: Actor, rule: Rule) -> QuerySet[RuleOverride]:
    """Return every change of a rule at places that the actor may see, for everybody first, then kinds."""
    seen = RuleOverride.objects.filter(rule=rule.key).select_related("integration__account", "changed_by")
    accounts = visible_accounts(actor)
    return (seen.filter(integration=None) | seen.filter(integration__account__in=accounts)).order_by(
        "integration__account__name", "integration__pk", "kind"
    )


def effective_at(rule: Rule, place: RulePlace) -> tuple[Rule, bool]:
    """Return the rule as it holds at a place, and whether it is on there."""
    kind = place.integration.kind if place.integration else place.kind
    wider = [place, RulePlace(kind=kind), RulePlace()]
    for each in wider:
        found = override_at(rule, each)
        if found is not None:
            return changed(rule, found.parameters), found.is_on
    return rule, True
