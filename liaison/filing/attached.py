"""The files of a draft: the sender's own, sent and not used yet."""

from __future__ import annotations

from collections.abc import Sequence

from liaison.accounts.models import Identity
from liaison.cases.actions.attaching import offered
from liaison.files.models import StoredFile


def uploader_files(actor: Identity, public_ids: Sequence[str]) -> tuple[StoredFile, ...]:
    """Return the files in the order in which they stand in the draft; what is gone is left out."""
    found = {one.public_id: one for one in offered(actor, public_ids)}
    return tuple(found[one] for one in public_ids if one in found)


def gone(actor: Identity, public_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids behind which there is no file any more that can be attached."""
    usable = {one.public_id for one in offered(actor, public_ids) if not one.is_used}
    return tuple(one for one in public_ids if one not in usable)
