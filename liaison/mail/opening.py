"""Looking into a mail of a stranger: nothing in it can raise, cost much, or come out as more than plain text.

Charsets may be unknown, headers broken, parts nested without end. What cannot be read is read as far as it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from html.parser import HTMLParser
from typing import Final

MOST_PARTS: Final = 100
LONGEST_TEXT: Final = 64 * 1024
LONGEST_HEADER: Final = 4 * 1024
_MOST_BOUNDARIES: Final = 60
_SPACE: Final = re.compile(r"\s+")
_BLANKS: Final = re.compile(rb"[ \t\r\n]+")
_BOUNDARY: Final = re.compile(rb"boundary[ \t]*=", re.IGNORECASE)
_QUOTED: Final = frozenset({"blockquote", "style", "script", "head", "title"})
_BREAKING: Final = frozenset({"br", "p", "div", "li", "tr", "hr", "blockquote"})


class TooDeepError(Exception):
    """The parts of a mail are nested so deeply that nobody means anything by it."""


@dataclass(frozen=True)
class Part:
    """One part that holds text, and its type, as `text/plain`."""

    kind: str
    text: str


def opened(raw: bytes) -> Message:
    """Return the mail with its parts. Raises TooDeepError."""
    # The library goes down one level for each part within a part, and ends with RecursionError far too late.
    if len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES:
        raise TooDeepError
    try:
        return message_from_bytes(raw, policy=compat32)
    except RecursionError as error:
        raise TooDeepError from error


def readable(value: bytes | str, longest: int) -> str:
    """Return text that PostgreSQL can keep: no NUL, no halves of surrogate pairs, at most so many characters."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return text.replace("\0", "").encode(errors="replace").decode()[:longest]


def in_one_line(value: str, longest: int) -> str:
    """Return text that shows as one line: breaks and control characters, also U+2028, become spaces."""
    clean = "".join(character if character.isprintable() else " " for character in value[: longest * 4])
    return readable(_SPACE.sub(" ", clean).strip(), longest)


def headers_of(mail: Message, name: str) -> tuple[str, ...]:
    """Return every header of this name, from the top down, its lines joined and its words decoded.

    Some write letters beyond ASCII as they are: these count as UTF-8, or byte by byte.
    """
    return tuple(header_text(decoded(value, None)) for value in _values(mail, name))


def header_of(mail: Message, name: str) -> str:
    """Return the topmost header of this name, empty where there is none."""
    return next(iter(headers_of(mail, name)), "")


def raw_headers_of(mail: Message, name: str) -> tuple[str, ...]:
    """Return every header of this name as it stands, its lines joined; bytes outside ASCII become `?`."""
    return tuple(value.decode("ascii", "replace").replace("\ufffd", "?") for value in _values(mail, name))


def header_text(value: str) -> str:
    """Return the value of a header with its encoded words decoded, as far as that is possible."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except Exception:  # noqa: BLE001  # the library raises of many kinds for what it does not expect
        return value
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)


def decoded(data: bytes, charset: str | None) -> str:
    """Return the bytes as text: in their charset if there is such, else in UTF-8, else byte by byte."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def texts_of(mail: Message) -> tuple[Part, ...]:
    """Return the parts that are text and no attachment, in order, no more than `LONGEST_TEXT` of each."""
    return tuple(_texts(mail))


def body_of(mail: Message) -> str:
    """Return what the writer wrote: the first plain part, else the first HTML part without what it quotes."""
    parts = texts_of(mail)
    for part in parts:
        if part.kind == "text/plain" and part.text.strip():
            return part.text
    return next((text_of_html(part.text) for part in parts if part.kind == "text/html"), "")


def text_of_html(page: str) -> str:
    """Return the words of a page, without what stands in quotations, styles and scripts."""
    reader = _Words()
    reader.feed(page[:LONGEST_TEXT])
    return "".join(reader.words)


def parts_of(mail: Message) -> Iterator[Message]:
    """Return the mail and its parts, at most `MOST_PARTS`, without going into what is forwarded or returned in it."""
    waiting = [mail]
    for _number in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        content = part.get_payload()
        if isinstance(content, list) and part.get_content_maintype() == "multipart":
            waiting[:0] = [one for one in content if isinstance(one, Message)]


def _values(mail: Message, name: str) -> Iterator[bytes]:
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            line = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape")
            yield _BLANKS.sub(b" ", line).strip()


def _texts(mail: Message) -> Iterator[Part]:
    for part in parts_of(mail):
        if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
            continue
        try:
            data = part.get_payload(decode=True)
        except Exception:  # noqa: BLE001, S112  # a part that is no such thing as it says has no text
            continue
        if isinstance(data, bytes):
            text = decoded(data[:LONGEST_TEXT], _charset_of(part))
            yield Part(part.get_content_type(), text.replace("\0", ""))


def _charset_of(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError):
        return None


class _Words(HTMLParser):
    """Collects the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag in _QUOTED or "gmail_quote" in classes:
            self._within.append(tag)
        if tag in _BREAKING:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._within and tag == self._within[-1]:
            self._within.pop()
        if tag in _BREAKING:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.words.append(data)
