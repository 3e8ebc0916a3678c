"""Incidents: detected or reported problems of one integration in one environment."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Account, Identity
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

    `labels` and `annotations` are the sender's own evidence, kept as they came; an incident that our own rules found
    (`source` *rules*) has no title of its own, only `facts`. `resolved_at` is when we learned
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
    # What our own rules know of it (`detection`): JSON values, put into words when they are read.
    facts = models.JSONField(default=dict, db_default=models.Value({}, output_field=models.JSONField()))
    # Nobody is to be told of it, on purpose: it came back within moments of its end (`detection`).
    is_quiet = models.BooleanField(default=False, db_default=False)
    owner = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    # What was learned from it, written when it is over: somebody's own words, plain.
    note = models.TextField(blank=True, db_default="")
    note_at = models.DateTimeField(null=True)
    note_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

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


class IncidentComment(models.Model):
    """What somebody says about an incident: plain text. One that `is_internal` is for staff alone, for ever."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    is_internal = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="a_comment_says_something")]
        indexes = [models.Index(fields=["incident", "id"], name="comment_by_incident")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.at:%Y-%m-%d %H:%M}"


class Mark(models.Model):
    """Something that was changed on purpose, for example a deployment: what incidents are held against.

    `title` is the sender's own words. Without an environment it concerns the whole account.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="marks")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, null=True, related_name="marks")
    at = models.DateTimeField()
    title = models.CharField(max_length=200)
    link = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="mark_by_account")]

    def __str__(self) -> str:
        return self.title
