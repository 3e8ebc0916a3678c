"""Search in the articles, as in the cases (`lib/searching`): words and their beginnings, any piece of CJK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from markupsafe import Markup

from liaison.helpcentre.marking import excerpt, has_any, marked, question_words
from liaison.lib.languages import ENGLISH, language_for
from liaison.lib.searching import Question, Term, question_of, quoted

LONGEST_QUESTION: Final = 100
MOST_FOUND: Final = 100
# What a word counts that stands in the text, in the lead or a heading, among the keywords, in the title.
WEIGHTS: Final = "{0.05, 0.2, 0.6, 1.0}"

_SEARCH: Final = """
SELECT hit.slug, hit.language, hit.heading, hit.words, hit.vector @@ %(title)s::tsquery, best.section, best.heading,
       best.words
FROM helpcentre_passage AS hit
LEFT JOIN LATERAL (
    SELECT part.section, part.heading, part.words
    FROM helpcentre_passage AS part
    WHERE part.slug = hit.slug AND part.language = hit.language AND part.section > 0
      AND part.vector @@ %(any)s::tsquery
    ORDER BY part.vector @@ %(all)s::tsquery DESC, ts_rank(%(weights)s, part.vector, %(any)s::tsquery) DESC,
             part.section
    LIMIT 1
) AS best ON true
WHERE hit.section = 0 AND hit.vector @@ %(all)s::tsquery
ORDER BY (hit.language = %(language)s) DESC, 5 DESC, ts_rank(%(weights)s, hit.vector, %(all)s::tsquery) DESC,
         (hit.language = %(english)s) DESC, hit.slug, hit.language
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that fits. `section` is the number (from 1) of its section that fits best, 0 where none has a word.

    `is_foreign`: it fits only in another language than the reader's. `title`, `heading` and `words` are marked.
    """

    slug: str
    language: str
    title: Markup
    section: int
    heading: Markup
    words: Markup
    is_foreign: bool

    @property
    def html_lang(self) -> str:
        return language_for(self.language).html_lang

    @property
    def language_name(self) -> str:
        return language_for(self.language).native_name


def search(question: str, language: str | None) -> tuple[Found, ...]:
    """Return the articles that have every word of the question: in the reader's language, then only in others.

    Those with all words in the title come first. One query.
    """
    asked = question_of(question[:LONGEST_QUESTION])
    if not asked:
        return ()
    reader = language_for(language).code
    marks = question_words(question[:LONGEST_QUESTION])
    found: dict[str, Found] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, _parameters(asked, reader))
        for slug, *rest in cursor.fetchall():
            if slug not in found:
                found[slug] = _found(slug, rest, reader, marks)
    return tuple(found.values())


def any_of(terms: tuple[Term, ...], weights: str = "") -> str:
    """Return the text of a `tsquery` for any of the terms, where they have one of the weights."""
    return " | ".join(_one(term, weights) for term in terms)


def _parameters(asked: Question, reader: str) -> dict[str, Any]:
    return {
        "all": asked.tsquery(),
        "any": any_of(asked.terms),
        "title": " & ".join(_one(term, "A") for term in asked.terms),
        "weights": WEIGHTS,
        "language": reader,
        "english": ENGLISH.code,
        "most": MOST_FOUND,
    }


def _one(term: Term, weights: str) -> str:
    label = ("*" if term.begins else "") + weights
    return f"{quoted(term.lexeme)}:{label}" if label else quoted(term.lexeme)


def _found(slug: str, row: list[Any], reader: str, marks: tuple[str, ...]) -> Found:
    language, title, lead, _in_title, section, heading, words = row
    shown = words if section and not has_any(lead, marks) else lead
    return Found(
        slug=slug,
        language=language,
        title=marked(title, marks),
        section=section or 0,
        heading=marked(heading or "", marks),
        words=excerpt(shown, marks),
        is_foreign=language != reader,
    )
