"""Keeping what was judged: the findings of one environment, and what becomes of their incidents, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from liaison.detection.facts import Judgement, Verdict
from liaison.detection.incidents import Kept, settle
from liaison.detection.models import Finding, FindingState
from liaison.detection.places import Place
from liaison.detection.steps import Change, State, step
from liaison.detection.targets import Target
from liaison.integrations.models import Environment, Integration

OPEN: Final = (FindingState.FIRING, FindingState.CLEARING)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule said about one thing. `added` is the evidence beyond the judgement's own numbers.

    `change` is what it changes by what was read; under the lock it is found again. Without a target it is judged no
    more (the rule or the thing is gone): then it is over.
    """

    rule: str
    scope: str
    target: Target | None
    verdict: Verdict
    change: Change
    added: Mapping[str, Any] = field(default_factory=dict)


def is_tellable(judged: Judged) -> bool:
    """Say whether somebody may have to be told: something fires, or is over."""
    return judged.change in {Change.FIRED, Change.ENDED}


def keep_findings(place: Place, judged: Sequence[Judged], *, end: datetime, now: datetime) -> int:
    """Write down what `judged` changes, as of the full minute `end`; return how many changes there were.

    Nothing is kept where the integration was paused, disabled or set live since the place was read: the next pass
    judges it as it is then. What another pass kept for the same minute changes nothing.
    """
    with transaction.atomic():
        # The integration is locked first, as by every verb that changes its status and then looks at findings.
        integrations = Integration.objects.select_for_update(of=("self",)).select_related("account")
        integration = integrations.get(pk=place.integration_id)
        if not is_still(place, integration):
            return 0
        environment = Environment.objects.get(pk=place.environment_id)
        environment.integration = integration
        rows = locked_findings(environment)
        kept = []
        for one in judged:
            kept.append(judged_finding(rows.get((one.rule, one.scope)), place, one, end))
            if kept[-1].is_written:
                kept[-1].finding.save()
                rows[one.rule, one.scope] = kept[-1].finding
        settle(environment, rows.values(), kept, rules=place.book.rules, end=end, now=now)
    return sum(one.change is not Change.NONE for one in kept)


def close_findings(environment: Environment, closed: Sequence[Finding], *, end: datetime, now: datetime) -> None:
    """Let findings be over that have not healed, as of the full minute `end`, in the caller's transaction.

    `closed` were locked by `locked_findings`. Where the last one of a problem is closed, its incident ends.
    """
    kept = []
    for finding in closed:
        before = state_of(finding)
        set_state(finding, over(before, end), end=end)
        finding.is_quiet = False
        finding.save()
        change = Change.DROPPED if before.state is FindingState.PENDING else Change.ENDED
        kept.append(Kept(finding, change))
    known = Finding.objects.filter(environment=environment)
    settle(environment, known, kept, rules={}, end=end, now=now)


def is_still(place: Place, integration: Integration) -> bool:
    """Say whether the integration stands as it did when the place was read."""
    if not place.is_production:
        return True
    return integration.status == place.status and integration.judged_from == place.since


def locked_findings(environment: Environment) -> dict[tuple[str, str], Finding]:
    """Return all findings of the environment by rule and scope, locked until the transaction ends."""
    rows = Finding.objects.select_for_update(of=("self",)).filter(environment=environment).order_by("pk")
    return {(row.rule, row.scope): row for row in rows}


def state_of(finding: Finding) -> State:
    """Return a kept finding as `step` takes it."""
    return State(
        state=FindingState(finding.state),
        since=finding.since,
        bad_since=finding.bad_since,
        fired_at=finding.fired_at,
        ended_at=finding.ended_at,
        recent_ends=tuple(datetime.fromisoformat(moment) for moment in finding.recent_ends),
        is_flapping=finding.is_flapping,
        evidence=finding.evidence,
        judged_at=finding.judged_at,
    )


def set_state(finding: Finding, state: State, *, end: datetime) -> None:
    """Put a state into the finding's columns, without saving it."""
    finding.state = state.state.value
    finding.since, finding.bad_since = state.since or end, state.bad_since
    finding.fired_at, finding.ended_at = state.fired_at, state.ended_at
    finding.recent_ends = [moment.isoformat() for moment in state.recent_ends]
    finding.is_flapping = state.is_flapping
    finding.judged_at = state.judged_at or end


def judged_finding(row: Finding | None, place: Place, judged: Judged, end: datetime) -> Kept:
    """Put what was judged into the finding, or into a new one, without saving it."""
    finding = row or Finding(environment_id=place.environment_id, rule=judged.rule, scope=judged.scope)
    before = State() if row is None else state_of(row)
    after, change = _stepped(before, place, judged, end)
    is_written = after is not before and (change is not Change.NONE or after.state in OPEN)
    if is_written:
        set_state(finding, after, end=end)
        if judged.target is not None:
            finding.group = judged.target.group
            finding.evidence = _evidence(finding, before, judged, judged.target)
        if change is Change.FIRED:
            finding.is_quiet = place.is_paused
    return Kept(finding, change, is_written=is_written)


def _stepped(before: State, place: Place, judged: Judged, end: datetime) -> tuple[State, Change]:
    if judged.target is not None:
        return step(before, judged.verdict, judged.target.rule, end, counts_from=place.since)
    if before.state is FindingState.OVER or (before.judged_at is not None and end <= before.judged_at):
        return before, Change.NONE
    change = Change.DROPPED if before.state is FindingState.PENDING else Change.ENDED
    return over(before, end), change


def over(before: State, end: datetime) -> State:
    """Return a state that is over without having healed: it is judged no more, or anew."""
    ended_at = None if before.state is FindingState.PENDING else end
    return State(
        state=FindingState.OVER,
        since=end,
        bad_since=before.bad_since,
        fired_at=before.fired_at,
        ended_at=ended_at,
        recent_ends=before.recent_ends,
        evidence=before.evidence,
        judged_at=end,
    )


def _evidence(finding: Finding, before: State, judged: Judged, target: Target) -> dict[str, Any]:
    """Return what shows it: what was known of this occurrence, and over it the numbers of a judgement that is bad."""
    known = {} if before.state is FindingState.OVER else finding.evidence
    if judged.verdict.judgement is not Judgement.BAD:
        return {**known, **judged.added}
    rule = target.rule
    scope = ", ".join(sorted(target.actions)) if rule.together else target.scope
    named = {"scope": scope, "measure": rule.measure.value, "severity": rule.severity.value}
    return {**known, **named, **judged.verdict.evidence, **judged.added}
