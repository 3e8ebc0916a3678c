"""Values of mail headers as ASCII bytes: one line of meaning, folded, encoded where they are not plain (RFC 2047)."""

from __future__ import annotations

import unicodedata
from binascii import b2a_base64
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from liaison.lib.addresses import clean_address

_BREAKING: Final = frozenset(("Cc", "Cs", "Zl", "Zp"))
_LINE: Final = 78  # RFC 5322, 2.1.1
_ENCODED_LINE: Final = 76  # RFC 2047, 2
_ENCODED_WORD: Final = 75
_BEFORE, _AFTER = b"=?utf-8?b?", b"?="
_START_OF_ENCODED: Final = "=?"
_PLAIN_IN_A_NAME: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ "
)
_LONGEST_ID: Final = 900
_FOLD: Final = b"\r\n "
_NOT_IN_A_LINK: Final = frozenset(" <>,")


def one_line(text: str, longest: int) -> str:
    """Return text that cannot end a header line: breaks and control characters become spaces."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(letter) in _BREAKING else letter for letter in text)
    return " ".join(text.split())[:longest].rstrip()


def reader_headers(
    *,
    name: str,
    address: str,
    subject: str,
    at: datetime,
    message_id: str,
    answer_to: str = "",
    thread: str = "",
    unsubscribe: str = "",
) -> bytes:
    """Return the headers that each mail has for itself, without the last line's end.

    `name` and `subject` come from `one_line`, `message_id` carries its angle brackets, `answer_to` is a bare address
    or empty. `thread` is the Message-ID that the mail answers to, `unsubscribe` an address, each may be empty. Raises
    AddressError, and ValueError for what is no Message-ID or no address of a page.
    """
    for value in (message_id, thread, unsubscribe):
        if not (value.isascii() and value.isprintable() and len(value) <= _LONGEST_ID):
            raise ValueError("A Message-ID is one line of ASCII.")
    return b"".join(
        (
            b"To: ",
            address_value(name, address, column=4),
            b"\r\nSubject: ",
            text_value(subject, column=9),
            b"\r\nDate: ",
            format_datetime(at).encode("ascii"),
            b"\r\nMessage-ID: ",
            message_id.encode("ascii"),
            b"\r\nReply-To: " + clean_address(answer_to).encode("ascii") if answer_to else b"",
            _of_thread(thread) if thread else b"",
            _of_unsubscribing(unsubscribe) if unsubscribe else b"",
        )
    )


def _of_thread(message_id: str) -> bytes:
    """Return both headers by which mail programs find what a mail answers to (RFC 5322, 3.6.4)."""
    root = message_id.encode("ascii")
    return b"\r\nIn-Reply-To: " + root + b"\r\nReferences: " + root


def _of_unsubscribing(address: str) -> bytes:
    """Return the headers of the one-click way out (RFC 2369, RFC 8058)."""
    if set(address) & _NOT_IN_A_LINK:
        raise ValueError("An address of a page has no spaces or angle brackets.")
    page = address.encode("ascii")
    return b"\r\nList-Unsubscribe: <" + page + b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"


def text_value(line: str, *, column: int) -> bytes:
    """Return the value of a header of free text. `line` comes from `one_line`; `column` is where the value begins."""
    if not _is_plain(line):
        return _FOLD.join(_encoded_words(line, column))
    if len(line) <= _LINE - column:
        return line.encode("ascii")
    return _FOLD.join(row.encode("ascii") for row in _rows(line, column))


@lru_cache(maxsize=4096)
def address_value(name: str, address: str, *, column: int) -> bytes:
    """Return a mailbox with its display name (from `one_line`). Raises AddressError."""
    bare = clean_address(address).encode("ascii")
    if not name:
        return bare
    rows = [_quoted(name)] if _is_plain(name) else list(_encoded_words(name, column))
    used = len(rows[-1]) + (column if len(rows) == 1 else 1)
    between = b" " if used + len(bare) + 3 <= _LINE else _FOLD
    return _FOLD.join(rows) + between + b"<" + bare + b">"


def _is_plain(line: str) -> bool:
    """Say whether the line stands for itself: ASCII, and nothing a reader would take for an encoded word."""
    return line.isascii() and _START_OF_ENCODED not in line


def _quoted(name: str) -> bytes:
    if not _PLAIN_IN_A_NAME.issuperset(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return name.encode("ascii")


def _rows(line: str, column: int) -> Iterator[str]:
    """Break a line at its spaces; a word that is longer than a line stays whole."""
    row = ""
    for word in line.split(" "):
        if row and column + len(row) + 1 + len(word) > _LINE:
            yield row
            row, column = word, 1
        else:
            row = f"{row} {word}" if row else word
    yield row


def _encoded_words(line: str, column: int) -> Iterator[bytes]:
    """Encode a line in words of at most 75 characters; none ends within a character."""
    rest = line.encode()
    while rest:
        room = min(_ENCODED_WORD, _ENCODED_LINE - column) - len(_BEFORE) - len(_AFTER)
        end = min(room // 4 * 3, len(rest))
        while end < len(rest) and rest[end] & 0xC0 == 0x80:  # noqa: PLR2004  # the inside of a character in UTF-8
            end -= 1
        yield _BEFORE + b2a_base64(rest[:end], newline=False) + _AFTER
        rest, column = rest[end:], 1
