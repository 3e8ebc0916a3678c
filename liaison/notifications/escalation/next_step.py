"""What an escalation does next: a pure function of its history and now. No database, no clock, no settings.

All arithmetic is that of UTC, so a change of the clocks moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liaison.notifications.facts import Pace
from liaison.notifications.models.escalations import EscalationState


class StepBecause(StrEnum):
    """Why a step was taken when it was."""

    BEGAN = "began"
    NOBODY_ANSWERED = "nobody_answered"  # the time for an answer went by
    NOBODY_REACHED = "nobody_reached"  # every message of the step before failed


@dataclass(frozen=True)
class Taken:
    """A step that was taken: which one of the ladder (from 1), in which round (from 0), and when."""

    round: int
    step: int
    at: datetime


@dataclass(frozen=True)
class History:
    """What happened so far. `ended` says how it ended. `is_in_vain`: nobody of the last step could be reached."""

    taken: tuple[Taken, ...]
    ended: EscalationState | None = None
    is_in_vain: bool = False


@dataclass(frozen=True)
class Ladder:
    """Where on the ladder somebody can be reached now.

    `left` is the lowest step with somebody who was not yet tried in this round, `first` the lowest step with
    anybody, as a new round would begin.
    """

    left: int | None
    first: int | None


@dataclass(frozen=True)
class Wait:
    until: datetime


@dataclass(frozen=True)
class Take:
    round: int
    step: int
    because: StepBecause


@dataclass(frozen=True)
class Stop:
    state: EscalationState


Move = Wait | Take | Stop


def next_step(history: History, pace: Pace, ladder: Ladder, now: datetime) -> Move:
    """Return what to do at `now` (aware, UTC).

    The time for an answer runs from the moment a step was really taken, so a tick that comes late takes one step
    and gives these people their full time too. A step in vain costs no time; a new round never begins before the
    time of the last step is over, because the same addresses would fail again.
    """
    if history.ended is not None:
        return Stop(history.ended)
    if not history.taken:
        return Stop(EscalationState.EXHAUSTED) if ladder.first is None else Take(0, ladder.first, StepBecause.BEGAN)
    last = history.taken[-1]
    because = StepBecause.NOBODY_REACHED if history.is_in_vain else StepBecause.NOBODY_ANSWERED
    answer_until = last.at + pace.interval
    is_waiting = now < answer_until
    if ladder.left is not None:
        return Wait(answer_until) if is_waiting and not history.is_in_vain else Take(last.round, ladder.left, because)
    if is_waiting:
        return Wait(answer_until)
    if last.round + 1 >= pace.rounds or ladder.first is None:
        return Stop(EscalationState.EXHAUSTED)
    return Take(last.round + 1, ladder.first, because)
