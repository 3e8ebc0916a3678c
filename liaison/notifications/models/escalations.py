"""Escalations: who is called next until somebody says "I have it", and the history of the steps taken."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id
from liaison.notifications.models.announcements import Announcement
from liaison.notifications.models.deliveries import Delivery


class EscalationState(StrEnum):
    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"  # somebody has it
    RESOLVED = "resolved"  # it is over
    EXHAUSTED = "exhausted"  # every step of every round was taken and nobody answered
    PAUSED = "paused"  # the maintenance of what it is about began: nobody else is called


class AcknowledgedVia(StrEnum):
    LINK = "link"  # the single-use link of a message, without signing in
    PORTAL = "portal"
    API = "api"
    REPLY = "reply"  # an answer by mail, from a mailbox that is proven


NOBODY_HAS_IT: Final = (EscalationState.RUNNING, EscalationState.EXHAUSTED, EscalationState.PAUSED)
"""In these somebody can still say "I have it"."""
ENDED_ESCALATION_STATES: Final = tuple(state for state in EscalationState if state is not EscalationState.RUNNING)


class Escalation(models.Model):
    """One climb up a ladder, for one subject. `next_at` is when the next step is due, None once it has ended.

    Its deliveries are those of `announcement`, by step and round. Who acknowledged is an identity, or the
    delivery through whose link somebody without one did.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    announcement = models.OneToOneField(Announcement, on_delete=models.CASCADE, related_name="escalation")
    topic = models.CharField(max_length=32)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    interval_seconds = models.PositiveIntegerField()
    rounds = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=keys_of(EscalationState), default=EscalationState.RUNNING)
    started_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    acknowledged_through = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, related_name="+")
    acknowledged_name = models.CharField(max_length=100, blank=True, db_default="")  # typed, at a shared address
    acknowledged_via = models.CharField(max_length=16, choices=keys_of(AcknowledgedVia), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="running"), name="escalation_due"),
            models.Index(fields=["account_id", "-id"], name="escalation_by_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "topic"],
                condition=Q(state="running"),
                name="one_running_escalation_per_subject_and_topic",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in EscalationState]),
                name="an_escalation_has_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="running", next_at__isnull=False, ended_at__isnull=True)
                | (~Q(state="running") & Q(next_at__isnull=True, ended_at__isnull=False)),
                name="a_running_escalation_knows_its_next_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="acknowledged") ^ Q(acknowledged_via=""),
                name="an_acknowledgement_says_how_it_came",
            ),
        ]

    def __str__(self) -> str:
        return f"escalation of {self.subject_kind}:{self.subject_id} {self.state}"


class EscalationStep(models.Model):
    """One step that was taken: which one of the ladder, in which round, and when."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="steps", db_index=False)
    number = models.PositiveSmallIntegerField()  # in the order taken, from 1
    round = models.PositiveSmallIntegerField()  # from 0
    step = models.PositiveSmallIntegerField()  # of the ladder, from 1
    taken_at = models.DateTimeField()
    # Why it was taken then: nobody answered in time, or nobody of the step before could be reached.
    because = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["escalation", "number"], name="steps_are_numbered")]

    def __str__(self) -> str:
        return f"step {self.step} of round {self.round}"
