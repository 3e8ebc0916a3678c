"""The articles of the help centre: Markdown files in five languages, read once, never changed while it runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from liaison.lib.languages import CODES, ENGLISH, language_for

FOLDER: Final = Path(__file__).parent / "articles"
INDEX: Final = "articles.toml"
_ARTICLE_LINK: Final = re.compile(r"\]\(article:([^)\s]*)\)")


@dataclass(frozen=True, slots=True)
class Section:
    """A part that opens and closes: its heading, and its body in Markdown."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Text:
    """An article in one language. `lead` and the bodies are Markdown; `keywords` help search only."""

    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article. `updated` is the day on which all its languages were last brought up to date together."""

    slug: str
    updated: date
    texts: Mapping[str, Text]

    def text(self, language: str | None) -> Text:
        """Return the article in this language, in English for one that is none of ours."""
        return self.texts[language_for(language).code]


class LibraryError(Exception):
    """The articles cannot be used; `problems` are pairs of a place (`file:line`) and what is wrong there."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("\n".join(f"{place}: {message}" for place, message in problems))
        self.problems = problems


@cache
def articles() -> Mapping[str, Article]:
    """Return the articles by slug, in the order in which they are listed; raises LibraryError."""
    return read_articles(FOLDER)


def read_articles(folder: Path) -> Mapping[str, Article]:
    """Read a folder of articles and check that every one is whole in every language; raises LibraryError."""
    reader = _Reader(folder)
    found = reader.read()
    if reader.problems:
        raise LibraryError(tuple(reader.problems))
    return MappingProxyType(found)


class _Reader:
    """Reads everything and collects the mistakes, so that all of them are shown at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder / INDEX
        self.problems: list[tuple[str, str]] = []

    def read(self) -> dict[str, Article]:
        entries = self._entries()
        for stray in sorted({path.parent.name for path in self._folder.glob("*/*.md")} - set(entries)):
            self._note(self._index, f"The folder “{stray}” is not listed.")
        found = {slug: self._article(slug, entry) for slug, entry in entries.items()}
        for article in found.values():
            self._check(article, frozenset(found))
        return found

    def _entries(self) -> dict[str, dict[str, Any]]:
        try:
            return tomllib.loads(self._index.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self._note(self._index, f"The list of articles cannot be read: {error}.")
            return {}

    def _article(self, slug: str, entry: dict[str, Any]) -> Article:
        updated = entry.get("updated")
        if not isinstance(updated, date):
            self._note(self._index, f"“{slug}” needs “updated = 2026-11-22”, the day of its last update.")
            updated = date.min
        keywords = entry.get("keywords", {})
        texts = {code: self._text(slug, code, tuple(keywords.get(code, ()))) for code in CODES}
        return Article(slug, updated, MappingProxyType(texts))

    def _text(self, slug: str, language: str, keywords: tuple[str, ...]) -> Text:
        file = self._folder / slug / f"{language}.md"
        try:
            source = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self._note(file, f"The article cannot be read in this language: {error}.")
            return Text(language, slug, "", (), keywords)
        head, *parts = re.split(r"^## ", source, flags=re.MULTILINE)
        title, _, lead = head.partition("\n")
        if not title.startswith("# ") or not lead.strip():
            self._note(file, "An article begins with “# Title”, an empty line and a first paragraph.")
        sections = tuple(_section(part) for part in parts)
        for section in sections:
            if not (section.heading and section.body):
                self._note(file, f"A section needs a heading and a text: “{section.heading}”.")
        return Text(language, title.removeprefix("# ").strip(), lead.strip(), sections, keywords)

    def _check(self, article: Article, known: frozenset[str]) -> None:
        english = article.texts[ENGLISH.code]
        for code, text in article.texts.items():
            file = self._folder / article.slug / f"{code}.md"
            if len(text.sections) != len(english.sections):
                self._note(file, f"There are {len(text.sections)} sections, in English {len(english.sections)}.")
            bodies = "\n".join((text.lead, *(section.body for section in text.sections)))
            for slug in sorted(set(_ARTICLE_LINK.findall(bodies)) - known):
                self._note(file, f"The link leads to an article that does not exist: “{slug}”.")

    def _note(self, file: Path, message: str) -> None:
        self.problems.append((f"{file}:1", message))


def _section(part: str) -> Section:
    heading, _, body = part.partition("\n")
    return Section(heading.strip(), body.strip())
