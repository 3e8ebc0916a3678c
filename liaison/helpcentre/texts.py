"""What an article is: its words in each language, wherever they come from. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from liaison.lib.languages import ENGLISH, language_for

_FENCES = ("```", "~~~")


@dataclass(frozen=True, slots=True)
class Section:
    """A part that opens and closes: its heading, and its body in Markdown."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Text:
    """An article in one language. `lead` and the bodies are Markdown; `keywords` help search only.

    `updated` is the day on which it was last brought up to date. `number` is that of the published version which
    somebody wrote in the portal, 0 for the text that comes with the product.
    """

    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    keywords: tuple[str, ...]
    updated: date
    number: int = 0

    @property
    def body(self) -> str:
        """Return the sections as one Markdown text, each heading behind `## `."""
        return "\n\n".join(f"## {section.heading}\n\n{section.body}" for section in self.sections)

    @property
    def fingerprint(self) -> str:
        """Return a hash of the words: two texts with the same words have the same one."""
        parts = (self.title, self.lead, self.body, *self.keywords)
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its texts by language; one that an operator wrote may lack some. `is_own`: it is no shipped one."""

    slug: str
    texts: Mapping[str, Text]
    is_own: bool = False

    def text(self, language: str | None) -> Text:
        """Return the article in this language, else in English, else in the first language that it has."""
        for code in (language_for(language).code, ENGLISH.code):
            if code in self.texts:
                return self.texts[code]
        return next(iter(self.texts.values()))


def sections_of(body: str) -> tuple[str, tuple[Section, ...]]:
    """Cut a Markdown text at its headings of the second order; return what stands before the first, and the sections.

    What looks like a heading inside a block of code is none.
    """
    parts: list[list[str]] = [[]]
    fence = ""
    for line in body.splitlines():
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in _FENCES:
            fence = mark
        elif line.startswith("## "):
            parts.append([])
        parts[-1].append(line)
    head, *rest = ("\n".join(lines).strip() for lines in parts)
    return head, tuple(_section(part) for part in rest)


def markdown_of(text: Text) -> str:
    """Return everything that is Markdown in a text, for looking through its links."""
    return "\n\n".join((text.lead, *(section.body for section in text.sections)))


def words_of_keywords(keywords: Iterable[str]) -> tuple[str, ...]:
    """Return the keywords without spaces around them, without empty ones and doubles, in their order."""
    return tuple(dict.fromkeys(word for keyword in keywords if (word := " ".join(keyword.split()))))


def _section(part: str) -> Section:
    heading, _, body = part.partition("\n")
    return Section(heading.removeprefix("## ").strip(), body.strip())
