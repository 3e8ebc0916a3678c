"""What happens in a case. What the account sees and what only staff see are two tables, never one with a flag (W8)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liaison.accounts.models import Identity
from liaison.audit.actions import SubjectRef
from liaison.cases.models.cases import Case
from liaison.cases.vocabulary import CASE_UPDATE, Via
from liaison.files.models import StoredFile
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class CaseUpdate(models.Model):
    """One Send (D7): what was written, and what it changed. The first of a case is its filing.

    `text` is somebody's own words, plain. `changes` are facts by `ChangeKind`. `position` counts from 1 within the
    case. `personal_data` is empty, or `{"kinds": [...], "reason": "…"}` of who sent it all the same (D9),
    with `unread` the files (public ids) of which not everything could be searched.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="updates", db_index=False)
    position = models.PositiveIntegerField()
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    is_by_staff = models.BooleanField()
    via = models.CharField(max_length=8, choices=keys_of(Via), default=Via.PORTAL)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    personal_data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="updates_of_a_case_are_counted")]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.position}"

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef(CASE_UPDATE, str(self.pk))


class InternalNote(models.Model):
    """What staff say to staff. It has no way out: no topic tells of it, and only those with the right read it (W8).

    `personal_data` is that of an update.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="internal_notes")
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    personal_data = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="an_internal_note_says_something")]
        indexes = [models.Index(fields=["case", "id"], name="note_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file in a case: of an update, or of an internal note and then staff's alone.

    Only staff delete one. What stays is its row: name, type, size and SHA-256 of the file, and who, when and why.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    update = models.ForeignKey(CaseUpdate, on_delete=models.CASCADE, null=True, related_name="attachments")
    note = models.ForeignKey(InternalNote, on_delete=models.CASCADE, null=True, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    deleted_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(update__isnull=False, note__isnull=True) | Q(update__isnull=True, note__isnull=False),
                name="an_attachment_is_shared_or_internal",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True, deleted_because="")
                | Q(deleted_at__isnull=False) & ~Q(deleted_because=""),
                name="a_deleted_attachment_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ReplyDraft(models.Model):
    """What somebody has typed into a case and not sent yet: one for each person and case, another for notes."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    is_note = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    case_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "identity", "is_note"], name="a_person_drafts_one_reply_to_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.identity_id}"
