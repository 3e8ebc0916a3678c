"""The ledger: every delivery with what it was about, its attempts, and what the other side answered."""

from __future__ import annotations

import base64
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, GivenMoment, Moment
from liaison.api.shapes.incidents import Held, IncidentStanding
from liaison.catalog.vocabulary import Topic
from liaison.ledger.actions import Bulk
from liaison.ledger.actions import SentMessage as Sent
from liaison.ledger.filters import State, Wanted
from liaison.ledger.rows import Row
from liaison.notifications.facts import Reason

Day = Annotated[date, Field(ge=date(1970, 1, 2), le=date(9998, 12, 30))]


class WantedDeliveries(Schema):
    """Which deliveries; nothing given means all. Days are in UTC, `until` included."""

    who: Annotated[str, Field(max_length=100, description="Part of a name, or of an address that you see.")] = ""
    user: Annotated[str, Field(max_length=14, description="The id of a user.")] = ""
    reason: Reason | None = None
    topic: Topic | None = None
    state: State | None = None
    integration: Annotated[str, Field(max_length=14)] = ""
    incident: Annotated[str, Field(max_length=14)] = ""
    account: Annotated[str, Field(max_length=63, description="The short name of an account.")] = ""
    since: Day | None = None
    until: Day | None = None

    def wanted(self) -> Wanted:
        return Wanted(
            who=self.who.replace("\x00", ""),
            person=self.user.replace("\x00", ""),
            reason=self.reason.value if self.reason else "",
            topic=self.topic.value if self.topic else "",
            state=self.state.value if self.state else "",
            integration=self.integration.replace("\x00", ""),
            incident=self.incident.replace("\x00", ""),
            account=self.account.replace("\x00", ""),
            since=self.since,
            until=self.until,
        )


class LedgerAttempt(Schema):
    """One try. `answer` holds the other side's own words, empty for those who do not see the address."""

    number: int
    started_at: Moment
    finished_at: Moment | None
    outcome: str
    code: int | None
    answer: str


class LedgerMessage(Schema):
    """What was sent. `subject_line` is empty for confidential messages; `is_kept`: the bytes can still be read."""

    message_id: str
    state: str
    subject_line: str
    sha256: str
    is_kept: bool
    attempts: list[LedgerAttempt]


class LedgerDelivery(Schema):
    """What one recipient is owed on one channel. `account` and `incident` are null where it is about none."""

    id: str
    announced_at: Moment
    account: str | None
    topics: list[Topic]
    subject: str
    incident: str | None
    name: str
    address: str
    channel: str
    language: str
    step: int
    round: int
    because: list[IncidentStanding]
    state: str
    state_reason: str
    due_at: Moment
    finished_at: Moment | None
    milliseconds: int | None
    held: list[Held]
    message: LedgerMessage | None

    @classmethod
    def of(cls, row: Row) -> LedgerDelivery:
        one = row.line.delivery
        return cls(
            id=one.public_id,
            announced_at=one.announced_at,
            account=row.account.slug if row.account else None,
            topics=list(row.line.topics),
            subject=row.about.title,
            incident=row.about.incident or None,
            name=one.name,
            address=one.address if row.sees_address else "",
            channel=one.channel,
            language=one.language,
            step=one.step,
            round=one.round,
            because=[IncidentStanding.of(reason) for reason in one.because],
            state=row.state,
            state_reason=one.state_reason,
            due_at=one.due_at,
            finished_at=one.finished_at,
            milliseconds=row.milliseconds,
            held=[Held.of(reason) for reason in one.held],
            message=_message(row),
        )


class SentBytes(Schema):
    """The bytes as they went out, in base64, and their SHA-256."""

    channel: str
    sha256: str
    content: str

    @classmethod
    def of(cls, sent: Sent) -> SentBytes:
        return cls(channel=sent.channel.value, sha256=sent.sha256, content=base64.b64encode(sent.data).decode())


class Resending(Body):
    """Since when what did not arrive is sent again."""

    since: GivenMoment


class Resent(Schema):
    """How many are sent again, and how many cannot be sent any more."""

    sent: int
    not_possible: int

    @classmethod
    def of(cls, bulk: Bulk) -> Resent:
        return cls(sent=bulk.sent, not_possible=bulk.not_possible)


def _message(row: Row) -> LedgerMessage | None:
    message = row.line.delivery.message
    if message is None:
        return None
    return LedgerMessage(
        message_id=message.message_id,
        state=message.state.value,
        subject_line=message.subject_line,
        sha256=message.sha256,
        is_kept=row.shows_message,
        attempts=[
            LedgerAttempt(
                number=one.line.number,
                started_at=one.line.started_at,
                finished_at=one.line.finished_at,
                outcome=one.line.outcome,
                code=one.line.code,
                answer=one.said,
            )
            for one in row.attempts
        ],
    )
