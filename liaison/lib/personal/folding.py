"""Text as the patterns read it: every character stands where it stood, and looks like its plain ASCII twin."""

from __future__ import annotations

import unicodedata
from typing import Final

# Nobody sees these, so a number may be written with one in its middle: by a copy from a page, or on purpose.
_UNSEEN: Final = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"


class _Twins(dict[int, str]):
    """The plain twin of each character, made when it is first met; one character always becomes one character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character)
        if character.isspace() and character not in "\n\r":
            plain = " "
        elif character in _DASHES:
            plain = "-"
        elif (digit := unicodedata.decimal(character, None)) is not None:
            plain = str(digit)
        self[code] = plain if len(plain) == 1 else character
        return self[code]


_TWINS: Final = _Twins()


class Folded:
    """A text for the patterns, and the way back to the places of the original."""

    def __init__(self, text: str) -> None:
        self._places: list[int] | None = None
        self._length = len(text)
        if text.isascii():
            self.text = text
            return
        if any(chr(code) in text for code in _UNSEEN):
            self._places = [place for place, character in enumerate(text) if ord(character) not in _UNSEEN]
            text = text.translate(_UNSEEN)
        # Line separators end a line here too; nothing in the middle of a word is touched.
        self.text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n").translate(_TWINS)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` of the folded text stands in the original."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1
