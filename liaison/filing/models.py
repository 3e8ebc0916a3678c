"""Drafts of cases: nothing typed is lost."""

from __future__ import annotations

from django.db import models

from liaison.accounts.models import Account, Identity
from liaison.lib.ids import new_public_id


class Draft(models.Model):
    """A case that is being written, in one tab of one person. `data` are the form's values and its files' ids.

    `public_id` stands in the tab's address and becomes the case's `submission`, so that it can be sent once.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="case_drafts")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    step = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["identity", "-saved_at"], name="draft_by_identity")]

    def __str__(self) -> str:
        return self.public_id
