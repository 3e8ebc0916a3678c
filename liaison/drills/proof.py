"""What a test message shows: each way, and what became of the message there, up to "I got it"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.drills.models import TestArrival, TestMessage
from liaison.drills.results import ChannelLine, lines_of, sent_deliveries
from liaison.notifications.endpoints import endpoint_names
from liaison.notifications.facts import Channel, Person, Withheld
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.wording import channel_label, state_reason_label, withheld_label

WATCHED_FOR: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class WayRow:
    """One way of a contact; `value` is what the form sends."""

    value: str
    channel: str
    address: str


@dataclass(frozen=True)
class ContactRow:
    """A contact with what a test can be sent to; `blocked` says why nothing is."""

    reference: str
    name: str
    places: str
    ways: tuple[WayRow, ...]
    blocked: Withheld | None

    @property
    def why_not(self) -> str:
        return withheld_label(self.blocked) if self.blocked else ""


@dataclass(frozen=True)
class WayProof:
    """What became of a test on one way: the line of its delivery, and when its reader said that it arrived."""

    line: ChannelLine
    arrived_at: datetime | None


@dataclass(frozen=True)
class Proof:
    """A test on all its ways. `is_open`: something may still happen. `not_sent` says why nothing was sent at all."""

    ways: tuple[WayProof, ...]
    is_open: bool
    not_sent: tuple[str, ...]


def way_rows(person: Person) -> tuple[WayRow, ...]:
    """Return the ways of a person in words; a mailbox comes first. One query where there are endpoints."""
    names = endpoint_names(way.address for way in person.endpoints)
    mail = (WayRow(Channel.EMAIL.value, channel_label(Channel.EMAIL), person.address),) if person.address else ()
    return mail + tuple(
        WayRow(way.address, channel_label(way.channel), names[way.address].label if way.address in names else "")
        for way in person.endpoints
    )


def proof_of(test: TestMessage, now: datetime) -> Proof:
    """Return how a test stands at `now`."""
    lines = lines_of(sent_deliveries([test.announcement_id]))
    arrivals = dict(TestArrival.objects.filter(test=test).values_list("delivery_id", "at"))
    ways = tuple(WayProof(line, arrivals.get(line.delivery)) for line in lines)
    ended = {DeliveryState.FAILED.value, DeliveryState.CANCELLED.value, DeliveryState.BOUNCED.value}
    waits = any(one.arrived_at is None and one.line.state not in ended for one in ways)
    withheld = Delivery.objects.filter(announcement=test.announcement_id, state=DeliveryState.SUPPRESSED)
    reasons = tuple(state_reason_label(one) for one in withheld.values_list("state_reason", flat=True))
    return Proof(ways, is_open=waits and now - test.sent_at < WATCHED_FOR, not_sent=reasons)
