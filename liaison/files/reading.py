"""What stands in a file, as text, for whoever searches it: bounded in size and time, for the content may be hostile."""

from __future__ import annotations

import html
import json
import math
import re
import time
import zipfile
import zlib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, BinaryIO, Final

from liaison.files import kinds, storage
from liaison.files.codes import FileCode
from liaison.files.inspecting.texts import encoding_of
from liaison.files.kinds import MEGABYTE
from liaison.files.models import StoredFile
from liaison.files.names import split_name
from liaison.files.pdfs import texts_of_pdf
from liaison.files.unread import NotRead, StorageAway

MOST_READ: Final = 4 * MEGABYTE
"""How many bytes of a text, or of the parts of a document, are read at most; what comes after is not searched."""
_LONGEST: Final = 3.0
_LINES: Final = 200
_DEEPEST: Final = 40
_WRITTEN: Final = re.compile(
    r"(?:word/(?:document|comments|footnotes|header\d*|footer\d*)|xl/(?:sharedStrings|comments\d*|worksheets/sheet\d+)"
    r"|ppt/(?:slides/slide|notesSlides/notesSlide)\d+)\.xml"
)
_ENDS: Final = re.compile(r"</(?:\w+:)?(?:p|si|tr|row|c)>", re.IGNORECASE)
_IN_COOKIES: Final = re.compile(r"cookies\[[0-9]+\]$", re.IGNORECASE)
_TAGS: Final = re.compile(r"<[^<>]*>")  # linear also where nothing closes
# Koreans and Chinese write logs in these as well; the last reads everything.
_ENCODINGS: Final = ("utf-8-sig", "cp949", "gb18030", "latin-1")
# What the libraries raise at contents that are broken, locked or made to hurt.
_BROKEN: Final = (
    OSError,
    ValueError,
    LookupError,
    RecursionError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
)


def is_read(file: StoredFile) -> bool:
    """Say whether `texts_of` looks for text in a file of this type. Pictures and recordings are not read."""
    return file.content_type in _READERS


def texts_of(file: StoredFile, *, until: float = math.inf) -> Iterator[tuple[str, str]]:
    """Yield (place, text). A place is what people find again: `line 120`, a path into JSON, a part of a document.

    Reads at most `MOST_READ` bytes, for at most three seconds and not after `until` (of `time.monotonic`); nothing
    for types that are not read, and nothing of a file that was removed. Raises NotRead, also after some texts, where
    not all of the file was read, and StorageAway where its content cannot be had.
    """
    reader = _READERS.get(file.content_type)
    if reader is None or file.removed_at is not None:
        return
    deadline = min(time.monotonic() + _LONGEST, until)
    try:
        with _opened(file) as content:
            for place, text in reader(file, content):
                yield place, text.replace("\x00", "")
                if time.monotonic() > deadline:
                    raise NotRead
    except _BROKEN as problem:
        raise NotRead from problem


def _opened(file: StoredFile) -> BinaryIO:
    try:
        content = storage.open_content(file.storage_name)
        content.seek(0)  # a bucket's file is fetched at the first use, so that nothing later is the storage's fault
    except Exception as problem:  # each storage has errors of its own, and their libraries are optional
        raise StorageAway(FileCode.AWAY) from problem
    return content


def _of_text(file: StoredFile, content: BinaryIO) -> Iterator[tuple[str, str]]:
    raw, is_whole = _bounded(content)
    text = _decoded(raw)
    read = _as_json(text) if split_name(file.name)[1] in {"json", "har"} else None
    if read is not None:
        yield from _of_json(read, "", 0)
    else:
        lines = text.splitlines()
        for first in range(0, len(lines), _LINES):
            yield f"line {first + 1}", "\n".join(lines[first : first + _LINES])
    if not is_whole:
        raise NotRead


