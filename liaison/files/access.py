"""The one door to files on their way: only who sends one sees it. Used files belong to what refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from liaison.accounts.access import require, sees_account
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.files.models import StoredFile, Upload
from liaison.files.vocabulary import Purpose
from liaison.lib.refusals import Missing


def require_send(actor: Actor, purpose: Purpose, account: Account) -> None:
    """Raise Missing or Forbidden unless the actor may send files of this purpose on the account's room.

    Everybody may send for a case, on their own account's room, staff on that of accounts they see: what a file is
    then used for is checked where it is used. Pictures of help articles need the right to write these.
    """
    if purpose is Purpose.HELP_PICTURE:
        require(actor, Privilege.STAFF_WRITE_HELP)
    if isinstance(actor, System) or account.pk == actor.account.pk:
        return
    if not (actor.is_staff and sees_account(actor, account)):
        raise Missing


def upload_for(actor: Actor, public_id: str) -> Upload:
    """Return an upload that the actor has begun, else raise Missing."""
    found = own_uploads(actor).select_related("account", "file").filter(public_id=_keepable(public_id)).first()
    if found is None:
        raise Missing
    return found


def own_uploads(actor: Actor) -> QuerySet[Upload]:
    return Upload.objects.filter(sent_by=sender_of(actor))


def unused_files(actor: Actor, public_ids: Iterable[str]) -> Sequence[StoredFile]:
    """Return those of the files that the actor sent, that nothing uses yet and that are still there, in their order.

    For pages that show a form again: what is missing in the answer has to be chosen anew.
    """
    wanted = list(dict.fromkeys(_keepable(public_id) for public_id in public_ids))
    files = StoredFile.objects.filter(public_id__in=wanted, sent_by=sender_of(actor), is_used=False, removed_at=None)
    found = {file.public_id: file for file in files}
    return [found[public_id] for public_id in wanted if public_id in found]


def sender_of(actor: Actor) -> Identity | None:
    return None if isinstance(actor, System) else actor


def _keepable(key: str) -> str:
    return key.replace("\x00", "")[:32]
