"""Inventory feeds (S6): what a partner delivers at intervals, and each run of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liaison.audit.actions import SubjectRef
from liaison.integrations.models import Environment
from liaison.lib.ids import new_public_id


class Feed(models.Model):
    """One feed of an environment, known by the name under which it is reported. `expected_every` is in minutes."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=100)
    expected_every = models.PositiveIntegerField(default=24 * 60)
    is_watched = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "name"], name="a_feed_has_its_name_once"),
            models.CheckConstraint(condition=Q(expected_every__gte=1), name="a_feed_is_expected_at_intervals"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_ref(self) -> SubjectRef:
        return SubjectRef("feed", str(self.pk))


class FeedRun(models.Model):
    """One run as it was reported. `errors_by_type` maps the sender's own type to a number of entities.

    `stale_entities` were not updated for three days when the run ended; None where the sender does not say. A run
    without `ended_at` goes on. Ages are told by the moment of the oldest entity's last update.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="runs")
    run_id = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entities = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    errors_by_type = models.JSONField(default=dict)
    oldest_entity_at = models.DateTimeField(null=True)
    stale_entities = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "run_id"], name="a_run_is_reported_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="a_run_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["feed", "-started_at"], name="run_by_feed"),
            models.Index(fields=["feed", "-ended_at"], condition=Q(ended_at__isnull=False), name="run_by_end"),
        ]

    def __str__(self) -> str:
        return self.run_id
