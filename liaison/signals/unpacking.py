"""Unpacking a body of unknown origin: never more of it than is taken, whatever it claims to be."""

from __future__ import annotations

import zlib
from typing import Final

from liaison.lib.refusals import Refusal
from liaison.signals.lines import TooLarge
from liaison.signals.vocabulary import BatchCode

_GZIP: Final = 31  # zlib's way of saying: with gzip's own head and sum
_MOST_MEMBERS: Final = 32  # what follows a member is copied each time


class Unreadable(Refusal):
    """The body is not what its head says."""

    status = 400


def unpacked(body: bytes, *, most: int) -> bytes:
    """Return what a gzip file (of one member or several) holds. Raises TooLarge beyond `most` bytes, and Unreadable."""
    parts: list[bytes] = []
    left = most + 1
    while body and len(parts) < _MOST_MEMBERS:
        member = zlib.decompressobj(_GZIP)
        try:
            part = member.decompress(body, left)
        except zlib.error as error:
            raise Unreadable(BatchCode.BROKEN_GZIP) from error
        parts.append(part)
        left -= len(part)
        if left <= 0:
            raise TooLarge(BatchCode.TOO_LARGE, most=most)
        if not member.eof:
            raise Unreadable(BatchCode.BROKEN_GZIP)
        body = member.unused_data
    if body or not parts:
        raise Unreadable(BatchCode.BROKEN_GZIP)
    return b"".join(parts)
