"""JavaScript holds no words: they would never be translated. It shows what the page's attributes say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liaison.config.messages.problems import Problem
from liaison.config.messages.sources import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT_OR_LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`", re.DOTALL
)
_SENTENCE = re.compile(r"[A-Z][a-z]+(?:[ ,][A-Za-z ,'-]+)?[.!?…]?")
_NOT_ASCII_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_NAMES = frozenset({"Enter", "Escape", "Tab", "Home", "End", "Delete", "Backspace", "Accept", "Space"})


def problems_of_scripts(package: Path = PACKAGE) -> Iterator[Problem]:
    """Return every literal of our own scripts that reads like a word or a sentence."""
    for file in sorted(package.glob("*/static/**/*.js")):
        if "vendor" in file.parts:
            continue
        for literal in literals_in(file.read_text()):
            if reads_like_words(literal):
                yield Problem("en", literal, f"{file.name} holds words, not the page")


def literals_in(script: str) -> Iterator[str]:
    """Return the string literals of a script, comments left out."""
    for match in _COMMENT_OR_LITERAL.finditer(script):
        for text in match.groups():
            if text:
                yield text


def reads_like_words(literal: str) -> bool:
    if _NOT_ASCII_LETTER.search(literal):
        return True
    return literal not in _NAMES and bool(_SENTENCE.fullmatch(literal.strip()))
