"""Articles that may answer what somebody is typing, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from liaison.helpcentre.search import WEIGHTS, any_of
from liaison.lib.languages import language_for
from liaison.lib.searching import LONGEST_QUESTION, Question, Term, question_of

LONGEST_TEXT: Final = 2_000
_MOST_TERMS: Final = 60
# From so many letters on, the last two or three may be an ending that the article does not have.
_LONG_WORD: Final = 5
_LONGER_WORD: Final = 8
_SHORTEST_WORD: Final = 3
# The index holds every beginning of a word up to twelve letters.
_LONGEST_STEM: Final = 12
# Words that stand in titles and say nothing of what somebody needs.
_EMPTY_WORDS: Final = frozenset(
    {
        "the", "and", "for", "are", "not", "with", "how", "get", "what", "why", "who", "you", "your", "our", "does",
        "when", "can", "this", "that", "has", "have", "was", "from", "come", "per", "che", "con", "del", "della",
        "dei", "non", "una", "uno", "gli", "sono", "hai", "cosa", "quando", "perche", "chi", "jak", "czy", "nie",
        "jest", "sie", "dla", "czym", "kto", "kogo", "dlaczego", "kiedy", "oraz", "albo",
    }
)  # fmt: skip
_SUGGEST: Final = """
SELECT slug, heading, words FROM helpcentre_passage
WHERE section = 0 AND language = %(language)s AND vector @@ %(any)s::tsquery
ORDER BY ts_rank(%(weights)s, vector, %(any)s::tsquery) DESC, slug
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article; its page is the route `help_article` with `slug`. `title` and `lead` are plain, in `html_lang`."""

    slug: str
    title: str
    lead: str
    html_lang: str


def suggest(text: str, language: str | None, most: int = 3) -> tuple[Suggested, ...]:
    """Return the articles in this language with any of the words in title, keywords, lead or headings, best first.

    `text` is what somebody typed: a title, a sentence, nothing. Only its first 2,000 characters count. One query.
    """
    terms = _terms(text[:LONGEST_TEXT])
    if not terms or most < 1:
        return ()
    reader = language_for(language)
    values: dict[str, Any] = {
        "language": reader.code, "any": any_of(terms, "ABC"), "weights": WEIGHTS, "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUGGEST, values)
        return tuple(Suggested(slug, title, lead, reader.html_lang) for slug, title, lead in cursor.fetchall())


def _terms(text: str) -> tuple[Term, ...]:
    """Return what to look for: the words, longer ones also without their endings, and pairs of CJK letters."""
    found: dict[Term, None] = {}
    for start in range(0, len(text), LONGEST_QUESTION):
        asked: Question = question_of(text[start : start + LONGEST_QUESTION])
        for term in asked.terms:
            found |= dict.fromkeys(_with_stem(term))
    return tuple(found)[:_MOST_TERMS]


def _with_stem(term: Term) -> tuple[Term, ...]:
    word = term.lexeme
    if not word.isascii():
        return (term,) if len(word) > 1 else ()
    if word in _EMPTY_WORDS or len(word) < _SHORTEST_WORD:
        return ()
    if len(word) < _LONG_WORD:
        return (term,)
    stem = word[: len(word) - (3 if len(word) >= _LONGER_WORD else 2)]
    return (term, Term(stem[:_LONGEST_STEM]))
