"""The words by which a text is found, in every language: of the text for its index, and of a question. Pure.

PostgreSQL's own parsers find nothing in Korean, Chinese and Japanese, so all of it is done here:

- What is typed is the beginning of a word (letters and digits of scripts that put spaces between words). Accents,
  width and case do not count. An index holds the beginnings up to twelve letters (then whole lexemes are asked, which
  can be ranked and combined quickly), or the words alone (five times smaller, and asked by prefix).
- `OrderNotFound` and `TIMEOUT504` are also found by `NotFound`, `found` and `504`; addresses, `v2.1` and `TIMEOUT_504`
  by each of their words.
- A run of Korean, Chinese, Japanese or Thai stands under each of its characters and each two neighbours, so that
  any piece of it is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from operator import add
from typing import Final

LONGEST_QUESTION: Final = 200
"""Characters of a question that are read."""
MOST_TERMS: Final = 40
"""Terms of a question that are asked; the rest would hardly make the answer shorter."""
LONGEST_WORD: Final = 60
"""Characters of a word that count. A lexeme of PostgreSQL holds 2,046 bytes."""
_LONGEST_BEGINNING: Final = 12
_MOST_PIECES: Final = 8

# Thai to Myanmar, jamo, kana (not the dot between words), Bopomofo, Han with its extensions, Hangul. After NFKC.
_RUNS: Final = (
    "\u0e01-\u0e3a\u0e40-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f"
    "\u3131-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKENS: Final = re.compile(rf"[{_RUNS}]+|[^\W_{_RUNS}]+")
_IS_RUN: Final = re.compile(rf"[{_RUNS}]")
_PIECES: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9]{2})")


def _plain_letters() -> dict[int, str | None]:
    """Return what makes letters with accents plain, and takes away what nobody sees."""
    plain: dict[int, str | None] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letters = "".join(one for one in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(one))
        if letters != chr(code):
            plain[code] = letters
    plain |= {ord(one): to for one, to in zip("łŁđĐøØıŧŦħĦ", "lLdDoOitThH", strict=True)}
    plain |= {ord(one): to for one, to in (("æ", "ae"), ("Æ", "AE"), ("œ", "oe"), ("Œ", "OE"), ("ß", "ss"))}
    unseen = (0xAD, *range(0x300, 0x370), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
    return plain | dict.fromkeys((*unseen, *range(0xFE00, 0xFE10), 0xFEFF), None)


_PLAIN: Final = _plain_letters()
_MORE_LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Term:
    """A lexeme that must be there; with `begins` any lexeme that begins with it will do."""

    lexeme: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for: all of the terms. Without any, nothing was asked and nothing is found."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def tsquery(self, mark: str = "") -> str:
        """Return the text of a `tsquery`: each term with `mark` before it. Whatever was typed is quoted."""
        return " & ".join(f"{quoted(mark + term.lexeme)}{':*' if term.begins else ''}" for term in self.terms)

    def fits(self, lexemes: Collection[str]) -> bool:
        """Say the same of the lexemes of a text in memory; a set is fastest."""
        return bool(self.terms) and all(
            any(one.startswith(term.lexeme) for one in lexemes) if term.begins else term.lexeme in lexemes
            for term in self.terms
        )


def vector_words(text: str, *, beginnings: bool = True) -> list[str]:
    """Return the lexemes under which a text stands in the index: each once, in no order that means anything.

    Without `beginnings` of words, questions must be made without them too.
    """
    found: set[str] = set()
    for token in set(_tokens(text)):
        if _IS_RUN.match(token):
            found.update(token)
            found.update(map(add, token, token[1:]))
            continue
        words = _pieces(token)
        found.update(words)
        if beginnings:
            for word in words:
                found.update(word[:end] for end in range(1, min(len(word), _LONGEST_BEGINNING) + 1))
    return list(found)


def question_of(text: str, *, beginnings: bool = True) -> Question:
    """Return what somebody asks who typed this, of an index with or without the beginnings of words."""
    terms: dict[Term, None] = {}
    for token in _tokens(text[:LONGEST_QUESTION]):
        if not _IS_RUN.match(token):
            word = _folded(token)
            terms[Term(word, begins=not beginnings or len(word) > _LONGEST_BEGINNING)] = None
        elif len(token) == 1:
            terms[Term(token)] = None
        else:
            terms |= dict.fromkeys(Term(token[at : at + 2]) for at in range(len(token) - 1))
    return Question(tuple(terms)[:MOST_TERMS])


def vector_of(lexemes: Iterable[str]) -> str:
    """Return lexemes as the text of a `tsvector`, for a cast or for COPY."""
    listed = list(lexemes)
    joined = "' '".join(listed)
    if not listed or joined.count("'") > 2 * (len(listed) - 1) or "\\" in joined or "\x00" in joined:
        return " ".join(map(quoted, listed))
    return f"'{joined}'"  # nothing to be escaped, as ever where the lexemes are words


def quoted(lexeme: str) -> str:
    """Return a lexeme as `tsvector` and `tsquery` read it, whatever is in it."""
    kept = lexeme.replace("\x00", "").replace("\\", "\\\\").replace("'", "''")
    return f"'{kept}'"


def _tokens(text: str) -> list[str]:
    # One sign can stand for eighteen letters: no text becomes so long that somebody waits for it.
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text) + _MORE_LETTERS].translate(_PLAIN)
    return _TOKENS.findall(plain)


def _pieces(token: str) -> list[str]:
    """Return a word, and what follows each of its seams: `OrderNotFound`, `NotFound`, `Found`."""
    whole = _folded(token)
    if token.isalpha() and (token.islower() or token.isupper() or token[1:].islower()):
        return [whole]
    return [whole, *(_folded(token[seam.start() :]) for seam in islice(_PIECES.finditer(token), _MOST_PIECES))]


def _folded(word: str) -> str:
    folded = word.lower() if word.isascii() else word.casefold().translate(_PLAIN)
    return folded[:LONGEST_WORD]
