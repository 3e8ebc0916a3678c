"""Pictures, PDF and recordings: whether they are whole, and nothing but that."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from liaison.files import kinds
from liaison.files.codes import FileCode
from liaison.files.inspecting.unfit import Unfit
from liaison.files.kinds import Kind

_PIECE: Final = 1024 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_WEBM: Final = b"\x1aE\xdf\xa3"
_MOST_TRAILING: Final = 16
_START_OF_PDF: Final = 1024
# In a picture or at the start of a PDF there is no reason for any of these.
_CODE: Final = re.compile(rb"<script|<html|<\?php|<!doctype html|<svg|<iframe|javascript:", re.IGNORECASE)
_OVERLAP: Final = 32
_MP4_BRANDS: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"3gp")


def kind_of(head: bytes) -> Kind | None:
    """Return the kind whose signature the first bytes bear, None for all others."""
    for signature, kind in ((_PNG, kinds.PNG), (b"\xff\xd8\xff", kinds.JPEG), (b"%PDF-", kinds.PDF)):
        if head.startswith(signature):
            return kind
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return kinds.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return kinds.WEBP
    if head.startswith(_WEBM) and b"webm" in head[:64]:
        return kinds.WEBM
    return _kind_of_film(head)


def look_into(kind: Kind, content: BinaryIO, head: bytes, size: int) -> None:
    """Raise Unfit for a picture or PDF that is not whole, goes on after its end, or holds code of pages."""
    if kind is kinds.PDF:
        if _CODE.search(head[:_START_OF_PDF]):
            raise Unfit(FileCode.HIDES_SOMETHING)
        return
    end = {kinds.PNG: _end_of_png, kinds.GIF: _end_of_gif, kinds.WEBP: _end_of_webp, kinds.JPEG: _end_of_jpeg}[kind]
    try:
        ends_at = end(content, size)
    except (IndexError, ValueError) as problem:
        raise Unfit(FileCode.BROKEN) from problem
    if ends_at > size:
        raise Unfit(FileCode.BROKEN)
    if size - ends_at > _MOST_TRAILING:
        raise Unfit(FileCode.HIDES_SOMETHING)
    _refuse_code(content)


def _kind_of_film(head: bytes) -> Kind | None:
    if head[4:8] != b"ftyp":
        return None
    if head[8:12] == b"qt  ":
        return kinds.QUICKTIME
    return kinds.MP4 if head[8:12].startswith(_MP4_BRANDS) else None


def _refuse_code(content: BinaryIO) -> None:
    content.seek(0)
    before = b""
    while piece := content.read(_PIECE):
        if _CODE.search(before + piece):
            raise Unfit(FileCode.HIDES_SOMETHING)
        before = piece[-_OVERLAP:]


def _end_of_png(content: BinaryIO, size: int) -> int:
    at = len(_PNG)
    while at < size:
        content.seek(at)
        start = content.read(8)
        if len(start) < 8:  # noqa: PLR2004  # a length and a name of four bytes each
            break
        at += 12 + int.from_bytes(start[:4], "big")
        if start[4:] == b"IEND":
            return at
    raise ValueError("no end")


def _end_of_jpeg(content: BinaryIO, size: int) -> int:
    """Take the whole for the picture: phones put much after its end. What is hidden there the other looks find."""
    content.seek(0)
    if content.read(3) != b"\xff\xd8\xff":
        raise ValueError("no start")
    return size


def _end_of_webp(content: BinaryIO, size: int) -> int:
    content.seek(4)
    return int.from_bytes(content.read(4), "little") + 8


def _end_of_gif(content: BinaryIO, size: int) -> int:
    """Walk the blocks to the trailer, in memory: a GIF of the largest size that is taken has room there."""
    content.seek(0)
    data = memoryview(content.read(size))
    at = 13 + _colours(data[10])
    while True:
        block = data[at]
        if block == 0x3B:  # noqa: PLR2004  # the trailer
            return at + 1
        if block == 0x21:  # noqa: PLR2004  # an extension
            at = _after_blocks(data, at + 2)
        elif block == 0x2C:  # noqa: PLR2004  # a picture
            at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
        else:
            raise ValueError("no block")


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: memoryview, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1
