"""Incidents, who was told of them, and who would be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from liaison.api.shapes.common import Moment
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health import models
from liaison.health.models import IncidentState
from liaison.health.titles import title_of
from liaison.integrations.models import EnvironmentName
from liaison.notifications import facts
from liaison.notifications.facts import Because, HeldBecause, Planned
from liaison.notifications.queries import AnnouncementLine, DeliveryLine, MessageLine
from liaison.notifications.recipients import shown_address


class Incident(Schema):
    """`resolved_at` is when the portal learned that it is over, `ended_at` when the sender says it was.

    `findings` are the numbers of what the operator's own monitoring found, `owner` is the id of the user who has it.
    """

    id: str
    account: str
    integration: str
    kind: str
    environment: EnvironmentName
    source: str
    dedup_key: str
    state: IncidentState
    severity: Severity
    title: str
    labels: dict[str, Any]
    annotations: dict[str, Any]
    times_received: int
    started_at: Moment
    received_at: Moment
    last_received_at: Moment
    resolved_at: Moment | None
    ended_at: Moment | None
    findings: list[dict[str, Any]]
    owner: str | None
    note: str

    @classmethod
    def of(cls, incident: models.Incident) -> Incident:
        """Show an incident that was read with environment, integration and account."""
        integration = incident.environment.integration
        return cls(
            id=incident.public_id,
            account=integration.account.slug,
            integration=integration.public_id,
            kind=integration.kind,
            environment=EnvironmentName(incident.environment.name),
            source=incident.source,
            dedup_key=incident.dedup_key,
            state=IncidentState(incident.state),
            severity=Severity(incident.severity),
            title=title_of(incident),
            labels=incident.labels,
            annotations=incident.annotations,
            times_received=incident.times_received,
            started_at=incident.started_at,
            received_at=incident.received_at,
            last_received_at=incident.last_received_at,
            resolved_at=incident.resolved_at,
            ended_at=incident.ended_at,
            findings=incident.facts.get("findings") or [],
            owner=incident.owner.public_id if incident.owner else None,
            note=incident.note,
        )


class IncidentStanding(Schema):
    """One place where a recipient stands. `withheld` says why it did not count, null where it did."""

    topic: Topic
    reason: str
    withheld: str | None

    @classmethod
    def of(cls, because: Because) -> IncidentStanding:
        return cls(topic=because.topic, reason=because.reason.value, withheld=because.withheld)


class Attempt(Schema):
    number: int
    started_at: Moment
    finished_at: Moment | None
    outcome: str
    code: int | None


class SentMessage(Schema):
    """What was sent. `sha256` is the hash of the bytes that the receiving server took."""

    message_id: str
    state: str
    sha256: str
    attempts: list[Attempt]

    @classmethod
    def of(cls, line: MessageLine) -> SentMessage:
        return cls(
            message_id=line.message_id,
            state=line.state.value,
            sha256=line.sha256,
            attempts=[
                Attempt(
                    number=one.number,
                    started_at=one.started_at,
                    finished_at=one.finished_at,
                    outcome=one.outcome,
                    code=one.code,
                )
                for one in line.attempts
            ],
        )


class Held(Schema):
    """What makes a message wait: `support_hours`, `quiet_hours`, `bundled` or `rate_limited`, and until when."""

    because: HeldBecause
    until: Moment

    @classmethod
    def of(cls, one: facts.Held) -> Held:
        return cls(because=one.because, until=one.until)


class Delivery(Schema):
    """What one recipient is owed on one channel, and how it ended. `milliseconds` run to the server's yes.

    `address` is a mailbox, or name and server of an endpoint.
    """

    id: str
    name: str
    address: str
    channel: str
    language: str
    time_zone: str
    step: int
    because: list[IncidentStanding]
    state: str
    state_reason: str
    due_at: Moment
    finished_at: Moment | None
    milliseconds: int | None
    held: list[Held]
    message: SentMessage | None

    @classmethod
    def of(cls, line: DeliveryLine, *, addresses: bool, staff: bool) -> Delivery:
        """Show a delivery. Readers who may not see the account's contacts get names without addresses (W2)."""
        return cls(
            id=line.public_id,
            name=line.name,
            address=shown_address(line.address, line.because, addresses=addresses, staff=staff),
            channel=line.channel,
            language=line.language,
            time_zone=line.time_zone,
            step=line.step,
            because=[IncidentStanding.of(one) for one in line.because],
            state=line.state.value,
            state_reason=line.state_reason,
            due_at=line.due_at,
            finished_at=line.finished_at,
            milliseconds=line.milliseconds,
            held=[Held.of(one) for one in line.held],
            message=SentMessage.of(line.message) if line.message else None,
        )


class Announcement(Schema):
    """One thing that people were told. `nobody_for` are the topics that reached nobody (R4)."""

    id: str
    at: Moment
    event: str
    topics: list[Topic]
    nobody_for: list[Topic]
    deliveries: list[Delivery]

    @classmethod
    def of(cls, line: AnnouncementLine, *, addresses: bool, staff: bool) -> Announcement:
        return cls(
            id=line.public_id,
            at=line.at,
            event=str(line.facts.get("event", "")),
            topics=list(line.topics),
            nobody_for=list(line.nobody_for),
            deliveries=[Delivery.of(one, addresses=addresses, staff=staff) for one in line.deliveries],
        )


class Recipient(Schema):
    """One recipient of a plan. `withheld` is why it is not told, null for who is told; `held` why it waits until `at`.

    `address` is a mailbox, or the id of an endpoint.
    """

    name: str
    address: str
    channel: str
    language: str
    time_zone: str
    at: Moment
    step: int
    because: list[IncidentStanding]
    held: list[Held]
    withheld: str | None

    @classmethod
    def of(cls, planned: Planned, *, staff: bool) -> Recipient:
        person = planned.person
        return cls(
            name=person.name,
            address=shown_address(planned.address, planned.because, addresses=True, staff=staff),
            channel=planned.channel.value,
            language=person.language,
            time_zone=person.time_zone,
            at=planned.at,
            step=planned.step,
            because=[IncidentStanding.of(one) for one in planned.because],
            held=[Held.of(one) for one in planned.held],
            withheld=planned.withheld,
        )


class Plan(Schema):
    """Who would be told. `at` is the moment that was taken; a local time in a gap of the clocks does not exist.

    `in_gap` and `in_fold` say that the asked local time does not exist or exists twice; `taken` is what was taken.
    """

    account: str
    integration: str
    environment: EnvironmentName
    topics: list[Topic]
    asked: datetime
    zone: str
    taken: datetime
    in_gap: bool
    in_fold: bool
    at: Moment
    told: list[Recipient]
    not_told: list[Recipient]
    nobody_for: list[Topic]
