"""Why somebody who sees a case may not do what it asks: its role, or what the customer granted (D5, invariant 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from liaison.accounts.actors import Actor, System
from liaison.cases.delegated.proving import note_action_refused, note_refused
from liaison.cases.models import Case
from liaison.cases.vocabulary import CaseRight
from liaison.delegation.access import works_for_customers
from liaison.delegation.deciding import Decision
from liaison.delegation.vocabulary import DelegationCode, GrantLevel, Rule
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal

# What the levels of a grant can give; the others are for staff alone.
_OF_LEVELS: Final = frozenset({CaseRight.READ, CaseRight.COMMENT, CaseRight.CHANGE})


def refused(
    actor: Actor,
    case: Case,
    rights: frozenset[CaseRight],
    decision: Decision,
    *,
    lacking: frozenset[CaseRight],
    now: datetime,
) -> Refusal:
    """Return the refusal with its reason, which keeps as proof that another account asked, and why it may not.

    `rights` are those that the actor has, `lacking` those that it needs besides, none where no right gives it.
    `decision` is what was decided of the actor as a delegate.
    """
    refusal: Refusal
    if not rights:
        refusal = Missing()
        refusal.afterwards = partial(note_refused, actor, case.pk, decision, now)
        return refusal
    rule = _rule_of(actor, decision, lacking)
    refusal = Forbidden(DelegationCode.ONLY_VIEW if rule is Rule.ONLY_VIEW else CommonCode.NOT_ALLOWED)
    refusal.afterwards = partial(note_action_refused, actor, case, replace(decision, rule=rule), now)
    return refusal


def _rule_of(actor: Actor, decision: Decision, lacking: frozenset[CaseRight]) -> Rule:
    """Return by which rule somebody of another account who sees a case may do no more."""
    if decision.level is None:
        return Rule.ONLY_SHARED
    if not lacking or not lacking <= _OF_LEVELS:
        return Rule.NOT_FOR_DELEGATES
    works = not isinstance(actor, System) and works_for_customers(actor)
    return Rule.ONLY_VIEW if works and decision.level is GrantLevel.VIEW else Rule.ONLY_READS
