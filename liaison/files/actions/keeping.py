"""Files as they are kept: taken at once, referred to, and emptied."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.files import storage
from liaison.files.access import sender_of
from liaison.files.actions.uploading import append_piece, begin_upload, discard, finish_upload
from liaison.files.codes import FileCode
from liaison.files.limits import PIECE_BYTES, has_room_for
from liaison.files.models import StoredFile
from liaison.files.vocabulary import Purpose, ScanState
from liaison.lib.refusals import FieldProblem, Invalid


def keep_file(
    *, actor: Actor, purpose: Purpose, account: Account, name: str, content: BinaryIO, now: datetime
) -> StoredFile:
    """Keep a file that is here whole, by the same way as one that comes in pieces. `content` can be sought in.

    Raises what `begin_upload` and `finish_upload` raise.
    """
    size = content.seek(0, 2)
    content.seek(0)
    upload = begin_upload(actor=actor, purpose=purpose, account=account, name=name, size=size, now=now)
    try:
        while piece := content.read(PIECE_BYTES):
            upload = append_piece(actor=actor, upload=upload, offset=upload.received, data=piece, now=now)
        return finish_upload(actor=actor, upload=upload, now=now)
    except BaseException:
        if upload.file_id is None:
            discard(upload)
        raise


@transaction.atomic
def use_files(
    *, actor: Actor, public_ids: Iterable[str], now: datetime, account: Account | None = None
) -> list[StoredFile]:
    """Take files that the actor has sent for what refers to them from now on, in the order given, each once.

    From then on they are `account`'s, where one is given: it has what refers to them, and they take up its room.
    Raises Invalid with the fact `public_id` for each that is unknown, somebody else's, used, removed or infected, and
    where the account has no room for what others than support bring it. The rights over what refers to them are the
    caller's business.
    """
    wanted = list(dict.fromkeys(public_ids))
    keepable = [public_id for public_id in wanted if "\x00" not in public_id]
    rows = StoredFile.objects.select_for_update().filter(
        public_id__in=keepable, sent_by=sender_of(actor), is_used=False, removed_at=None
    )
    found = {file.public_id: file for file in rows.order_by("pk") if file.scan_state != ScanState.INFECTED}
    gone = [public_id for public_id in wanted if public_id not in found]
    if gone:
        raise Invalid(tuple(FieldProblem("files", FileCode.GONE, {"public_id": public_id[:32]}) for public_id in gone))
    files = [found[public_id] for public_id in wanted]
    changes: dict[str, Any] = {"is_used": True}
    if account is not None:
        _refuse_beyond_room(actor, account, files)
        changes["account"] = account
    for file in files:
        for name, value in changes.items():
            setattr(file, name, value)
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(**changes)
    return files


def _refuse_beyond_room(actor: Actor, account: Account, files: list[StoredFile]) -> None:
    brought = sum(file.size for file in files if file.account_id != account.pk)
    if brought and isinstance(actor, Identity) and not actor.is_staff and not has_room_for(account, brought):
        raise Invalid((FieldProblem("files", FileCode.OTHERS_FULL),))


def remove_content(*, file: StoredFile, now: datetime) -> None:
    """Remove what the file holds; its row stays, with name, size and SHA-256. Twice is once.

    The content goes when the transaction of the caller has come to its end; the caller writes the history.
    """
    StoredFile.objects.filter(pk=file.pk, removed_at=None).update(removed_at=now)
    file.removed_at = file.removed_at or now
    transaction.on_commit(lambda: storage.remove([file.storage_name]))
