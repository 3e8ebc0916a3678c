"""What is text: readable in an encoding that people use, without code that a browser or a shell would run."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Final

from liaison.files.codes import FileCode
from liaison.files.inspecting.unfit import Unfit

_PIECE: Final = 1024 * 1024
_START: Final = 4096
_LARGEST_SHARE_OF_CONTROLS: Final = 0.02
# Everything below a space but tab, line ends, form feed, bell, backspace and escape: logs have colours.
_CONTROLS: Final = bytes(number for number in range(32) if number not in {7, 8, 9, 10, 12, 13, 27}) + b"\x7f"
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What browsers take for a page when nobody tells them the type (WHATWG MIME sniffing), and drawings that run code.
_MARKUP: Final = re.compile(
    r"\s*+(?:<\?xml\s[^>]*+>\s*+|(?><!--.*?-->)\s*+|<!doctype\s++(?!html|svg)[^>]*+>\s*+)*+"
    r"<(?:!doctype\s+(?:html|svg)|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|(?:\w+:)?svg"
    r"|\?xml-stylesheet)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_NAMESPACE: Final = re.compile(r"http://www\.w3\.org/(?:1999/xhtml|2000/svg)|<\?xml-stylesheet", re.IGNORECASE)
_SCRIPT: Final = re.compile(
    r"\s*(?:#!|<\?php|<%|@echo\s+off|\[InternetShortcut\]|Windows Registry Editor)", re.IGNORECASE
)
_REFUSED_TYPES: Final = {
    "text/x-shellscript": FileCode.SCRIPT,
    "text/x-php": FileCode.SCRIPT,
    "text/x-msdos-batch": FileCode.SCRIPT,
    "application/x-dosexec": FileCode.PROGRAM,
    "application/x-executable": FileCode.PROGRAM,
    "application/x-sharedlib": FileCode.PROGRAM,
    "application/x-mach-binary": FileCode.PROGRAM,
    "application/vnd.microsoft.portable-executable": FileCode.PROGRAM,
}


def encoding_of(head: bytes) -> str:
    """Return the encoding that the first bytes name: UTF-16 by its mark, else UTF-8."""
    return next((name for mark, name in _WIDE if head.startswith(mark)), "utf-8")


def refuse_code(head: bytes) -> None:
    """Raise Unfit for what begins like a page, a drawing, or a script."""
    start = head[:_START].decode(encoding_of(head), "replace").lstrip("\ufeff")
    if _MARKUP.match(start) or (start.lstrip().startswith("<") and _MARKUP_NAMESPACE.search(start)):
        raise Unfit(FileCode.MARKUP)
    if _SCRIPT.match(start):
        raise Unfit(FileCode.SCRIPT)


def refuse_types(called: set[str]) -> None:
    """Raise Unfit where libmagic takes a part of a text for something that runs.

    Of the other names that it has for texts none is believed: a log with an `import` in it is called Python, and one
    that quotes a page is called HTML.
    """
    for name in sorted(called):
        if name in _REFUSED_TYPES:
            raise Unfit(_REFUSED_TYPES[name])


def is_text(content: BinaryIO) -> bool:
    """Say whether all of it is text: no NUL unless it is UTF-16, next to no control characters.

    Logs of Windows machines in Korean or Chinese are neither UTF-8 nor UTF-16, so other bytes are not counted.
    """
    content.seek(0)
    head = content.read(_PIECE)
    if encoding_of(head) != "utf-8":
        return _is_wide_text(content, head)
    piece, controls, length = head, 0, 0
    while piece:
        if b"\x00" in piece:
            return False
        controls += len(piece) - len(piece.translate(None, _CONTROLS))
        length += len(piece)
        piece = content.read(_PIECE)
    return controls <= length * _LARGEST_SHARE_OF_CONTROLS


def _is_wide_text(content: BinaryIO, head: bytes) -> bool:
    decoder = codecs.getincrementaldecoder(encoding_of(head))()
    piece = head
    try:
        while piece:
            if "\x00" in decoder.decode(piece):
                return False
            piece = content.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
