"""What a file is, by its content: one of the kinds that are taken, or the reason why it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from liaison.files import kinds
from liaison.files.codes import FileCode
from liaison.files.inspecting import archives, mails, media, texts
from liaison.files.inspecting.libmagic import type_of
from liaison.files.inspecting.unfit import Unfit
from liaison.files.kinds import KINDS, SHOWN_EXTENSIONS, Kind
from liaison.files.names import join_name, split_name
from liaison.files.vocabulary import Purpose

_HEAD: Final = 64 * 1024
_ZIP_START: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Looked:
    """What the file is served as, and its name with an ending that fits."""

    content_type: str
    name: str


def look_at(content: BinaryIO, *, size: int, name: str, purpose: Purpose) -> Looked:
    """Say what a file is. `content` can be sought in; `name` is clean. Raises Unfit with the reason.

    An ending that does not fit is put right where that is harmless (a PNG named .jpg), else the file is refused.
    """
    refuse_extension(name)
    content.seek(0)
    head = content.read(_HEAD)
    kind = _kind_of(content, head, size, name)
    if kind is None or kind not in KINDS[purpose] or not _libmagic_agrees(kind, content, head, size):
        raise Unfit(FileCode.TYPE_REFUSED, accepted=SHOWN_EXTENSIONS[purpose])
    _look_inside(kind, content, head, size)
    return Looked(kind.content_type, fitting_name(name, kind))


def refuse_extension(name: str) -> None:
    """Raise Unfit for a name that ends like a program, a script or a web page, whatever the content is."""
    extension = split_name(name)[1]
    if extension in kinds.REFUSED_EXTENSIONS:
        raise Unfit(FileCode.EXTENSION_REFUSED, extension=extension)


def fitting_name(name: str, kind: Kind) -> str:
    """Return the name with an ending of its kind: kept if it fits, replaced if it is another kind's, else added."""
    stem, extension = split_name(name)
    if extension in kind.extensions:
        return name
    if extension in kinds.KNOWN_EXTENSIONS:
        return join_name(stem, kind.extensions[0])
    return join_name(name, kind.extensions[0])


def _kind_of(content: BinaryIO, head: bytes, size: int, name: str) -> Kind | None:
    found = media.kind_of(head)
    if found is not None:
        return found
    if head.startswith(_ZIP_START):
        return archives.kind_of(content, size)
    texts.refuse_code(head)
    if not texts.is_text(content):
        return None
    return kinds.MAIL if split_name(name)[1] == "eml" else kinds.TEXT


def _libmagic_agrees(kind: Kind, content: BinaryIO, head: bytes, size: int) -> bool:
    """Ask a second opinion of the first part and, of what is taken for text, of one in the middle."""
    called = type_of(head)
    if kind in {kinds.TEXT, kinds.MAIL}:
        content.seek(size // 2)
        parts = {called, type_of(content.read(_HEAD))} if size > _HEAD else {called}
        texts.refuse_types(parts)
        return True
    return called in kind.magic


def _look_inside(kind: Kind, content: BinaryIO, head: bytes, size: int) -> None:
    if kind is kinds.ZIP:
        archives.look_into_zip(content)
    elif kind in kinds.OFFICE:
        archives.look_into_document(content)
    else:
        archives.refuse_hidden_zip(content, size)
    if kind is kinds.MAIL:
        mails.look_into(content, size)
    elif kind in kinds.PICTURES or kind is kinds.PDF:
        media.look_into(kind, content, head, size)
