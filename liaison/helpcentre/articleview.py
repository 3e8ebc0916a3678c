"""Articles as their templates show them: words as HTML, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from liaison.helpcentre.marking import has_any, marked, question_words
from liaison.helpcentre.picturing import pictures_of
from liaison.helpcentre.rendering import Reading, html_of, plain_text
from liaison.helpcentre.texts import Article, Text
from liaison.lib.dates import format_date
from liaison.lib.languages import language_for


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section; `id` names its place in the page. It `is_open` when the reader came for something in it."""

    id: str
    heading: Markup
    body: Markup
    is_open: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article for one reader. `is_foreign`: it is not there in the reader's language."""

    slug: str
    html_lang: str
    language_name: str
    is_foreign: bool
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
    language_name: str
    is_foreign: bool


def article_view(
    article: Article, language: str, *, in_slot: bool, is_fragment: bool, question: str = "", shown_in: str = ""
) -> ArticleView:
    """Return the article for a reader of the language; `shown_in` names another one that they asked to read it in.

    The words of the `question` with which they found it are marked.
    """
    text = article.text(shown_in or language)
    return text_view(article.slug, text, language, in_slot=in_slot, is_fragment=is_fragment, question=question)


def text_view(
    slug: str, text: Text, language: str, *, in_slot: bool, is_fragment: bool = False, question: str = ""
) -> ArticleView:
    """Return one text of an article as a reader of the language would see it, published or not."""
    marks = question_words(question)
    reading = Reading(in_slot, is_fragment, marks, pictures_of(slug, text))
    written_in = language_for(text.language)
    return ArticleView(
        slug=slug,
        html_lang=written_in.html_lang,
        language_name=written_in.native_name,
        is_foreign=written_in != language_for(language),
        title=text.title,
        lead=html_of(text.lead, reading),
        sections=_sections(text, reading),
        updated=text.updated,
        updated_words=format_date(text.updated, language),
    )


def rows_of(articles: Iterable[Article], language: str) -> tuple[ArticleRow, ...]:
    """Return title and first paragraph of each article."""
    return tuple(_row(article.slug, article.text(language), language) for article in articles)


def _row(slug: str, text: Text, language: str) -> ArticleRow:
    written_in = language_for(text.language)
    is_foreign = written_in != language_for(language)
    return ArticleRow(
        slug,
        written_in.html_lang,
        text.title,
        plain_text(text.lead, has_pictures=False),
        written_in.native_name,
        is_foreign,
    )


def _sections(text: Text, reading: Reading) -> tuple[SectionView, ...]:
    """Return the sections: open are those with the words that were looked for, without any the first one."""
    hits = [has_any(f"{one.heading} {plain_text(one.body)}", reading.marks) for one in text.sections]
    if not any(hits):
        hits = [number == 0 for number in range(len(hits))]
    return tuple(
        SectionView(f"section-{number}", marked(one.heading, reading.marks), html_of(one.body, reading), is_open)
        for number, (one, is_open) in enumerate(zip(text.sections, hits, strict=True), start=1)
    )
