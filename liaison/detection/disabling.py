"""The effect of a rule: the integration is disabled, and set live again once the finding is over (W9).

Told is one announcement about the incident, so that one emergency has one escalation. What staff did by hand is
respected: what they set live is not disabled again by the same finding, and what they disabled is theirs to restore.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from liaison.accounts.actors import System
from liaison.catalog.rules import Effect, Rule
from liaison.detection.models import Finding
from liaison.health.models import Incident
from liaison.health.reporting import update_evidence
from liaison.health.routing import subject_of
from liaison.health.vocabulary import IncidentEvent
from liaison.integrations.actions import disable_integration, restore_integration
from liaison.integrations.models import Environment, EnvironmentName, Status

_RULES: Final = System("rules")


def rule_that_disables(environment: Environment, fired: Iterable[Finding], rules: Mapping[str, Rule]) -> Rule | None:
    """Return the rule for which what has just fired disables the integration; None where it does not.

    Only a live one is disabled: during a pause its partner is at work on it, and a sandbox has no status.
    """
    if environment.name != EnvironmentName.PRODUCTION or environment.integration.status != Status.LIVE:
        return None
    found = (rules.get(one.rule) for one in fired)
    return next((rule for rule in found if rule is not None and rule.effect is Effect.DISABLE), None)


def is_because_of(incident: Incident, findings: Iterable[Finding]) -> bool:
    """Say whether the integration is disabled by the rule of one of these findings, which made this incident."""
    environment = incident.environment
    integration = environment.integration
    if environment.name != EnvironmentName.PRODUCTION or integration.status != Status.DISABLED:
        return False
    is_by_rule = any(one.rule == integration.disabled_by_rule for one in findings)
    return is_by_rule and bool(incident.facts.get("disabled"))


def disable(incident: Incident, rule: Rule, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Disable the integration because of the incident, and tell that, in the caller's transaction."""
    update_evidence(incident=incident, facts=facts, now=now)
    if incident.is_quiet:
        incident.is_quiet = False
        incident.save(update_fields=["is_quiet"])
    disable_integration(
        actor=_RULES,
        integration=incident.environment.integration,
        now=now,
        because_of_rule=rule.key,
        about=subject_of(incident, IncidentEvent.DISABLED),
    )


def restore(incident: Incident, *, now: datetime) -> None:
    """Set the integration live again because the incident is over, and tell those who were told."""
    restore_integration(
        actor=_RULES,
        integration=incident.environment.integration,
        now=now,
        about=subject_of(incident, IncidentEvent.RESOLVED),
    )
