"""Articles as their templates show them: words as HTML, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from liaison.helpcentre.library import Article
from liaison.helpcentre.rendering import html_of, plain_text
from liaison.lib.dates import format_date
from liaison.lib.languages import language_for


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section; `id` names its place in the page."""

    id: str
    heading: str
    body: Markup


@dataclass(frozen=True, slots=True)
class ArticleView:
    slug: str
    html_lang: str
    title: str
    lead: Markup
    sections: tuple[SectionView, ...]
    updated: date
    updated_words: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list."""

    slug: str
    html_lang: str
    title: str
    lead: str


def article_view(article: Article, language: str, *, in_slot: bool, is_fragment: bool) -> ArticleView:
    """Return the article in the language, with links that suit the reader (`rendering.html_of`)."""
    text = article.text(language)

    def html(markdown: str) -> Markup:
        return html_of(markdown, in_slot=in_slot, is_fragment=is_fragment)

    return ArticleView(
        slug=article.slug,
        html_lang=language_for(text.language).html_lang,
        title=text.title,
        lead=html(text.lead),
        sections=tuple(
            SectionView(f"section-{number}", section.heading, html(section.body))
            for number, section in enumerate(text.sections, start=1)
        ),
        updated=article.updated,
        updated_words=format_date(article.updated, language),
    )


def rows_of(articles: Iterable[Article], language: str) -> tuple[ArticleRow, ...]:
    """Return title and first paragraph of each article."""
    texts = ((article.slug, article.text(language)) for article in articles)
    return tuple(
        ArticleRow(slug, language_for(text.language).html_lang, text.title, plain_text(text.lead))
        for slug, text in texts
    )
