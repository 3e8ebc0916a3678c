"""Somebody's own words on a page: plain text with its web addresses as links, and the language they are in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from markupsafe import Markup, escape

from liaison.lib.languages import ENGLISH, ITALIAN, KOREAN, POLISH, SIMPLIFIED_CHINESE, language_for
from liaison.lib.remembered import remembered

# Only the letters that an address may hold: what stands right behind it in Korean or Chinese is not swallowed.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.IGNORECASE)
_BEHIND: Final = ".,;:!?'"
_POLISH: Final = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ")
_JUDGED: Final = 2_000
# Short words of each language that hardly stand in another one.
_SIGNS: Final = {
    code: frozenset(words.split())
    for code, words in (
        (ENGLISH.code, "the is are and of this that not we you it for with was have please"),
        (ITALIAN.code, "il lo la gli di che non è una per sono del della abbiamo con ma grazie"),
        (POLISH.code, "nie jest się na że do i z od dla mamy są proszę przez po już"),
    )
}
_WORD: Final = re.compile(r"[^\W\d_]+")
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

    Only a guess, for fonts and for voices: Hangul is Korean and Han is Chinese; Latin letters are the language whose
    short words stand there most, the expected one where none do, else English.
    """
    return _language_of(text[:_JUDGED], expected)


@remembered(
    1_000
)  # The same messages are read again and again, and to count their words takes longer than to show them.
def _language_of(text: str, expected: str) -> str:
    hangul = han = latin = 0
    for letter, times in Counter(text).items():
        name = "" if letter.isascii() else unicodedata.name(letter, "")
        hangul += times * name.startswith("HANGUL")
        han += times * name.startswith("CJK UNIFIED")
        latin += times * (letter.isascii() and letter.isalpha())
    if hangul * 3 > latin:
        return KOREAN.code
    if han * 3 > latin:
        return SIMPLIFIED_CHINESE.code
    return _latin(text, ENGLISH.code if expected in _IN_OTHER_LETTERS else language_for(expected).code)


def _latin(text: str, expected: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {code: sum(word in signs for word in words) for code, signs in _SIGNS.items()}
    counts[POLISH.code] += sum(not _POLISH.isdisjoint(word) for word in words)
    best = max(counts.values())
    return expected if counts.get(expected, 0) == best else max(counts, key=lambda code: counts[code])


def _trimmed(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    while address[-1] in _BEHIND or (address.endswith(")") and address.count("(") < address.count(")")):
        address = address[:-1]
    return address
