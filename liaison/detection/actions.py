"""The verbs of rules: the operator changes what counts as a problem, and sets a rule back to the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.rules import Rule
from liaison.detection.access import require_manage
from liaison.detection.models import RuleOverride
from liaison.detection.parameters import as_json, difference, with_parameters
from liaison.detection.ruleplaces import RulePlace, override_at
from liaison.detection.vocabulary import RuleCode
from liaison.lib.refusals import Conflict


def change_rule(
    *,
    actor: Actor,
    rule: Rule,
    place: RulePlace,
    parameters: Mapping[str, Any],
    is_on: bool = True,
    now: datetime,
) -> RuleOverride:
    """Let other parameters hold at a place, instead of all that was changed there before; nobody is told.

    `rule` is the catalog's; what `parameters` leave out is as the catalog says. Only what differs is kept. Shares are
    0 to 1, durations minutes, latencies milliseconds. Raises Missing, Forbidden, and Invalid with every mistake.
    """
    with transaction.atomic():
        require_manage(actor)
        wanted = with_parameters(rule, parameters)
        _lock(rule)
        before = override_at(rule, place)
        differing = difference(rule, wanted)
        changes = _changes(rule, before, differing, is_on=is_on)
        if before is not None and not changes:
            return before
        kept, _ = RuleOverride.objects.update_or_create(
            rule=rule.key,
            kind=place.kind,
            integration=place.integration,
            defaults={
                "parameters": differing,
                "is_on": is_on,
                "changed_at": now,
                "changed_by": actor if isinstance(actor, Identity) else None,
            },
        )
        _record(Happened.RULE_CHANGED, actor, SubjectRef("rule", rule.key), place, changes=changes, now=now)
    return kept


def reset_rule(*, actor: Actor, rule: Rule, place: RulePlace, now: datetime) -> None:
    """Take back what was changed at a place: there the change for more counts again, else what the catalog says.

    Raises Missing, Forbidden, and Conflict where nothing is changed.
    """
    with transaction.atomic():
        require_manage(actor)
        _lock(rule)
        before = override_at(rule, place)
        if before is None:
            raise Conflict(RuleCode.NOT_CHANGED)
        changes = _changes(rule, before, {}, is_on=True)
        before.delete()
        _record(Happened.RULE_CHANGE_REMOVED, actor, SubjectRef("rule", rule.key), place, changes=changes, now=now)


def _lock(rule: Rule) -> None:
    """Let changes of one rule go one after the other, so that history says truly what was before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('liaison.detection.rule'), hashtext(%s))", [rule.key])


def _changes(rule: Rule, before: RuleOverride | None, after: Mapping[str, Any], *, is_on: bool) -> dict[str, Any]:
    """Return what changes as `[before, after]` by parameter; what nobody changed is as the catalog says."""
    old = before.parameters if before is not None else {}
    was_on = before.is_on if before is not None else True
    changes = {
        name: [old.get(name, as_json(getattr(rule, name))), after.get(name, as_json(getattr(rule, name)))]
        for name in sorted({*old, *after})
        if hasattr(rule, name)
    }
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    return changes if was_on == is_on else {**changes, "is_on": [was_on, is_on]}


def _record(
    happened: Happened,
    actor: Actor,
    subject: SubjectRef,
    place: RulePlace,
    *,
    changes: Mapping[str, Any],
    now: datetime,
) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=subject,
        account_id=place.integration.account_id if place.integration else None,
        changes=changes,
        facts={"place": place.key},
        now=now,
    )
