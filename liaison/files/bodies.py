"""The body of a piece: bounded by the length that it announces, before anything of it is read."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from liaison.files.codes import FileCode
from liaison.files.limits import PIECE_BYTES
from liaison.lib.refusals import Refusal

_LONGEST_NUMBER: Final = 15


class LengthNeeded(Refusal):
    """A body that does not say how long it is, is not read at all."""


class PieceTooLarge(Refusal):
    status = 413


def bytes_of(request: HttpRequest) -> bytes:
    """Return the body of a piece. Raises LengthNeeded (400) and PieceTooLarge (413)."""
    announced = number_of(request.headers.get("Content-Length", ""))
    if announced is None:
        raise LengthNeeded(FileCode.LENGTH_NEEDED)
    if announced > PIECE_BYTES:
        raise PieceTooLarge(FileCode.PIECE_TOO_LARGE, most_bytes=PIECE_BYTES)
    return request.read(PIECE_BYTES)


def number_of(sent: str) -> int | None:
    """Return a whole number that is short enough to be one, else None."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_NUMBER else None
