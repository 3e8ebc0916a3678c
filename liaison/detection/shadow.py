"""What a rule would have found in what happened already: the same judging, step by step, over minutes gone by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.catalog.rules import Rule
from liaison.detection.facts import Judgement, Reading
from liaison.detection.judging import judge
from liaison.detection.models import FindingState
from liaison.detection.steps import NEVER_JUDGED, Change, State, step

MINUTE: Final = timedelta(minutes=1)

Read = Callable[[Rule, datetime, datetime | None], Reading]
"""Returns what is known of a scope at `end`, with what counts from `since` on."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One time at which it would have been found; `ended_at` is None where it was not over at the end."""

    environment_id: int
    scope: str
    fired_at: datetime
    ended_at: datetime | None
    is_quiet: bool  # in a pause: below an emergency nobody would have been told
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time in which the integration was paused: [since, until); None while it goes on."""

    since: datetime
    until: datetime | None

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that a rule looks at, and how to read it. `counts_from` is when the integration was launched."""

    environment_id: int
    scope: str
    read: Read
    counts_from: datetime | None = None
    pauses: Sequence[Stretch] = ()

    def since(self, end: datetime) -> datetime | None:
        """Return the moment from which what happened counted at `end`: the launch, or the end of a later pause."""
        ends = [one.until for one in self.pauses if one.until is not None and one.until <= end]
        known = [moment for moment in (self.counts_from, *ends) if moment is not None]
        return max(known, default=None)

    def is_paused(self, moment: datetime) -> bool:
        return any(one.holds(moment) for one in self.pauses)


def replay(rule: Rule, past: Past, start: datetime, end: datetime) -> list[Alarm]:
    """Return every alarm of the full minutes in [start, end], as passes would have found it."""
    alarms: list[Alarm] = []
    for state, change in _walk(rule, past, start, end):
        if change is Change.FIRED and state.fired_at is not None:
            is_quiet = past.is_paused(state.fired_at)
            alarms.append(Alarm(past.environment_id, past.scope, state.fired_at, None, is_quiet, state.evidence))
        elif change is Change.ENDED:
            alarms[-1] = replace(alarms[-1], ended_at=state.ended_at)
    return alarms


def _walk(rule: Rule, past: Past, start: datetime, end: datetime) -> Iterator[tuple[State, Change]]:
    state, moment = NEVER_JUDGED, start
    while moment <= end:
        since = past.since(moment)
        # Of what was found and is not over all that is known counts, also from before a pause.
        is_open = state.state in {FindingState.FIRING, FindingState.CLEARING}
        verdict = judge(rule, past.read(rule, moment, None if is_open else since))
        # What is not bad and was not is not looked at by a pass either; most minutes are so.
        if verdict.judgement is Judgement.BAD or state.state is not FindingState.OVER:
            state, change = step(state, verdict, rule, moment, counts_from=since)
            yield state, change
        moment += MINUTE
