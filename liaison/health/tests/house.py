"""What the tests of this room share: people on the record, payloads, and who was told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from liaison.accounts.models import Account, Identity
from liaison.accounts.testing import Cast
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.health.actions import Received, receive_alerts
from liaison.health.alertmanager import parse
from liaison.health.models import Incident
from liaison.integrations.keys import hash_of
from liaison.integrations.models import IntakeKey, Integration
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement, Delivery, DeliveryState

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """The cast, a launched integration of `bistro` with its people on the record, and a key per environment."""

    cast: Cast
    integration: Integration
    key: str
    sandbox_key: str


def add_contacts(
    account: Account, *, alert: tuple[Identity, ...] = (), emergency: tuple[Identity | str, ...] = ()
) -> ContactRecord:
    """Write entries straight into the record: its form has tests of its own."""
    record, _ = ContactRecord.objects.get_or_create(account=account)
    for field, people in ((ContactField.ALERT, alert), (ContactField.EMERGENCY, emergency)):
        for position, who in enumerate(people):
            named = {"address": who} if isinstance(who, str) else {"identity": who}
            ContactEntry.objects.create(record=record, field=field, position=position, **named)
    return record


def an_alert(**changes: Any) -> dict[str, Any]:
    alert: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "BookingDown", "severity": "error"},
        "annotations": {"summary": "Bookings fail"},
        "startsAt": START.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "ee6e9483c003a85c",
    }
    return alert | changes


def critical(**changes: Any) -> dict[str, Any]:
    return an_alert(labels={"alertname": "BookingDown", "severity": "critical"}, **changes)


def resolved(**changes: Any) -> dict[str, Any]:
    return an_alert(status="resolved", endsAt=utc_now().isoformat(), **changes)


def payload(*alerts: dict[str, Any]) -> bytes:
    return json.dumps({"version": "4", "alerts": list(alerts)}).encode()


def receive(secret: str, *alerts: dict[str, Any], now: datetime | None = None) -> tuple[Received, ...]:
    """Let the verb take the alerts in, without HTTP."""
    keys = IntakeKey.objects.select_related("environment__integration__account")
    key = keys.get(key_hash=hash_of(secret))
    return receive_alerts(key=key, alerts=parse(payload(*alerts)), now=now or utc_now())


def told(incident: Incident, event: str = "opened") -> set[str]:
    """Return the addresses that are owed a message about this event of the incident."""
    rows = _deliveries(incident, event).exclude(state=DeliveryState.SUPPRESSED)
    return set(rows.values_list("address", flat=True))


def not_told(incident: Incident, event: str = "opened") -> dict[str, str]:
    """Return why, for each address that is not told."""
    rows = _deliveries(incident, event).filter(state=DeliveryState.SUPPRESSED)
    return dict(rows.values_list("address", "state_reason"))


def announcements(incident: Incident) -> list[str]:
    rows = Announcement.objects.filter(subject_kind="incident", subject_id=str(incident.pk)).order_by("pk")
    return [row.facts["event"] for row in rows]


def _deliveries(incident: Incident, event: str) -> Any:
    return Delivery.objects.filter(
        announcement__subject_kind="incident",
        announcement__subject_id=str(incident.pk),
        announcement__facts__event=event,
    )
