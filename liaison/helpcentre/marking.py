"""Showing the words of a question in a text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

EXCERPT_LENGTH: Final = 200
_MOST_WORDS: Final = 12
_BEFORE: Final = 60
_WORD: Final = re.compile(r"[^\W_]+")
# Korean, Chinese and Japanese letters: their words have no spaces around them, so any part counts.
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_RUN: Final = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_IS_CJK: Final = re.compile(f"[{_CJK}]")
_LATIN_WITH_ACCENTS: Final = ("\u00c0", "\u1eff")
# Letters that search takes for plain ones and that Unicode does not take apart.
_STROKES: Final = str.maketrans("łđøı", "ldoi")


def question_words(question: str) -> tuple[str, ...]:
    """Return the words of a question, folded, runs of CJK letters apart from others; at most twelve."""
    words = (run for word in _WORD.findall(_fold(question)) for run in _RUN.findall(word))
    return tuple(dict.fromkeys(words))[:_MOST_WORDS]


def marked(text: str, words: Sequence[str]) -> Markup:
    """Return a text as HTML with the words in `<mark>`: words and beginnings of words, CJK letters anywhere."""
    html, position = Markup(), 0
    for start, end in _places(text, tuple(words)):
        html += Markup("{}<mark>{}</mark>").format(text[position:start], text[start:end])
        position = end
    return html + escape(text[position:])


def excerpt(text: str, words: Sequence[str], longest: int = EXCERPT_LENGTH) -> Markup:
    """Return the part of a text around the first of the words, marked; its beginning where none stands there."""
    first = next(iter(_places(text, tuple(words))), (0, 0))[0]
    start = _beginning(text, first)
    end = min(len(text), start + longest)
    if end < len(text):
        space = text.rfind(" ", start + longest // 2, end)
        end = space if space > 0 else end
    part = marked(text[start:end].strip(), words)
    return Markup("{}{}{}").format("… " if start else "", part, " …" if end < len(text) else "")


def has_any(text: str, words: Sequence[str]) -> bool:
    return next(iter(_places(text, tuple(words))), None) is not None


def _beginning(text: str, first: int) -> int:
    if first <= _BEFORE:
        return 0
    space = text.find(" ", first - _BEFORE, first)
    return space + 1 if space >= 0 else first - _BEFORE // 2


def _places(text: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand in the text, from left to right, none inside another."""
    if not words:
        return
    folded, origins = _folded(text)
    for found in _pattern(words).finditer(folded):
        yield origins[found.start()], origins[found.end() - 1] + 1


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [re.escape(word) if _IS_CJK.match(word) else rf"(?<![^\W_{_CJK}]){re.escape(word)}" for word in words]
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text folded letter by letter, and for each folded letter the place where it came from."""
    letters: list[str] = []
    origins: list[int] = []
    for place, letter in enumerate(text):
        folded = _fold_letter(letter)
        letters.append(folded)
        origins.extend([place] * len(folded))
    return "".join(letters), origins


@lru_cache(maxsize=8192)
def _fold_letter(letter: str) -> str:
    return _fold(letter)


def _fold(text: str) -> str:
    """Return the text without width, case and accents; letters of scripts without accents stay whole."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_plain(letter) for letter in folded).translate(_STROKES)


def _plain(letter: str) -> str:
    if not _LATIN_WITH_ACCENTS[0] <= letter <= _LATIN_WITH_ACCENTS[1]:
        return letter
    return "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
