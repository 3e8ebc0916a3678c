"""The proof of an incident: for each announcement, every recipient with what became of the message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from liaison.catalog.loader import topics
from liaison.health.models import Incident
from liaison.health.vocabulary import SubjectKind
from liaison.notifications.models import DeliveryState
from liaison.notifications.queries import AnnouncementLine, AttemptLine, DeliveryLine, MessageLine, announcements_about
from liaison.notifications.recipients import (
    HeldRow,
    ReasonRow,
    held_rows,
    language_name,
    moment_in,
    reasons_of,
    shown_address,
)
from liaison.notifications.wording import attempt_label, channel_label, state_reason_label


@dataclass(frozen=True)
class ProofRow:
    """One delivery. `milliseconds` runs from the announcement to the receiving server's yes, None before that.

    `attempts` come with their outcome in words. `held` says what it still waits for.
    """

    name: str
    address: str
    channel: str
    language: str
    due: str
    reasons: tuple[ReasonRow, ...]
    state: str
    why: str
    milliseconds: int | None
    message: MessageLine | None
    attempts: tuple[tuple[AttemptLine, str], ...]
    held: tuple[HeldRow, ...] = ()


@dataclass(frozen=True)
class ProofPart:
    """One announcement: that the incident began, goes on or is over. `nobody_for` names topics in words (R4)."""

    at: datetime
    event: str
    topics: tuple[str, ...]
    nobody_for: tuple[str, ...]
    told: tuple[ProofRow, ...]
    not_told: tuple[ProofRow, ...]


@dataclass(frozen=True)
class Proof:
    """Everything that was announced about an incident, in order. `is_open`: something is still pending."""

    parts: tuple[ProofPart, ...]
    is_open: bool


def proof_of(incident: Incident, *, language: str, addresses: bool, staff: bool) -> Proof:
    """Return the proof, in three queries whatever its length. Without `addresses` people are named only."""
    lines = announcements_about(SubjectKind.INCIDENT, str(incident.pk))
    parts = tuple(_part(line, language=language, addresses=addresses, staff=staff) for line in lines)
    return Proof(parts, any(line.is_open for line in lines))


def _part(line: AnnouncementLine, *, language: str, addresses: bool, staff: bool) -> ProofPart:
    entries = topics()
    rows = [(one, _row(one, addresses=addresses, staff=staff)) for one in line.deliveries]
    return ProofPart(
        at=line.at,
        event=str(line.facts.get("event", "")),
        topics=tuple(entries[topic].name(language) for topic in line.topics),
        nobody_for=tuple(entries[topic].name(language) for topic in line.nobody_for),
        told=tuple(row for one, row in rows if one.state is not DeliveryState.SUPPRESSED),
        not_told=tuple(row for one, row in rows if one.state is DeliveryState.SUPPRESSED),
    )


def _row(line: DeliveryLine, *, addresses: bool, staff: bool) -> ProofRow:
    address = shown_address(line.address, line.because, addresses=addresses, staff=staff)
    state = "delivered" if line.shown_state == DeliveryState.ACCEPTED else line.shown_state
    return ProofRow(
        name=line.name or address,
        address=address if line.name else "",
        channel=channel_label(line.channel),
        language=language_name(line.language),
        due=moment_in(line.due_at, line.time_zone),
        reasons=reasons_of(line.because),
        state=state,
        why=state_reason_label(line.state_reason),
        milliseconds=line.milliseconds,
        message=line.message,
        attempts=_attempts(line.message, with_words=bool(address)) if line.message else (),
        held=held_rows(line.held, line.time_zone) if line.is_deferred else (),
    )


def _attempts(message: MessageLine, *, with_words: bool) -> tuple[tuple[AttemptLine, str], ...]:
    """Return the tries. A mail server's own words name the address, so they go with it."""
    shown = (one if with_words else replace(one, detail="") for one in message.attempts)
    return tuple((one, attempt_label(one.outcome)) for one in shown)
