"""One append-only table of everything that happened."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """What happened, by whom, to what. Rows hold ids and values, never words or personal names.

    A trigger refuses UPDATE and DELETE (`migrations/0001_initial.py`).
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-id"], name="event_by_account"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.subject_kind}:{self.subject_id}"
