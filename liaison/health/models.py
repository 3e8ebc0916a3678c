"""Incidents: detected or reported problems of one integration in one environment."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.audit.actions import SubjectRef
from liaison.catalog.vocabulary import Severity
from liaison.integrations.models import Environment
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class IncidentState(StrEnum):
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Incident(models.Model):
    """One problem. A sender's dedup key names it while it is open, and `started_at` tells its occurrences apart.

    `labels` and `annotations` are the sender's own evidence, kept as they came. `resolved_at` is when we learned
    that it is over, `ended_at` when the sender says it was.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="incidents")
    source = models.CharField(max_length=32)
    dedup_key = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=keys_of(IncidentState), default=IncidentState.FIRING)
    severity = models.CharField(max_length=16, choices=keys_of(Severity))
    title = models.CharField(max_length=300)
    labels = models.JSONField(default=dict)
    annotations = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "dedup_key"],
                condition=Q(resolved_at__isnull=True),
                name="one_open_incident_per_dedup_key",
            ),
            models.UniqueConstraint(
                fields=["environment", "dedup_key", "started_at"], name="one_incident_per_occurrence"
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="a_resolved_incident_says_when",
            ),
        ]
        indexes = [models.Index(fields=["environment", "-id"], name="incident_by_environment")]

    def __str__(self) -> str:
        return f"{self.dedup_key} {self.state}"

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("incident", str(self.pk))