def _bounded(content: BinaryIO) -> tuple[bytes, bool]:
    """Return what is read of a content, and whether that is all of it."""
    return content.read(MOST_READ), not content.read(1)


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_json(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield strings and numbers with their path, and what tells what they are: the key, or the name in a HAR's list."""
    if depth > _DEEPEST:
        raise NotRead
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            yield f"{path}.{value['name']}"[:200], _named(path, value["name"], value["value"])
            value = {key: each for key, each in value.items() if key not in {"name", "value"}}
        for key, each in value.items():
            place = f"{path}.{key}" if path else key
            if isinstance(each, str):
                yield place[:200], f'"{key}": "{each}"'
                continue
            yield place[:200], key  # people key their tables by addresses and numbers
            yield from _of_json(each, place, depth + 1)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _of_json(each, f"{path}[{number}]", depth + 1)
    elif isinstance(value, str):
        yield path[:200], value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path[:200], str(value)


def _named(path: str, name: str, value: str) -> str:
    """Return what a pair of name and value says where it stands: a header, or one of the cookies beside them."""
    return f"Cookie: {name}={value}" if _IN_COOKIES.search(path) else f"{name}: {value}"


def _of_mail(_file: StoredFile, content: BinaryIO) -> Iterator[tuple[str, str]]:
    raw, is_whole = _bounded(content)
    parsed = message_from_bytes(raw)
    yield "headers", "\n".join(f"{name}: {value}" for name, value in parsed.items())
    for number, part in enumerate(parsed.walk(), start=1):
        if part.get_content_maintype() == "text":
            yield f"part {number}", _text_of_part(part)
    if not is_whole:
        raise NotRead


def _text_of_part(part: Message) -> str:
    raw = part.get_payload(decode=True)
    text = _decoded(raw if isinstance(raw, bytes) else b"")
    return html.unescape(_TAGS.sub(" ", text)) if part.get_content_subtype() == "html" else text


def _of_document(_file: StoredFile, content: BinaryIO) -> Iterator[tuple[str, str]]:
    """Strip the tags of the parts that people write. No XML parser reads them, so none can be led astray."""
    left = MOST_READ
    with zipfile.ZipFile(content) as archive:
        for entry in archive.infolist():
            if not _WRITTEN.fullmatch(entry.filename):
                continue
            with archive.open(entry) as part:
                raw = part.read(left)
            left -= len(raw)
            yield entry.filename, html.unescape(_TAGS.sub("", _ENDS.sub("\n", _decoded(raw))))
            if left <= 0:
                raise NotRead


def _of_zip(_file: StoredFile, content: BinaryIO) -> Iterator[tuple[str, str]]:
    """Read the names and texts of a zip file as if each were sent by itself; what has a NUL is none, and not read."""
    left, is_whole = MOST_READ, True
    with zipfile.ZipFile(content) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                raw = part.read(left)
            left -= len(raw)
            yield entry.filename[:200], split_name(entry.filename)[0]  # its ending would change an address in it
            if b"\x00" not in raw[:4096]:
                yield entry.filename[:200], _decoded(raw)
            else:
                is_whole = False
            if left <= 0:
                raise NotRead
    if not is_whole:
        raise NotRead


def _of_pdf(_file: StoredFile, content: BinaryIO) -> Iterator[tuple[str, str]]:
    yield from texts_of_pdf(content, most=MOST_READ)


def _decoded(raw: bytes) -> str:
    if encoding_of(raw) != "utf-8":
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as problem:
            if encoding == "utf-8-sig" and problem.start >= len(raw) - 3:  # cut within a letter
                return raw[: problem.start].decode(encoding)
    return ""


_READERS: Final = {
    kinds.TEXT.content_type: _of_text,
    kinds.MAIL.content_type: _of_mail,
    kinds.ZIP.content_type: _of_zip,
    kinds.PDF.content_type: _of_pdf,
    **dict.fromkeys((kind.content_type for kind in kinds.OFFICE), _of_document),
}
