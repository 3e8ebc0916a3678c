"""How much may be sent: by one file, one person and one account, and whether there is room for it now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet, Sum

from liaison.accounts.models import Account, Identity
from liaison.files.codes import FileCode
from liaison.files.kinds import LARGEST_PICTURE_OF_HELP, MEGABYTE
from liaison.files.models import StoredFile, Upload
from liaison.files.storage import refuse_without_room
from liaison.files.vocabulary import Purpose
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

PIECE_BYTES: Final = MEGABYTE
"""The most that one piece of an upload may have."""
MOST_OPEN: Final = 100
"""How many files of one person may be on their way or not yet used."""
_DAY: Final = timedelta(days=1)
_LOCK_SPACE: Final = 0x46494C  # apart from the advisory locks of other rooms


def largest(purpose: Purpose) -> int:
    """Return the most bytes that a file for this purpose may have."""
    most: int = settings.FILES_LARGEST_BYTES
    if settings.CLAMD_ADDRESS:  # a file that is too large for the scanner would never be given out
        most = min(most, settings.CLAMD_MAX_BYTES)
    return min(most, LARGEST_PICTURE_OF_HELP) if purpose is Purpose.HELP_PICTURE else most


def refuse_size(purpose: Purpose, name: str, size: int) -> None:
    """Raise Invalid for a file that is empty or too large; nothing of it has been read yet."""
    if size <= 0:
        raise Invalid((FieldProblem("file", FileCode.EMPTY, {"name": name}),))
    if size > largest(purpose):
        facts = {"name": name, "most_megabytes": _megabytes(largest(purpose))}
        raise Invalid((FieldProblem("file", FileCode.TOO_LARGE, facts),))


def refuse_beyond_quota(account: Account, sender: Identity | None, size: int, now: datetime) -> None:
    """Raise Conflict where the account, the person or the disk has no room for so many bytes more.

    Who begins two at once waits here for the other, until the end of the transaction.
    """
    refuse_without_room()
    if not has_room_for(account, size):
        raise Conflict(FileCode.ACCOUNT_FULL, most_megabytes=_megabytes(settings.FILES_ACCOUNT_BYTES))
    if sender is None:
        return
    of_sender = Q(sent_by=sender)
    kept, coming = _kept_and_coming(account)
    if coming.filter(of_sender).count() + kept.filter(of_sender, is_used=False).count() >= MOST_OPEN:
        raise Conflict(FileCode.TOO_MANY_OPEN, most=MOST_OPEN)
    since = now - _DAY
    sent = _bytes(StoredFile.objects.filter(of_sender, created_at__gt=since))  # whoever has them by now
    if sent + _bytes(coming.filter(of_sender)) + size > settings.FILES_PERSON_DAY_BYTES:
        raise Conflict(FileCode.PERSON_FULL, most_megabytes=_megabytes(settings.FILES_PERSON_DAY_BYTES))


def has_room_for(account: Account, size: int) -> bool:
    """Say whether so many bytes more fit into an account's room. Others who ask wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, account.pk])
    kept, coming = _kept_and_coming(account)
    room: int = settings.FILES_ACCOUNT_BYTES
    return _bytes(kept) + _bytes(coming) + size <= room


def _kept_and_coming(account: Account) -> tuple[QuerySet[StoredFile], QuerySet[Upload]]:
    kept = StoredFile.objects.filter(account=account, removed_at=None)
    return kept, Upload.objects.filter(account=account, file=None)


def _bytes(rows: object) -> int:
    total: int | None = rows.aggregate(total=Sum("size"))["total"]  # type: ignore[attr-defined]  # of either table
    return total or 0


def _megabytes(size: int) -> int:
    return size // MEGABYTE
