"""Text as it is kept and as it is compared."""

from __future__ import annotations

import unicodedata


def nfc(text: str) -> str:
    """Return the text with its letters composed, so that one word has one spelling in the database."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the key by which two texts are compared: width, case and spaces do not count, accents do.

    `ＯＰＳ  Team`, `ops team` and ` Ops Team ` share one key. The key is not for showing.
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", composed).split())
