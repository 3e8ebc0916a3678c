"""Files as they are kept, and files on their way in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef
from liaison.files.names import new_storage_name
from liaison.files.vocabulary import FILE, Purpose, ScanState
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id


class StoredFile(models.Model):
    """One file. `storage_name` is random and says nothing; `name` is the sender's, cleaned, only for showing.

    `content_type` is what the content is (libmagic), never what the sender said. Deleting the content leaves the row:
    `removed_at` says since when there is nothing to give out, and size and `sha256` stay as proof.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    purpose = models.CharField(max_length=16, choices=keys_of(Purpose))
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    sent_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    storage_name = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(max_length=16, choices=keys_of(ScanState))
    scanned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    # Something refers to it. What nobody refers to is removed after a day.
    is_used = models.BooleanField(default=False, db_default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account"], condition=Q(removed_at__isnull=True), name="file_by_account"),
            models.Index(
                fields=["created_at"], condition=Q(is_used=False, removed_at__isnull=True), name="file_nobody_uses"
            ),
            models.Index(fields=["id"], condition=Q(scan_state="not_scanned"), name="file_to_scan"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef(FILE, self.public_id)


class Upload(models.Model):
    """A file on its way in, in pieces that may come again; `received` bytes of `size` are here."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    purpose = models.CharField(max_length=16, choices=keys_of(Purpose))
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    # Null for what a part of Liaison itself keeps.
    sent_by = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="+")
    # Where the whole file will lie; known before anything is written, so that nothing is ever left behind.
    storage_name = models.CharField(max_length=64, unique=True, default=new_storage_name)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    file = models.OneToOneField(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="no_more_arrives_than_was_announced")
        ]
        indexes = [models.Index(fields=["touched_at"], name="upload_by_touch")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def folder(self) -> str:
        """Where its pieces lie."""
        return self.storage_name.rpartition("/")[2]


class Piece(models.Model):
    """Bytes `offset` to `offset + size` of an upload, under a name of its own in the storage."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    storage_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="a_piece_of_an_upload_is_kept_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_piece_has_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.offset}"
