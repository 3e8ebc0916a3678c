"""Text as it is kept and as it is compared."""

from __future__ import annotations

import unicodedata
from typing import Final

# Controls, and halves of surrogate pairs, which no database keeps.
_CONTROLS: Final = frozenset({"Cc", "Cs"})
# Marks, embeddings, overrides and isolates of direction; spaces and joiners without width; the mark of a byte order.
_UNSEEN: Final = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def nfc(text: str) -> str:
    """Return the text with its letters composed, so that one word has one spelling in the database."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Return a text as it is kept in one line: composed, with single spaces, without what nobody sees.

    Controls go, and with them what turns the direction of writing, which lets a title show as another one. Joiners
    stay: words of some scripts and many emoji are made with them.
    """
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    return " ".join(nfc("".join(letter for letter in spaced if not _is_unseen(letter))).split())


def fold(text: str) -> str:
    """Return the key by which two texts are compared: width, case and spaces do not count, accents do.

    `ＯＰＳ  Team`, `ops team` and ` Ops Team ` share one key. The key is not for showing.
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", composed).split())


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _CONTROLS or letter in _UNSEEN
