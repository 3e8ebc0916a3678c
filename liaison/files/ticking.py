"""What happens to files by itself: those held back are scanned, and those that nothing uses or knows go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import Q

from liaison.files import holding, scanning, storage
from liaison.files.actions.uploading import discard
from liaison.files.models import StoredFile, Upload

KEPT_UNUSED: Final = timedelta(days=1)
_AT_ONCE: Final = 500
_OLDEST_STRAY: Final = timedelta(days=2)


def scan_waiting(now: datetime) -> None:
    """Have files scanned that the scanner has not answered for; the first without an answer ends the round."""
    for file in scanning.held_back().select_related("sent_by__domain").order_by("pk")[:_AT_ONCE]:
        if not scanning.scan(file, now):
            return


def remove_unused(now: datetime) -> None:
    """Remove uploads that nobody went on with, and files that nothing uses and no draft holds, a day after."""
    before = now - KEPT_UNUSED
    for upload in Upload.objects.filter(touched_at__lt=before, file=None)[:_AT_ONCE]:
        discard(upload)
    for upload in Upload.objects.filter(touched_at__lt=before).exclude(file=None)[:_AT_ONCE]:
        storage.remove_pieces(upload.folder)  # left where the web server was killed after the finish
        upload.delete()
    unused = StoredFile.objects.filter(created_at__lt=before, is_used=False, removed_at=None)
    for file in unused.exclude(public_id__in=holding.held())[:_AT_ONCE]:
        _remove(file, now)


def remove_strays(now: datetime) -> None:
    """Remove contents that no row knows: of accounts that were deleted, and of transactions that were taken back."""
    before = now - _OLDEST_STRAY
    names = storage.names_written_before(before)
    while part := list(islice(names, _AT_ONCE)):
        known = set(
            StoredFile.objects.filter(storage_name__in=part, removed_at=None).values_list("storage_name", flat=True)
        )
        known |= set(Upload.objects.filter(storage_name__in=part).values_list("storage_name", flat=True))
        storage.remove(name for name in part if name not in known)
    for folder in _stray_folders():
        storage.remove_pieces(folder)


def _remove(file: StoredFile, now: datetime) -> None:
    """Remove a content unless somebody uses the file at this very moment."""
    with transaction.atomic():
        unused = Q(pk=file.pk, is_used=False, removed_at=None)
        if StoredFile.objects.filter(unused).update(removed_at=now):
            transaction.on_commit(lambda: storage.remove([file.storage_name]))


def _stray_folders() -> Iterator[str]:
    folders = storage.folders_of_pieces()
    known = {name.rpartition("/")[2] for name in Upload.objects.values_list("storage_name", flat=True)}
    return (folder for folder in folders if folder not in known)
