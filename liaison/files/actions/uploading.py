"""Files on their way in. Pieces may come again, in another request or after a week of no network, until a day is over.

Contents are written before the rows that know them, and under names that an earlier row knows: whatever is killed in
between, the next try goes on, or the sweep finds all of it. None of this waits for a file under a lock but the finish,
which must not happen twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader
from typing import Any

from django.core.files.base import File
from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.files import scanning, storage
from liaison.files.access import require_send, sender_of
from liaison.files.codes import FileCode
from liaison.files.inspecting.libmagic import LibmagicMissing
from liaison.files.inspecting.looking import Looked, look_at, refuse_extension
from liaison.files.inspecting.unfit import Unfit
from liaison.files.limits import PIECE_BYTES, refuse_beyond_quota, refuse_size
from liaison.files.models import Piece, StoredFile, Upload
from liaison.files.names import clean_name
from liaison.files.vocabulary import Purpose, ScanState
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing, Refusal


def begin_upload(*, actor: Actor, purpose: Purpose, account: Account, name: str, size: int, now: datetime) -> Upload:
    """Announce a file of `size` bytes. `account` is whose room it takes.

    Raises Missing or Forbidden for another's account, Invalid for a size or a name that is not taken whatever comes,
    Conflict where a quota is used up, and NoRoom (503) while the disk is nearly full.
    """
    require_send(actor, purpose, account)
    cleaned = clean_name(name)
    refuse_size(purpose, cleaned, size)
    with _named(cleaned):
        refuse_extension(cleaned)
    with transaction.atomic():
        refuse_beyond_quota(account, sender_of(actor), size, now)
        return Upload.objects.create(
            purpose=purpose,
            account=account,
            sent_by=sender_of(actor),
            name=cleaned,
            size=size,
            created_at=now,
            touched_at=now,
        )


def append_piece(*, actor: Actor, upload: Upload, offset: int, data: bytes, now: datetime) -> Upload:
    """Keep the bytes from `offset` on, at most `PIECE_BYTES`.

    Raises Conflict with the fact `received` where they do not follow on what is here, which is also the answer to
    a piece that comes again: the sender goes on from there.
    """
    _require_own(actor, upload)
    _refuse_piece(upload, offset, data)
    storage.refuse_without_room()
    name = storage.keep_piece(upload.folder, offset, data)
    try:
        with transaction.atomic():
            locked = _locked(upload)
            _refuse_piece(locked, offset, data)
            Piece.objects.create(upload=locked, offset=offset, size=len(data), storage_name=name)
            locked.received = offset + len(data)
            locked.touched_at = now
            locked.save(update_fields=["received", "touched_at"])
    except Refusal:  # after any other error it may have been committed; the sweep knows the folder
        storage.remove([name])
        raise
    return locked


def finish_upload(*, actor: Actor, upload: Upload, now: datetime) -> StoredFile:
    """Put the pieces together, look at what came, and keep it; a second finish returns the same file.

    Raises Conflict while pieces are missing, and Invalid, with what is wrong with the file and its name, for one
    that is not taken: its pieces are gone then. Where scanning is on and the scanner answers soon, that includes
    an infected file; else it is held until the ticker had it scanned.
    """
    _require_own(actor, upload)
    try:
        file, is_new = _put_together(upload, now)
    except Invalid:
        discard(upload)
        raise
    except FileNotFoundError as problem:  # its removal had begun and was broken off
        discard(upload)
        raise Invalid((FieldProblem("file", FileCode.GONE, {"name": upload.name}),)) from problem
    except LibmagicMissing as problem:
        raise storage.NoRoom(FileCode.NOT_READY) from problem
    if is_new:
        transaction.on_commit(lambda: storage.remove_pieces(upload.folder))
        scanning.scan(file, now)
    if file.scan_state == ScanState.INFECTED:
        raise Invalid((FieldProblem("file", FileCode.INFECTED, {"name": file.name}),))
    return file


def cancel_upload(*, actor: Actor, upload: Upload, now: datetime) -> None:
    """Forget an upload that is not finished, with what came of it. A finished one stays for a day."""
    _require_own(actor, upload)
    if upload.file_id is None:
        discard(upload)


def discard(upload: Upload) -> None:
    """Remove an upload that has not become a file, contents first."""
    storage.remove_pieces(upload.folder)
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, file=None).first()
        if locked is not None:
            storage.remove([upload.storage_name])
            locked.delete()
    storage.remove_pieces(upload.folder)  # what came in between


def _require_own(actor: Actor, upload: Upload) -> None:
    sender = sender_of(actor)
    if upload.sent_by_id != (None if sender is None else sender.pk):
        raise Missing


def _locked(upload: Upload) -> Upload:
    found = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if found is None:
        raise Missing
    return found


def _refuse_piece(upload: Upload, offset: int, data: bytes) -> None:
    if upload.file_id is not None:
        raise Conflict(FileCode.FINISHED)
    if not data:
        raise Invalid((FieldProblem("piece", FileCode.PIECE_EMPTY),))
    if len(data) > PIECE_BYTES:
        raise Invalid((FieldProblem("piece", FileCode.PIECE_TOO_LARGE, {"most_bytes": PIECE_BYTES}),))
    if offset != upload.received:
        raise Conflict(FileCode.OFFSET_DIFFERS, received=upload.received)
    if offset + len(data) > upload.size:
        raise Invalid((FieldProblem("piece", FileCode.MORE_THAN_ANNOUNCED, {"size": upload.size}),))


@transaction.atomic
def _put_together(upload: Upload, now: datetime) -> tuple[StoredFile, bool]:
    locked = _locked(upload)
    if locked.file is not None:
        return locked.file, False
    if locked.received < locked.size:
        raise Conflict(FileCode.INCOMPLETE, received=locked.received, size=locked.size)
    storage.refuse_without_room()
    sha256 = _join_pieces(locked)
    looked = _look(locked)
    file = StoredFile.objects.create(
        purpose=locked.purpose,
        account_id=locked.account_id,
        sent_by_id=locked.sent_by_id,
        storage_name=locked.storage_name,
        name=looked.name,
        content_type=looked.content_type,
        size=locked.size,
        sha256=sha256,
        scan_state=ScanState.NOT_SCANNED,
        created_at=now,
    )
    locked.file = file
    locked.touched_at = now
    locked.save(update_fields=["file", "touched_at"])
    return file, True


def _join_pieces(upload: Upload) -> str:
    """Write the whole file in its place and return its SHA-256. One piece is in memory at a time."""
    pieces = _Hashed(upload.pieces.order_by("offset").values_list("storage_name", flat=True))
    with BufferedReader(pieces) as content:
        storage.keep(upload.storage_name, File(content, name=upload.storage_name))
    return pieces.digest()


class _Hashed(storage.Joined):
    """The pieces as one stream, hashed while they are read."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(names)
        self._sha256 = hashlib.sha256()

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self._sha256.update(memoryview(buffer)[:count])
        return count

    def digest(self) -> str:
        return self._sha256.hexdigest()


def _look(upload: Upload) -> Looked:
    with storage.open_content(upload.storage_name) as content, _named(upload.name):
        return look_at(content, size=upload.size, name=upload.name, purpose=Purpose(upload.purpose))


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Turn what is wrong with a file into a refusal that names the file."""
    try:
        yield
    except Unfit as unfit:
        raise Invalid((FieldProblem("file", unfit.code, {"name": name, **unfit.facts}),)) from unfit
