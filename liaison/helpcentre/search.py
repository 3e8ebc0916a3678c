"""Search in the articles. Pure: parts of words count, so that Korean and Chinese are found as they are typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from liaison.helpcentre.library import Article, Text
from liaison.helpcentre.rendering import plain_text
from liaison.lib.languages import language_for
from liaison.lib.text import fold

LONGEST_QUESTION: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An article that fits. `section` is the number (from 1) of the first section that has the words, else 0."""

    article: Article
    text: Text
    section: int

    @property
    def html_lang(self) -> str:
        return language_for(self.text.language).html_lang

    @property
    def heading(self) -> str:
        return self.text.sections[self.section - 1].heading if self.section else ""


def search(articles: Iterable[Article], question: str, language: str) -> tuple[Found, ...]:
    """Return the articles that have every word of the question, those with it in the title first."""
    words = fold(question[:LONGEST_QUESTION]).split()
    if not words:
        return ()
    found = []
    for article in articles:
        text = article.text(language)
        head, *sections = _folded(text)
        if all(any(word in part for part in (head, *sections)) for word in words):
            in_title = all(word in fold(text.title) for word in words)
            found.append((not in_title, Found(article, text, _first(sections, words))))
    return tuple(hit for _rank, hit in sorted(found, key=lambda pair: pair[0]))


def _first(sections: list[str], words: list[str]) -> int:
    """Return the section that has most of the words, the first of equals; 0 when none has any."""
    counts = [sum(word in section for word in words) for section in sections]
    best = max(counts, default=0)
    return counts.index(best) + 1 if best else 0


@cache
def _folded(text: Text) -> tuple[str, ...]:
    head = fold(" ".join((text.title, plain_text(text.lead), *text.keywords)))
    return (head, *(fold(f"{section.heading} {plain_text(section.body)}") for section in text.sections))
