"""Mails as files: their parts are looked at like files of their own."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from typing import BinaryIO, Final

from liaison.files.codes import FileCode
from liaison.files.inspecting import media
from liaison.files.inspecting.unfit import Unfit
from liaison.files.kinds import MEGABYTE, REFUSED_EXTENSIONS
from liaison.files.names import clean_name, split_name

_LARGEST: Final = 10 * MEGABYTE
_MOST_PARTS: Final = 100
_TEXTS: Final = frozenset({"text", "message", "multipart"})


def look_into(content: BinaryIO, size: int) -> None:
    """Raise Unfit for attached programs, pages and packed files; texts, pictures and PDF may be attached."""
    if size > _LARGEST:
        raise Unfit(FileCode.TOO_LARGE, most_megabytes=_LARGEST // MEGABYTE)
    content.seek(0)
    try:
        parts = list(message_from_bytes(content.read()).walk())
    except (ValueError, RecursionError, LookupError) as problem:
        raise Unfit(FileCode.BROKEN) from problem
    if len(parts) > _MOST_PARTS:
        raise Unfit(FileCode.UNPACKS_TOO_LARGE)
    for part in parts:
        _refuse_part(part)


def _refuse_part(part: Message) -> None:
    name = part.get_filename()
    if name and split_name(clean_name(name))[1] in REFUSED_EXTENSIONS:
        raise Unfit(FileCode.PROGRAM)
    if part.get_content_maintype() in _TEXTS:
        return
    unpacked = part.get_payload(decode=True)
    if not isinstance(unpacked, bytes) or media.kind_of(unpacked[:64]) is None:
        raise Unfit(FileCode.EMBEDS_OBJECTS)
