"""Zip files, and the documents that are zip files inside. Every number that they say about themselves may be a lie."""

from __future__ import annotations

import html
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from liaison.files import kinds
from liaison.files.codes import FileCode
from liaison.files.inspecting.unfit import Unfit
from liaison.files.kinds import MEGABYTE, REFUSED_EXTENSIONS, Kind
from liaison.files.names import split_name

_MOST_ENTRIES: Final = 2000
_MOST_DIRECTORY: Final = MEGABYTE
_MOST_UNPACKED: Final = 256 * MEGABYTE
_RATIO_COUNTS_FROM: Final = 32 * MEGABYTE
_LARGEST_RATIO: Final = 150
_LARGEST_PART: Final = 2 * MEGABYTE
_PIECE: Final = 256 * 1024
_TAIL: Final = 22 + 65_535
_END: Final = b"PK\x05\x06"
_PROGRAMS: Final = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_PACKED: Final = (
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_RELATION: Final = re.compile(r"(?:\w+:)?Relationship\b", re.IGNORECASE)
_EXTERNAL: Final = re.compile(r"""TargetMode\s*=\s*["']\s*External""", re.IGNORECASE)
_LINK: Final = re.compile(r"""Type\s*=\s*["'][^"']*/relationships/hyperlink\s*["']""", re.IGNORECASE)
_MACRO_PARTS: Final = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip


def kind_of(content: BinaryIO, size: int) -> Kind:
    """Return which kind of document it is, or that it is a plain zip file. Raises Unfit."""
    _refuse_large_directory(content, size)
    with _opened(content) as archive:
        names = {entry.filename for entry in archive.infolist()}
    if "[Content_Types].xml" not in names:
        return kinds.ZIP
    for folder, kind in (("word/", kinds.DOCX), ("xl/", kinds.XLSX), ("ppt/", kinds.PPTX)):
        if any(name.startswith(folder) for name in names):
            return kind
    return kinds.ZIP


def look_into_zip(content: BinaryIO) -> None:
    """Raise Unfit for programs, packed files in packed files, names with paths, bombs and locked entries."""
    with _opened(content) as archive:
        left = _Budget()
        for entry in archive.infolist():
            _refuse_entry(entry)
            if split_name(entry.filename)[1] in REFUSED_EXTENSIONS:
                raise Unfit(FileCode.PROGRAM)
            start = left.unpack(archive, entry)
            if start.startswith(_PROGRAMS):
                raise Unfit(FileCode.PROGRAM)
            if start.startswith(_PACKED):
                raise Unfit(FileCode.NESTED)


def look_into_document(content: BinaryIO) -> None:
    """Raise Unfit for macros, embedded objects, and relations to what lies elsewhere; links for people are well."""
    with _opened(content) as archive:
        left = _Budget()
        for entry in archive.infolist():
            _refuse_entry(entry)
            name = entry.filename.lower()
            if name.endswith(_MACRO_PARTS):
                raise Unfit(FileCode.MACROS)
            if "/activex/" in name or "oleobject" in name or "/embeddings/" in name:
                raise Unfit(FileCode.EMBEDS_OBJECTS)
            if left.unpack(archive, entry).startswith(_PROGRAMS):
                raise Unfit(FileCode.PROGRAM)
            if name == "[content_types].xml" or name.endswith(".rels"):
                _refuse_in_part(name, _part(archive, entry))


def refuse_hidden_zip(content: BinaryIO, size: int) -> None:
    """Raise Unfit where another kind of file can be opened as a zip file as well."""
    end, tail = _end_of_directory(content, size)
    if end is None:
        return
    length = int.from_bytes(tail[12:16], "little")
    if 0 < length <= end:
        content.seek(end - length)
        if content.read(4) == b"PK\x01\x02":
            raise Unfit(FileCode.HIDES_SOMETHING)


class _Budget:
    """How much a whole archive may still unpack to, whatever its headers say."""

    def __init__(self) -> None:
        self.unpacked = 0
        self.packed = 0

    def unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        """Unpack an entry to nowhere, and return its first bytes."""
        self.packed += entry.compress_size
        start = b""
        with archive.open(entry) as unpacked:
            while piece := unpacked.read(_PIECE):
                start = start or piece[:64]
                self.unpacked += len(piece)
                self._refuse()
        return start

    def _refuse(self) -> None:
        swells = self.unpacked > max(_RATIO_COUNTS_FROM, self.packed * _LARGEST_RATIO)
        if swells or self.unpacked > _MOST_UNPACKED:
            raise Unfit(FileCode.UNPACKS_TOO_LARGE)


@contextmanager
def _opened(content: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        content.seek(0)
        with zipfile.ZipFile(content) as archive:
            yield archive
    except Unfit:
        raise
    except _BROKEN as problem:
        raise Unfit(FileCode.BROKEN) from problem


def _refuse_large_directory(content: BinaryIO, size: int) -> None:
    """Raise Unfit before Python reads a list of a million entries. Files that are taken need no zip64."""
    end, tail = _end_of_directory(content, size)
    if end is None:
        raise Unfit(FileCode.BROKEN)
    content.seek(max(0, end - 20))
    if content.read(4) == b"PK\x06\x07":
        raise Unfit(FileCode.BROKEN)
    entries = int.from_bytes(tail[10:12], "little")
    length = int.from_bytes(tail[12:16], "little")
    if entries > _MOST_ENTRIES or length > _MOST_DIRECTORY:
        raise Unfit(FileCode.UNPACKS_TOO_LARGE)


def _end_of_directory(content: BinaryIO, size: int) -> tuple[int | None, bytes]:
    """Return where the record at the end of a zip file stands, and the record."""
    begin = max(0, size - _TAIL)
    content.seek(begin)
    tail = content.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004  # the length of the record
        return None, b""
    return begin + at, tail[at : at + 22]


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & 0x1:
        raise Unfit(FileCode.ENCRYPTED)
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or re.search(r"[\x00-\x1f]", name):
        raise Unfit(FileCode.PATHS)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unfit(FileCode.PATHS)
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unfit(FileCode.BROKEN)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as unpacked:
        raw = unpacked.read(_LARGEST_PART + 1)
    if len(raw) > _LARGEST_PART:
        raise Unfit(FileCode.UNPACKS_TOO_LARGE)
    encoding = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return raw.decode(encoding)


def _refuse_in_part(name: str, part: str) -> None:
    if "<!doctype" in part.lower() or "<!entity" in part.lower() or "\x00" in part:
        raise Unfit(FileCode.BROKEN)
    if name == "[content_types].xml":
        if "macroenabled" in html.unescape(part).lower():
            raise Unfit(FileCode.MACROS)
        return
    for element in part.split("<"):  # which no value of an attribute can have
        relation = html.unescape(element)
        if not _RELATION.match(relation):
            continue
        if _EXTERNAL.search(relation) and not _LINK.search(relation):
            raise Unfit(FileCode.LOADS_OTHERS)
