"""Alerts taken in by the real intake, and deliveries that did not arrive. For tests of this room and above."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from liaison.accounts.models import Account
from liaison.health.actions import receive_alerts
from liaison.health.alertmanager import ParsedAlert
from liaison.health.models import Incident
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.testing import make_key
from liaison.lib.clock import utc_now
from liaison.notifications.models import Attempt, Delivery, DeliveryState, Message, MessageState


def take_in(
    account: Account,
    title: str = "Bookings fail",
    severity: str = "warning",
    *,
    environment: EnvironmentName = EnvironmentName.PRODUCTION,
    now: datetime | None = None,
) -> Incident:
    """Return the incident of one alert about the account's integration."""
    now = now or utc_now()
    alert = ParsedAlert(
        is_firing=True,
        fingerprint=f"{title}-{environment}",
        title=title,
        severity_word=severity,
        labels={"alertname": "BookingDown"},
        annotations={},
        starts_at=now,
        ends_at=None,
    )
    integration = Integration.objects.filter(account=account)[0]
    return receive_alerts(key=make_key(integration, environment).key, alerts=[alert], now=now)[0].incident


def deliveries_about(incident: Incident) -> QuerySet[Delivery]:
    """Return what was owed about an incident, in order."""
    about = Delivery.objects.filter(announcement__subject_kind="incident")
    return about.filter(announcement__subject_id=str(incident.pk)).order_by("pk")


def refuse(delivery: Delivery, now: datetime | None = None, *, detail: str = "5.1.1 mailbox unavailable") -> Delivery:
    """Let the message of the delivery be refused, as the engine writes it down."""
    now = now or utc_now()
    message = Message.objects.get(deliveries=delivery)
    Attempt.objects.create(
        message=message, number=1, started_at=now, finished_at=now, outcome="refused", code=550, detail=detail
    )
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.REFUSED,
        attempt=1,
        finished_at=now,
        subject_line="Warning: bookings fail",
        sent_bytes=b"Subject: Warning\r\n\r\nBookings fail.\r\n",
        sent_sha256="5d" * 32,
    )
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.FAILED, state_reason="refused", finished_at=now)
    return Delivery.objects.select_related("announcement").get(pk=delivery.pk)
