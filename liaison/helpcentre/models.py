"""What readers say about articles. Nothing tells who they are."""

from __future__ import annotations

from typing import Final

from django.db import models

LONGEST_TEXT: Final = 2_000


class Feedback(models.Model):
    """One answer to "Was this helpful?", with what could be better, if the reader said it."""

    article = models.SlugField(max_length=100)
    language = models.CharField(max_length=10)
    is_helpful = models.BooleanField()
    text = models.TextField(blank=True, max_length=LONGEST_TEXT)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        indexes = [models.Index(fields=["article", "-id"], name="feedback_by_article")]

    def __str__(self) -> str:
        return f"{self.article} ({self.language}): {'helpful' if self.is_helpful else 'not helpful'}"
