"""How a finding goes on from one judgement to the next. Pure.

    over ──bad──► pending ──bad for `for_minutes`──► firing ──good──► clearing ──good for `clear_minutes`──► over
                     └──good──► over                   ▲─────bad────────┘

Between and unknown are taken for what was judged last: bad in *pending* and *firing*, good in *clearing* and *over*.
One that ended three times within an hour ends the third time only after half an hour without anything bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from liaison.catalog.rules import Rule
from liaison.detection.facts import Judgement, Verdict
from liaison.detection.models import FindingState

FLAPS: Final = 3
"""So many ends within `FLAPPING_WITHIN` are flapping."""
FLAPPING_WITHIN: Final = timedelta(hours=1)
CALM: Final = timedelta(minutes=30)
"""So long nothing bad must be seen before something that flaps is over."""


class Change(StrEnum):
    """What a judgement changed. People are told of FIRED and ENDED alone."""

    NONE = "none"
    STARTED = "started"  # over → pending: bad, but not yet for long enough
    DROPPED = "dropped"  # pending → over: it never fired
    FIRED = "fired"
    CLEARING = "clearing"  # firing → clearing
    CAME_BACK = "came_back"  # clearing → firing: it never ended
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class State:
    """The columns of a finding. `judged_at` is None before the first judgement."""

    state: FindingState = FindingState.OVER
    since: datetime | None = None
    bad_since: datetime | None = None
    fired_at: datetime | None = None
    ended_at: datetime | None = None
    recent_ends: tuple[datetime, ...] = ()
    is_flapping: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)
    judged_at: datetime | None = None


NEVER_JUDGED: Final = State()


def step(
    before: State, verdict: Verdict, rule: Rule, now: datetime, *, counts_from: datetime | None = None
) -> tuple[State, Change]:
    """Return how the finding stands once it is judged at `now`, and what that changed.

    A judgement that comes late (`now` not after `judged_at`) changes nothing. Time before `counts_from`
    (`Integration.judged_from`) does not count towards `for_minutes`.
    """
    if before.judged_at is not None and now <= before.judged_at:
        return before, Change.NONE
    judged = replace(before, judged_at=now, since=before.since or now)
    if verdict.judgement is Judgement.BAD:
        judged = replace(judged, evidence=dict(verdict.evidence))
    if _is_bad(before, verdict):
        return _bad(judged, rule, now, counts_from)
    return _good(judged, rule, now)


def _is_bad(before: State, verdict: Verdict) -> bool:
    if verdict.judgement in {Judgement.BETWEEN, Judgement.UNKNOWN}:
        return before.state in {FindingState.PENDING, FindingState.FIRING}
    return verdict.judgement is Judgement.BAD


def _bad(judged: State, rule: Rule, now: datetime, counts_from: datetime | None) -> tuple[State, Change]:
    if judged.state is FindingState.FIRING:
        return judged, Change.NONE
    if judged.state is FindingState.CLEARING:
        return replace(judged, state=FindingState.FIRING, since=now), Change.CAME_BACK
    is_new = judged.state is FindingState.OVER
    bad_since = now if is_new or judged.bad_since is None else judged.bad_since
    counted = bad_since if counts_from is None else max(bad_since, counts_from)
    if now - counted >= timedelta(minutes=rule.for_minutes):
        fired = replace(judged, state=FindingState.FIRING, since=now, bad_since=bad_since, fired_at=now, ended_at=None)
        return fired, Change.FIRED
    if is_new:
        pending = replace(judged, state=FindingState.PENDING, since=now, bad_since=now, fired_at=None, ended_at=None)
        return pending, Change.STARTED
    return judged, Change.NONE


def _good(judged: State, rule: Rule, now: datetime) -> tuple[State, Change]:
    if judged.state is FindingState.OVER:
        return judged, Change.NONE
    if judged.state is FindingState.PENDING:
        return replace(judged, state=FindingState.OVER, since=now, bad_since=None), Change.DROPPED
    good_since = now if judged.state is FindingState.FIRING or judged.since is None else judged.since
    recent = tuple(end for end in judged.recent_ends if now - end < FLAPPING_WITHIN)
    is_flapping = judged.is_flapping or len(recent) + 1 >= FLAPS
    calm = timedelta(minutes=rule.clear_minutes)
    if now - good_since >= (max(calm, CALM) if is_flapping else calm):
        over = replace(
            judged, state=FindingState.OVER, since=now, ended_at=now, recent_ends=(*recent, now), is_flapping=False
        )
        return over, Change.ENDED
    clearing = replace(judged, state=FindingState.CLEARING, since=good_since, is_flapping=is_flapping)
    return clearing, Change.CLEARING if judged.state is FindingState.FIRING else Change.NONE
