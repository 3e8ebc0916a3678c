"""What was announced about an account lately, and what became of each delivery: the proof, without the texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import get_language

from liaison.accounts.models import Account, Identity
from liaison.catalog.loader import topics
from liaison.health.access import sees_addresses
from liaison.notifications.models import DeliveryState
from liaison.notifications.queries import AnnouncementLine, DeliveryLine, announcements_of_account
from liaison.notifications.recipients import ReasonRow, reasons_of, shown_address
from liaison.notifications.wording import state_reason_label

NEWEST: Final = 15


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One delivery. `subject` is empty for confidential messages; `milliseconds` is None until a server took it."""

    name: str
    address: str
    state: str
    why: str
    reasons: tuple[ReasonRow, ...]
    milliseconds: int | None
    subject: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ToldPart:
    """One announcement; `nobody_for` names the topics that reached nobody (R4)."""

    at: datetime
    topics: tuple[str, ...]
    nobody_for: tuple[str, ...]
    rows: tuple[ToldRow, ...]


def told_lately(reader: Identity, account: Account) -> tuple[ToldPart, ...]:
    """Return the newest announcements, newest first; addresses only for those who may see the contacts."""
    addresses = sees_addresses(reader, account)
    return tuple(_part(line, addresses=addresses) for line in announcements_of_account(account.pk, NEWEST))


def _part(line: AnnouncementLine, *, addresses: bool) -> ToldPart:
    language, entries = get_language() or "en", topics()
    return ToldPart(
        at=line.at,
        topics=tuple(entries[topic].name(language) for topic in line.topics),
        nobody_for=tuple(entries[topic].name(language) for topic in line.nobody_for),
        rows=tuple(_row(delivery, addresses=addresses) for delivery in line.deliveries),
    )


def _row(line: DeliveryLine, *, addresses: bool) -> ToldRow:
    address = shown_address(line.address, line.because, addresses=addresses, staff=True)
    return ToldRow(
        name=line.name or address,
        address=address if line.name else "",
        state="delivered" if line.shown_state == DeliveryState.ACCEPTED else line.shown_state,
        why=state_reason_label(line.state_reason),
        reasons=reasons_of(line.because),
        milliseconds=line.milliseconds,
        subject=line.message.subject_line if line.message else "",
        message_id=line.message.message_id if line.message else "",
    )
