"""What is sent: messages, each try, and the bytes that prove it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models
from django.db.models import Q

from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class MessageState(StrEnum):
    GATHERING = "gathering"  # a bundle that waits for its moment; more may join
    PENDING = "pending"
    SENDING = "sending"  # a worker holds it and has said nothing of it yet
    HANDED_OVER = "handed_over"  # written down before the first word of its batch: from here on it may arrive
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # handed over, and the answer was lost
    FAILED = "failed"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"  # accepted by the receiving server, and returned later


FINISHED_MESSAGE_STATES: Final = (
    MessageState.ACCEPTED,
    MessageState.BOUNCED,
    MessageState.REFUSED,
    MessageState.FAILED,
    MessageState.CANCELLED,
)
HELD_MESSAGE_STATES: Final = (MessageState.SENDING, MessageState.HANDED_OVER)
MOST_UNANSWERED: Final = 2


class LetterForm(models.Model):
    """What all messages of one kind share in one language; the bytes of each are kept as their difference."""

    sha256 = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Message(models.Model):
    """What is sent: it bundles deliveries and owns Message-ID, lease, attempts and the sent bytes.

    `unanswered` counts how often the message was handed over without an answer (invariant 1: at most twice). It
    grows with each hand-over and falls when the server answers no, or when the worker did not come to it.
    What is held was `created_at` when it is first to go: it is given up that much later.
    `lane` is whose share of the workers it takes: the account, or 0. `sent_bytes` are the bytes themselves, or,
    with a `form`, their difference from it (`keeping.py`).
    """

    public_id = models.CharField(max_length=14, default=new_public_id, editable=False)
    account_id = models.BigIntegerField(null=True)
    lane = models.BigIntegerField(db_default=0)
    # What goes out together has one key, under which more may join. Who claims it puts its id there: it is closed.
    bundle = models.CharField(max_length=400, blank=True, default="", db_default="")
    channel = models.CharField(max_length=16)
    address = models.CharField(max_length=254)
    message_id = models.CharField(max_length=200)
    priority = models.SmallIntegerField(default=5)
    state = models.CharField(max_length=16, choices=keys_of(MessageState), default=MessageState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    unanswered = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(db_default=0)  # temporary answers so far
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_confidential = models.BooleanField(default=False)
    subject_line = models.TextField(blank=True)  # as sent: part of the proof, like the bytes
    form = models.ForeignKey(LetterForm, on_delete=models.PROTECT, null=True, related_name="+")
    sent_bytes = models.BinaryField(null=True)
    sent_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "lane", "priority", "due_at", "id"],
                condition=Q(state__in=["gathering", "pending", "unknown"]),
                name="message_due_by_lane",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["sending", "handed_over"]), name="message_held"
            ),
            models.Index(
                fields=["-finished_at"],
                condition=Q(state__in=["refused", "failed", "bounced"]),
                name="message_that_did_not_arrive",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle"], condition=Q(state="gathering"), name="what_is_held_together_waits_in_one_message"
            ),
            models.CheckConstraint(condition=~Q(state="gathering") | ~Q(bundle=""), name="only_a_bundle_gathers"),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(bundle=""), name="a_bundle_never_waits_as_one_mail"
            ),
            models.UniqueConstraint(fields=["public_id"], name="a_message_has_one_name"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MessageState]),
                name="a_message_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "handed_over"], lease_until__isnull=False)
                | (~Q(state__in=["sending", "handed_over"]) & Q(lease_until__isnull=True)),
                name="only_a_message_in_hand_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FINISHED_MESSAGE_STATES], finished_at__isnull=False)
                | (~Q(state__in=[state.value for state in FINISHED_MESSAGE_STATES]) & Q(finished_at__isnull=True)),
                name="a_message_is_unfinished_or_finished",
            ),
            models.CheckConstraint(
                condition=Q(unanswered__lte=MOST_UNANSWERED), name="a_message_is_handed_over_at_most_twice"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed_over", "unknown", "accepted", "bounced"]) | ~Q(sent_sha256=""),
                name="what_was_handed_over_is_known_by_its_hash",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed_over", "unknown"]) | Q(unanswered__gte=1),
                name="what_may_have_arrived_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class Attempt(models.Model):
    """One try to send a message, and what the other side said."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
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
