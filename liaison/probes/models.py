"""Signs of life: health checks that we make (at most one per environment), heartbeats that a partner sends."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from liaison.audit.actions import SubjectRef
from liaison.integrations.models import Environment
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class CheckOutcome(StrEnum):
    """What became of one request. *unanswered*: no answer came in time, or no connection."""

    HEALTHY = "healthy"
    WRONG_ANSWER = "wrong_answer"
    UNANSWERED = "unanswered"
    REFUSED = "refused"  # our own guard does not go there


class HealthCheck(models.Model):
    """The request that is made at intervals (seconds), and how the last ones went.

    `failing_since` is the moment of the first failed request after the last healthy one, None while it is healthy.
    `next_at` is when it is due; a worker that takes it moves it on first (`claimed_until`).
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    environment = models.OneToOneField(Environment, on_delete=models.CASCADE, related_name="health_check")
    url = models.CharField(max_length=500)
    interval_seconds = models.PositiveIntegerField(default=60)
    timeout_seconds = models.PositiveSmallIntegerField(default=10)
    is_on = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=16, choices=keys_of(CheckOutcome), blank=True)
    last_healthy_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failed_in_a_row = models.PositiveIntegerField(default=0)
    unanswered_in_a_row = models.PositiveIntegerField(default=0)
    healthy_in_a_row = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_seconds__gte=10, timeout_seconds__gte=1), name="a_check_has_a_bearable_pace"
            )
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_on=True), name="check_by_turn")]

    def __str__(self) -> str:
        return self.url

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("health_check", str(self.pk))


class CheckResult(models.Model):
    """One request: HTTP status (None without an answer) and duration. Kept for a month."""

    check_made = models.ForeignKey(HealthCheck, on_delete=models.CASCADE, related_name="results")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=keys_of(CheckOutcome))
    status = models.PositiveSmallIntegerField(null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["check_made", "-at"], name="result_by_check"),
            BrinIndex(fields=["at"], pages_per_range=32, name="result_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"


class Heartbeat(models.Model):
    """A program of the partner that says it lives, by its own name. `expected_every` is in seconds."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="heartbeats")
    name = models.CharField(max_length=100)
    expected_every = models.PositiveIntegerField(default=300)
    is_watched = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "name"], name="a_heartbeat_has_its_name_once"),
            models.CheckConstraint(condition=Q(expected_every__gte=10), name="a_heartbeat_comes_at_intervals"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("heartbeat", str(self.pk))
