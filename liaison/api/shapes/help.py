"""Help articles: what everybody may read (H1)."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from liaison.helpcentre import search, texts


class HelpArticle(Schema):
    """An article in a list. `language` is the one that it is in: the one asked for, else English, else its first."""

    slug: str
    language: str
    title: str
    updated: date

    @classmethod
    def of(cls, article: texts.Article, language: str) -> HelpArticle:
        text = article.text(language)
        return cls(slug=article.slug, language=text.language, title=text.title, updated=text.updated)


class HelpSection(Schema):
    """A section: its heading, and its text in Markdown."""

    heading: str
    body: str


class HelpText(HelpArticle):
    """A whole article. `lead` and the bodies are Markdown; links are `article:<slug>` and `page:<name>` or addresses.

    `languages` are those that it is there in.
    """

    lead: str
    sections: list[HelpSection]
    languages: list[str]

    @classmethod
    def whole(cls, article: texts.Article, language: str) -> HelpText:
        text = article.text(language)
        return cls(
            slug=article.slug,
            language=text.language,
            title=text.title,
            updated=text.updated,
            lead=text.lead,
            sections=[HelpSection(heading=one.heading, body=one.body) for one in text.sections],
            languages=list(article.texts),
        )


class HelpFound(Schema):
    """An article that fits a question. `section` is the number of its best section, from 1; 0 for none.

    `excerpt` shows the place, as plain text.
    """

    slug: str
    language: str
    title: str
    section: int
    heading: str
    excerpt: str

    @classmethod
    def of(cls, found: search.Found) -> HelpFound:
        return cls(
            slug=found.slug,
            language=found.language,
            title=found.title.striptags(),
            section=found.section,
            heading=found.heading.striptags(),
            excerpt=found.words.striptags(),
        )
