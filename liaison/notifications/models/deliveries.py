"""What one recipient is owed, and how it ended (`design.md`, "durable work")."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id
from liaison.notifications.models.announcements import Announcement
from liaison.notifications.models.messages import Message

FIRST_ROUND_BY_HAND: Final = 1000
"""Rounds below are those of ladders and fallbacks; what is sent again by hand never takes a number of theirs."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


class Delivery(models.Model):
    """What one recipient is owed about one announcement on one channel, and how it ended."""

    public_id = models.CharField(max_length=14, default=new_public_id, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="deliveries")
    recipient_key = models.CharField(max_length=280)
    identity = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=254, blank=True)
    destination = models.CharField(max_length=280)  # folded address, else the recipient: nobody twice per channel
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    step = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)  # [{"topic", "reason", "withheld"}]
    # Everybody who counts and reads this address, in order: the first who may still receive it is addressed.
    readers = models.JSONField(default=list)  # [{"key", "identity_id", "name", "language", "time_zone"}]
    # What makes it wait, in the order in which it ends; empty for what goes at once.
    held = models.JSONField(default=list, db_default=Value([], models.JSONField()))  # [{"because", "until"}]
    state = models.CharField(max_length=16, choices=keys_of(DeliveryState), default=DeliveryState.PENDING)
    state_reason = models.CharField(max_length=32, blank=True)
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="a_delivery_has_one_name"),
            models.UniqueConstraint(
                fields=["announcement", "destination", "channel", "step", "round"],
                name="nobody_is_owed_the_same_twice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DeliveryState]),
                name="a_delivery_has_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | (~Q(state="pending") & Q(finished_at__isnull=False)),
                name="a_delivery_is_pending_or_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(message__isnull=False), name="what_is_pending_has_a_message"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "cancelled", "suppressed"]) | ~Q(state_reason=""),
                name="what_was_not_delivered_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"
