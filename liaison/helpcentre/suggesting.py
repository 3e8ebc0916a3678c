"""Articles that may answer what somebody is typing, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaison.helpcentre.library import articles
from liaison.helpcentre.rendering import plain_text
from liaison.lib.languages import language_for
from liaison.lib.text import fold

LONGEST_TEXT: Final = 2_000
_SHORTEST_WORD: Final = 3


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article; its page is the route `help_article` with `slug`. `title` and `lead` are plain, in `html_lang`."""

    slug: str
    title: str
    lead: str
    html_lang: str


def suggest(text: str, language: str | None, most: int = 3) -> tuple[Suggested, ...]:
    """Return the articles in this language that have any of the words, those with most of them in the title first.

    `text` is what somebody typed: a title, a sentence, nothing. Only its first 2,000 characters count.
    """
    words = {word for word in fold(text[:LONGEST_TEXT]).split() if len(word) >= _SHORTEST_WORD or not word.isascii()}
    found = []
    for article in articles().values():
        shown = article.text(language)
        title = fold(" ".join((shown.title, *shown.keywords)))
        count = sum(word in title for word in words)
        if count:
            html_lang = language_for(shown.language).html_lang
            found.append((count, Suggested(article.slug, shown.title, plain_text(shown.lead), html_lang)))
    return tuple(one for _count, one in sorted(found, key=lambda pair: -pair[0])[:most])
