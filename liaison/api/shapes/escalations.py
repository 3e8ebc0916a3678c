"""Escalations: who was called, who has it, and who is called next; and how an account's escalations go on."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment
from liaison.contacts.models import (
    MOST_ESCALATION_MINUTES,
    MOST_ESCALATION_ROUNDS,
    ContactRecord,
)
from liaison.health import ladder
from liaison.notifications.models import AcknowledgedVia, EscalationState

Minutes = Annotated[int, Field(ge=1, le=MOST_ESCALATION_MINUTES, description="Minutes for an answer at each step.")]
Rounds = Annotated[int, Field(ge=1, le=MOST_ESCALATION_ROUNDS, description="How often everybody is called.")]


class Called(Schema):
    """Somebody who was called on one channel, and what became of the message."""

    name: str
    channel: str
    state: str


class EscalationStep(Schema):
    """One step that was taken. Rounds are counted from 1."""

    round: int
    at: Moment
    called: list[Called]


class Upcoming(Schema):
    """Who is called next, and when, if nobody acknowledges before."""

    names: list[str]
    at: Moment


class Escalation(Schema):
    """One climb up the ladder. `acknowledged_by` is a name, empty while nobody has it."""

    id: str
    state: EscalationState
    minutes: int
    rounds: int
    steps: list[EscalationStep]
    upcoming: list[Upcoming]
    acknowledged_by: str
    acknowledged_via: AcknowledgedVia | None
    ended_at: Moment | None

    @classmethod
    def of(cls, shown: ladder.Ladder, via: str) -> Escalation:
        return cls(
            id=shown.public_id,
            state=EscalationState(shown.state),
            minutes=shown.minutes,
            rounds=shown.rounds,
            steps=[EscalationStep(round=one.round, at=one.at, called=_called(one.people)) for one in shown.steps],
            upcoming=[Upcoming(names=list(one.names), at=one.at) for one in shown.upcoming],
            acknowledged_by=shown.has_it,
            acknowledged_via=AcknowledgedVia(via) if via else None,
            ended_at=shown.ended_at,
        )


class Acknowledgement(Schema):
    """`is_new` is false where somebody had it already; the escalation says who."""

    is_new: bool
    escalation: Escalation


class EscalationPace(Schema):
    """How an account's escalations go on."""

    minutes: int
    rounds: int

    @classmethod
    def of(cls, record: ContactRecord) -> EscalationPace:
        return cls(minutes=record.escalation_minutes, rounds=record.escalation_rounds)


class EscalationPaceChange(Body):
    minutes: Minutes
    rounds: Rounds


def _called(people: tuple[ladder.CalledRow, ...]) -> list[Called]:
    return [Called(name=one.name, channel=one.channel_key, state=one.state) for one in people]
