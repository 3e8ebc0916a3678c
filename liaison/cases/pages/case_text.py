"""Somebody's own words on a page: plain text with its web addresses as links, and the language they are in."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

from liaison.lib.languages import ENGLISH, KOREAN, POLISH, SIMPLIFIED_CHINESE, language_for

# Only the letters that an address may hold: what stands right behind it in Korean or Chinese is not swallowed.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.IGNORECASE)
_BEHIND: Final = ".,;:!?'"
_POLISH: Final = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ")
_JUDGED: Final = 2_000
_IN_OTHER_LETTERS: Final = frozenset({KOREAN.code, SIMPLIFIED_CHINESE.code})


def linked(text: str) -> Markup:
    """Return plain text as HTML in which `http` and `https` addresses are links; everything else is inert."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found.group())
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(address))
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def language_of(text: str, expected: str) -> str:
    """Return the code of the language that a text is likely in, by its letters; `expected` is the case's.

    Only a guess, for fonts and for voices: Hangul is Korean and Han is Chinese; Latin letters are the expected
    language if that is written with them, else English.
    """
    hangul = han = latin = polish = 0
    for letter in text[:_JUDGED]:
        name = "" if letter.isascii() else unicodedata.name(letter, "")
        hangul += name.startswith("HANGUL")
        han += name.startswith("CJK UNIFIED")
        latin += letter.isascii() and letter.isalpha()
        polish += letter in _POLISH
    if hangul * 3 > latin:
        return KOREAN.code
    if han * 3 > latin:
        return SIMPLIFIED_CHINESE.code
    if polish:
        return POLISH.code
    return ENGLISH.code if expected in _IN_OTHER_LETTERS else language_for(expected).code


def _trimmed(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    while address[-1] in _BEHIND or (address.endswith(")") and address.count("(") < address.count(")")):
        address = address[:-1]
    return address
