"""Drafts of cases: nothing typed is lost."""

from __future__ import annotations

from django.db import models

from liaison.accounts.models import Account, Identity
from liaison.lib.ids import new_public_id


class Draft(models.Model):
    """A case that is being written, in one tab of one person. `data` are the form's values and its files' ids.

    `public_id` stands in the tab's address and is made before the row is. It is a person's own: somebody else's is as
    unknown as one that nobody has. Together with the person it becomes the case's `submission`, which is sent once.
    `saved_from` is the showing of the form that saved it last: that one may go on from its own older version.
    """

    public_id = models.CharField(max_length=14, default=new_public_id, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="case_drafts")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    step = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_from = models.CharField(max_length=14, blank=True, db_default="")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "public_id"], name="drafts_of_a_person_differ"),
        ]
        indexes = [
            models.Index(fields=["identity", "-saved_at"], name="draft_by_identity"),
            models.Index(fields=["saved_at"], name="draft_by_age"),
        ]

    def __str__(self) -> str:
        return self.public_id
