"""Drills with everybody's times, the schedule of an account, and test messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment, Text
from liaison.drills import models
from liaison.drills.actions.scheduling import MOST_DAYS_BEFORE, Wish
from liaison.drills.proof import Proof, WayProof
from liaison.drills.results import PersonTimes, Results, Summary
from liaison.drills.vocabulary import MovedBecause, Outcome

Seconds = Annotated[int | None, Field(description="Seconds from being told to the answer, null without one.")]
Minute = Annotated[int, Field(ge=0, le=1439, description="Minutes after midnight, in the time zone of the schedule.")]


class NewDrill(Body):
    """A drill of one field of the contact information. With `everybody` each of its people is to answer."""

    field: Text
    everybody: bool = False
    announced: bool = False


class Drill(Schema):
    """One drill. `outcome` is null while it runs; one that was missed never started."""

    id: str
    field: str
    everybody: bool
    planned_for: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    outcome: Outcome | None
    told: int
    answered: int
    first_answer_seconds: Seconds
    last_answer_seconds: Seconds

    @classmethod
    def of(cls, shown: Summary) -> Drill:
        return cls(**_summary(shown))


class DrillWay(Schema):
    """One way on which somebody was told, and when the receiving server took it."""

    channel: str
    state: str
    told_at: Moment
    accepted_at: Moment | None


class DrillPerson(Schema):
    """One person who was told. `before_seconds` is their time in the drill before this one."""

    name: str
    ways: list[DrillWay]
    told_at: Moment
    answered_at: Moment | None
    seconds: Seconds
    before_seconds: Seconds


class DrillWithTimes(Drill):
    """A drill with the times of everybody who was told; `before` is the last one of the same field."""

    people: list[DrillPerson]
    before: Drill | None

    @classmethod
    def with_times(cls, shown: Results) -> DrillWithTimes:
        before = None if shown.before is None else Drill.of(shown.before)
        return cls(**_summary(shown.summary), people=[_person(one) for one in shown.people], before=before)


class Schedule(Schema):
    """The monthly drill of an account. `next_at` is null while it is paused, and where there are no support hours."""

    field: str
    everybody: bool
    weekday: int
    week: int
    day: int
    minute: int
    time_zone: str
    announced_days: int | None
    paused: bool
    next_at: Moment | None
    moved_because: MovedBecause | None

    @classmethod
    def of(cls, kept: models.DrillSchedule) -> Schedule:
        return cls(
            field=kept.field,
            everybody=kept.everybody,
            weekday=kept.weekday,
            week=kept.week,
            day=kept.day,
            minute=kept.minute,
            time_zone=kept.time_zone,
            announced_days=kept.announced_days,
            paused=kept.paused_at is not None,
            next_at=kept.next_at,
            moved_because=MovedBecause(kept.moved_because) if kept.moved_because else None,
        )


class ScheduleChange(Body):
    """With a `weekday` (1 Monday to 7 Sunday) the `week`th of the month counts, 5 is the last; with 0 the `day`."""

    field: Text
    minute: Minute
    time_zone: Text
    everybody: bool = False
    weekday: Annotated[int, Field(ge=0, le=7)] = 0
    week: Annotated[int, Field(ge=1, le=5)] = 1
    day: Annotated[int, Field(ge=1, le=31)] = 1
    announced_days: Annotated[int, Field(ge=0, le=MOST_DAYS_BEFORE)] | None = None
    paused: bool = False

    def wish(self) -> Wish:
        values = self.dict()
        return Wish(is_paused=values.pop("paused"), **values)


class NewTestMessage(Body):
    """`contact` is the id of a user or an address of the record. `way`: empty for all, `email`, or an endpoint's id."""

    contact: Text
    way: Text = ""


class TestWay(Schema):
    """What became of a test on one way. `words` are the receiving server's own."""

    channel: str
    address: str
    state: str
    accepted_at: Moment | None
    words: str
    arrived_at: Moment | None


class TestMessage(Schema):
    """A test message; `arrived_at` of a way is when its reader said so."""

    id: str
    sent_at: Moment
    ways: list[TestWay]

    @classmethod
    def of(cls, test: models.TestMessage, proof: Proof) -> TestMessage:
        return cls(id=test.public_id, sent_at=test.sent_at, ways=[_way(one) for one in proof.ways])


def _summary(shown: Summary) -> dict[str, Any]:
    drill = shown.drill
    return {
        "id": drill.public_id,
        "field": drill.field,
        "everybody": drill.everybody,
        "planned_for": drill.planned_for,
        "started_at": drill.started_at,
        "ended_at": drill.ended_at,
        "outcome": Outcome(drill.outcome) if drill.outcome else None,
        "told": shown.told,
        "answered": shown.answered,
        "first_answer_seconds": _seconds(shown.first),
        "last_answer_seconds": _seconds(shown.last),
    }


def _person(one: PersonTimes) -> DrillPerson:
    ways = [
        DrillWay(channel=line.channel_key, state=line.state, told_at=line.told_at, accepted_at=line.accepted_at)
        for line in one.lines
    ]
    return DrillPerson(
        name=one.name,
        ways=ways,
        told_at=one.told_at,
        answered_at=one.answered_at,
        seconds=_seconds(one.took),
        before_seconds=_seconds(one.before),
    )


def _way(one: WayProof) -> TestWay:
    line = one.line
    return TestWay(
        channel=line.channel_key,
        address=line.address,
        state=line.state,
        accepted_at=line.accepted_at,
        words=line.words,
        arrived_at=one.arrived_at,
    )


def _seconds(took: timedelta | None) -> int | None:
    return None if took is None else round(took.total_seconds())
