"""What is expected of partners, by when, and what they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, GivenMoment, Moment, Person
from liaison.api.shapes.people import person_of
from liaison.catalog.vocabulary import Topic
from liaison.expectations import models
from liaison.expectations.vocabulary import Answer, AnsweredVia, ClosedBecause, Expected

# The verb says what is too long; this only keeps out what is absurd.
Note = Annotated[str, Field(max_length=5_000)]


class Expectation(Schema):
    """One thing expected about one subject.

    `due_at` is when the next answer is due; `passed` counts how often it was
    asked for again since. `answer` is the last one, null before the first.
    """

    id: str
    account: str
    subject_kind: str
    topic: Topic
    expected: Expected
    due_at: Moment
    is_overdue: bool
    passed: int
    answer: Answer | None
    estimate_at: Moment | None
    asked_at: Moment
    asked_by: Person | None
    closed_at: Moment | None
    closed_because: ClosedBecause | None

    @classmethod
    def of(cls, found: models.Expectation, now: datetime) -> Expectation:
        return cls(
            id=found.public_id,
            account=found.account.slug,
            subject_kind=found.subject_kind,
            topic=Topic(found.topic),
            expected=Expected(found.expected),
            due_at=found.due_at,
            is_overdue=found.is_overdue(now),
            passed=found.passed,
            answer=Answer(found.answer) if found.answer else None,
            estimate_at=found.estimate_at,
            asked_at=found.asked_at,
            asked_by=person_of(found.asked_by),
            closed_at=found.closed_at,
            closed_because=ClosedBecause(found.closed_because) if found.closed_because else None,
        )

    @classmethod
    def of_any(cls, found: models.Expectation | None, now: datetime) -> Expectation | None:
        return None if found is None else cls.of(found, now)


class AnswerGiven(Schema):
    """One answer. `by` is null for whoever answered by a link or by mail and has no identity."""

    answer: Answer
    estimate_at: Moment | None
    note: str
    via: AnsweredVia
    by: Person | None
    at: Moment

    @classmethod
    def of(cls, given: models.AnswerGiven) -> AnswerGiven:
        return cls(
            answer=Answer(given.answer),
            estimate_at=given.estimate_at,
            note=given.note,
            via=AnsweredVia(given.via),
            by=person_of(given.by),
            at=given.at,
        )


class ExpectationWithAnswers(Expectation):
    """An expectation with its answers, the oldest first; `about` is the title of its subject, `page` its path."""

    about: str
    page: str
    answers: list[AnswerGiven]


class NewAnswer(Body):
    """`working` needs an `estimate_at`: when it will be solved, at most thirty days away."""

    answer: Annotated[str, Field(max_length=16)]
    estimate_at: GivenMoment | None = None
    note: Note = ""


class ExpectationChange(Body):
    """What is expected, and by when."""

    expected: Annotated[str, Field(max_length=16)]
    due_at: GivenMoment
