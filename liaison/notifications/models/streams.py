"""When something last went to one place: what comes in quick succession goes together."""

from __future__ import annotations

from django.db import models


class Stream(models.Model):
    """What goes to one destination on one channel for one account.

    `last_due_at` is when its newest message is, or was, due: what comes within a window of it waits for the next.
    `full_at` measures the destination's share as a theoretical arrival time (GCRA): it grows by an interval for each
    message, and lies in the past when the destination is at rest.
    """

    key = models.CharField(max_length=400, primary_key=True)
    last_due_at = models.DateTimeField()
    full_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["full_at"], name="stream_by_rest")]

    def __str__(self) -> str:
        return self.key
