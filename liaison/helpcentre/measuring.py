"""How many pixels a picture measures, read from its first bytes. Pure; PNG, JPEG and WebP only."""

from __future__ import annotations

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
# The frame headers of JPEG, without the tables that lie between them.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARK: Final = 0xFF
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, None for what is none of the three or broken at its beginning."""
    try:
        if content.startswith(_PNG) and content[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", content, 16)
            return _sane(width, height)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place < len(content):
        if content[place] != _MARK:
            return None
        marker = content[place + 1]
        if marker == _MARK:
            place += 1
        elif marker in _WITHOUT_LENGTH:
            place += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return _sane(width, height)
        else:
            place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
        return _sane(width, height)
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", content, 21)[0])
        return _sane((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return _sane(width & 0x3FFF, height & 0x3FFF)
    return None


def _sane(width: int, height: int) -> tuple[int, int] | None:
    return (width, height) if width > 0 and height > 0 else None
