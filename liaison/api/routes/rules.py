"""Rules: what counts as a problem. Everybody reads those of an integration they see; the operator changes them."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import rules as shapes
from liaison.detection import access, actions
from liaison.detection.rulebook import rules_for
from liaison.detection.ruleplaces import overrides_of, place_for
from liaison.integrations.access import integration_for
from liaison.lib.clock import utc_now

operations = Operations("rules")
_ADMINISTER = TokenScope.ADMINISTER


@operations.get(
    "/integrations/{integration_id}/rules",
    list[shapes.DetectionRule],
    _("List what counts as a problem of an integration"),
)
def list_integration_rules(request: HttpRequest, integration_id: str) -> list[shapes.DetectionRule]:
    integration = integration_for(actor_of(request), integration_id)
    return [shapes.DetectionRule.of(rule) for rule in rules_for(integration)]


@operations.get("/rules/{rule}", shapes.RuleInCatalog, _("Read a rule and where it differs"))
def read_rule(request: HttpRequest, rule: str) -> shapes.RuleInCatalog:
    """Read a rule as the catalog has it, with the operator's changes; for staff."""
    actor = actor_of(request)
    found = access.rule_for(actor, rule)
    changes = [shapes.RuleChange.of(one) for one in overrides_of(actor, found)]
    return shapes.RuleInCatalog(rule=shapes.DetectionRule.of(found), changes=changes)


@operations.write(
    "PUT", "/rules/{rule}/changes/{place}", shapes.RuleChange, _("Change a rule at a place"), scope=_ADMINISTER
)
def change_rule(request: HttpRequest, rule: str, place: str, body: shapes.NewRuleChange) -> shapes.RuleChange:
    """Let other parameters hold for `everybody`, a `kind:<kind>` or an `integration:<id>`, instead of earlier ones."""
    actor = actor_of(request)
    found = access.rule_for(actor, rule)
    kept = actions.change_rule(
        actor=actor,
        rule=found,
        place=place_for(actor, found, place),
        parameters=body.parameters,
        is_on=body.is_on,
        now=utc_now(),
    )
    return shapes.RuleChange.of(kept)


@operations.write(
    "DELETE",
    "/rules/{rule}/changes/{place}",
    None,
    _("Take back what was changed of a rule at a place"),
    scope=_ADMINISTER,
    status=204,
)
def reset_rule(request: HttpRequest, rule: str, place: str) -> Status[None]:
    actor = actor_of(request)
    found = access.rule_for(actor, rule)
    actions.reset_rule(actor=actor, rule=found, place=place_for(actor, found, place), now=utc_now())
    return Status(204, None)
