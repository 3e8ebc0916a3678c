"""Sent bytes in little room: kept as their difference from what many messages share, and given back exactly."""

from __future__ import annotations

import zlib
from typing import Final

# Of the levels that take no longer than the first, this one leaves the least; from the fourth on they take half as
# long again.
_LEVEL: Final = 3


def pack(data: bytes, form: bytes) -> bytes:
    """Return `data` as its difference from `form`; only with the same form can it be unpacked."""
    packer = zlib.compressobj(level=_LEVEL, zdict=form)
    return packer.compress(data) + packer.flush()


def unpack(packed: bytes, form: bytes) -> bytes:
    """Return what was packed. Raises ValueError for another form, and for bytes that are damaged or cut off."""
    opener = zlib.decompressobj(zdict=form)
    try:
        data = opener.decompress(packed) + opener.flush()
    except zlib.error as error:
        raise ValueError("These bytes were not packed with this form.") from error
    if not opener.eof:
        raise ValueError("These bytes are cut off.")
    return data
