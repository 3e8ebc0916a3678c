"""The shapes that many messages share, each kept once in the database, and the bytes that are kept beside them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Final

from liaison.notifications.keeping import unpack
from liaison.notifications.models import LetterForm

_MOST_KNOWN: Final = 256

# By the bytes themselves: the same object is asked for again and again, and bytes remember their own hash.
_ids: dict[bytes, int] = {}


def form_id_of(form: bytes, now: datetime) -> int:
    """Return the id of a shape, keeping it first where it is new. A process asks the database once for each."""
    known = _ids.get(form)
    if known is not None:
        return known
    digest = hashlib.sha256(form).hexdigest()
    LetterForm.objects.bulk_create([LetterForm(sha256=digest, data=form, created_at=now)], ignore_conflicts=True)
    if len(_ids) >= _MOST_KNOWN:
        _ids.clear()
    kept = _ids[form] = LetterForm.objects.values_list("pk", flat=True).get(sha256=digest)
    return kept


def bytes_of(kept: bytes, form_id: int | None) -> bytes:
    """Return the bytes as they were sent."""
    return kept if form_id is None else unpack(kept, _data(form_id))


def forget() -> None:
    """Ask the database again: a shape that nothing refers to may have been removed."""
    _ids.clear()
    _data.cache_clear()


@lru_cache(maxsize=_MOST_KNOWN)
def _data(form_id: int) -> bytes:
    return bytes(LetterForm.objects.values_list("data", flat=True).get(pk=form_id))
