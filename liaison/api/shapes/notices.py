"""Notices: what staff tell a partner in their own words, who will be told, and what became of it."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, GivenMoment, Moment, Person
from liaison.api.shapes.expectations import Expectation
from liaison.api.shapes.incidents import Recipient
from liaison.api.shapes.people import person_of
from liaison.catalog.vocabulary import Topic
from liaison.expectations.vocabulary import Expected
from liaison.notices import models
from liaison.notices.models import NoticeTopic

# The verb says what is too long; these only keep out what is absurd.
Title = Annotated[str, Field(max_length=1_000)]
Words = Annotated[str, Field(max_length=50_000)]


class Notice(Schema):
    """`title` and `text` are plain, in `language`. `integration` is the id of one, null for the whole account.

    `expectation` is what is expected of the partner, or was last; null where nothing ever was.
    """

    id: str
    account: str
    integration: str | None
    topic: NoticeTopic
    title: str
    text: str
    language: str
    is_urgent: bool
    raised_at: Moment
    raised_by: Person | None
    withdrawn_at: Moment | None
    expectation: Expectation | None

    @classmethod
    def of(cls, notice: models.Notice, expectation: Expectation | None = None) -> Notice:
        return cls(
            id=notice.public_id,
            account=notice.account.slug,
            integration=notice.integration.public_id if notice.integration else None,
            topic=NoticeTopic(notice.topic),
            title=notice.title,
            text=notice.text,
            language=notice.language,
            is_urgent=notice.is_urgent,
            raised_at=notice.raised_at,
            raised_by=person_of(notice.raised_by),
            withdrawn_at=notice.withdrawn_at,
            expectation=expectation,
        )


class NewNotice(Body):
    """`account` is a short name, `integration` an id or empty.

    `expected` is what the partner is asked for, empty for nothing; without `due_at` it has the usual time.
    """

    account: Annotated[str, Field(max_length=63)]
    topic: Annotated[str, Field(max_length=32)]
    title: Title
    text: Words
    language: Annotated[str, Field(max_length=10)]
    is_urgent: bool = False
    integration: Annotated[str, Field(max_length=14)] = ""
    expected: Annotated[str, Field(max_length=16)] = Expected.ANSWER.value
    due_at: GivenMoment | None = None


class NoticePlan(Schema):
    """Who would be told now, when and why; `nobody_for`: the operator is alarmed. `due_at`: when the answer is due."""

    told: list[Recipient]
    not_told: list[Recipient]
    nobody_for: list[Topic]
    due_at: Moment | None
