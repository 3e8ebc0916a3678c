"""What people are told about: facts, never words."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liaison.lib.ids import new_public_id


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
            models.Index(fields=["-id"], condition=~Q(nobody_for=[]), name="announcement_that_reached_none"),
            models.Index(
                fields=["-id"], condition=Q(topics__contains=["staff_alarm"]), name="announcement_that_alarms"
            ),
        ]

    def __str__(self) -> str:
        return f"{'+'.join(self.topics)} {self.subject_kind}:{self.subject_id}"
