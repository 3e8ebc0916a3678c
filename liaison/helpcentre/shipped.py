"""The articles that come with the product: Markdown files in five languages, read once, never changed while it runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from liaison.helpcentre.texts import Article, Text, markdown_of, sections_of
from liaison.lib.languages import CODES, ENGLISH

FOLDER: Final = Path(__file__).parent / "articles"
INDEX: Final = "articles.toml"
ARTICLE_LINK: Final = re.compile(r"\]\(article:([^)\s]*)\)")
PICTURE: Final = re.compile(r"!\[([^\]]*)\]\(picture:([^)\s]*)\)")


class LibraryError(Exception):
    """The articles cannot be used; `problems` are pairs of a place (`file:line`) and what is wrong there."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("\n".join(f"{place}: {message}" for place, message in problems))
        self.problems = problems


@cache
def shipped() -> Mapping[str, Article]:
    """Return the shipped articles by slug, in the order in which they are listed; raises LibraryError."""
    return read_articles(FOLDER)


def picture_file(folder: Path, slug: str, name: str, language: str) -> Path | None:
    """Return the file of a shipped picture in this language, else the one for all languages; None for neither."""
    for file in (folder / slug / f"{name}.{language}.png", folder / slug / f"{name}.png"):
        if file.is_file():
            return file
    return None


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
        texts = {code: self._text(slug, code, tuple(keywords.get(code, ())), updated) for code in CODES}
        return Article(slug, MappingProxyType(texts))

    def _text(self, slug: str, language: str, keywords: tuple[str, ...], updated: date) -> Text:
        file = self._folder / slug / f"{language}.md"
        try:
            source = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self._note(file, f"The article cannot be read in this language: {error}.")
            return Text(language, slug, "", (), keywords, updated)
        head, sections = sections_of(source)
        title, _, lead = head.partition("\n")
        if not title.startswith("# ") or not lead.strip():
            self._note(file, "An article begins with “# Title”, an empty line and a first paragraph.")
        for section in sections:
            if not (section.heading and section.body):
                self._note(file, f"A section needs a heading and a text: “{section.heading}”.")
        return Text(language, title.removeprefix("# ").strip(), lead.strip(), sections, keywords, updated)

    def _check(self, article: Article, known: frozenset[str]) -> None:
        english = article.texts[ENGLISH.code]
        for code, text in article.texts.items():
            file = self._folder / article.slug / f"{code}.md"
            if len(text.sections) != len(english.sections):
                self._note(file, f"There are {len(text.sections)} sections, in English {len(english.sections)}.")
            markdown = markdown_of(text)
            for slug in sorted(set(ARTICLE_LINK.findall(markdown)) - known):
                self._note(file, f"The link leads to an article that does not exist: “{slug}”.")
            for words, name in PICTURE.findall(markdown):
                if not words.strip():
                    self._note(file, f"The picture has no text for those who do not see it: “{name}”.")
                if picture_file(self._folder, article.slug, name, code) is None:
                    self._note(file, f"The picture does not exist: “{name}”.")

    def _note(self, file: Path, message: str) -> None:
        self.problems.append((f"{file}:1", message))
