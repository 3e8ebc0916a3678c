"""What is owed to whom, and what is sent (`design.md`, "durable work")."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class DeliveryState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


class MessageState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED_MESSAGE_STATES = (
    MessageState.ACCEPTED,
    MessageState.REFUSED,
    MessageState.FAILED,
    MessageState.CANCELLED,
)
MOST_UNANSWERED = 2


class Announcement(models.Model):
    """One thing that people are told about, under one or more topics: facts, never words."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    topics = ArrayField(models.CharField(max_length=32))
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    nobody_for = ArrayField(models.CharField(max_length=32), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-id"], name="announcement_by_account"),
            models.Index(fields=["subject_kind", "subject_id"], name="announcement_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{'+'.join(self.topics)} {self.subject_kind}:{self.subject_id}"


class Message(models.Model):
    """What is sent: it bundles deliveries and owns Message-ID, lease, attempts and the sent bytes.

    `unanswered` counts how often the end of the message was handed over, or may have been, without an answer
    (invariant 1: at most twice). It grows before each final dot and falls when the server answers no.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=254)
    message_id = models.CharField(max_length=200, unique=True)
    priority = models.SmallIntegerField(default=5)
    state = models.CharField(max_length=16, choices=keys_of(MessageState), default=MessageState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_confidential = models.BooleanField(default=False)
    subject_line = models.TextField(blank=True)  # as sent: part of the proof, like the bytes
    sent_bytes = models.BinaryField(null=True)
    sent_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                condition=Q(state__in=["pending", "unknown"]),
                name="message_due",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_leased"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MessageState]),
                name="a_message_has_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
                name="only_a_message_being_sent_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FINISHED_MESSAGE_STATES], finished_at__isnull=False)
                | (~Q(state__in=[state.value for state in FINISHED_MESSAGE_STATES]) & Q(finished_at__isnull=True)),
                name="a_message_is_open_or_finished",
            ),
            models.CheckConstraint(
                condition=Q(unanswered__lte=MOST_UNANSWERED), name="a_message_is_handed_over_at_most_twice"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(sent_sha256=""),
                name="what_was_accepted_is_known_by_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class Delivery(models.Model):
    """What one recipient is owed about one announcement on one channel, and how it ended."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="deliveries")
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
    state = models.CharField(max_length=16, choices=keys_of(DeliveryState), default=DeliveryState.PENDING)
    state_reason = models.CharField(max_length=32, blank=True)
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
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


class Attempt(models.Model):
    """One try to send a message, and what the other side said."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    code = models.PositiveSmallIntegerField(null=True)
    detail = models.TextField(blank=True)  # the server's own words, as evidence

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempts_are_numbered")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.message_id}"
