"""How every article stands, for its writers: what readers see in each language, and what is being written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from liaison.helpcentre.library import article, in_order
from liaison.helpcentre.models import ArticleEntry, Version
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.texts import Text
from liaison.helpcentre.vocabulary import OPEN_STATES, VersionState
from liaison.lib.languages import LANGUAGES, Language, language_for

_SHOWN = (*OPEN_STATES, VersionState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """One language of an article. `published` is None where readers see the shipped text or none at all.

    `is_behind`: the English one that readers see is newer. `is_outdated`: the product brought a newer text since the
    operator's one was begun.
    """

    language: Language
    shipped: Text | None
    published: Version | None
    open: Version | None
    is_behind: bool
    is_outdated: bool

    @property
    def shown(self) -> Text | None:
        """Return what readers see in this language; None where they see the article in English."""
        return self.published.as_text() if self.published else self.shipped


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article with its languages. `is_own`: it does not come with the product. `hidden_at`: from readers."""

    slug: str
    title: str
    html_lang: str
    is_own: bool
    languages: tuple[LanguageLine, ...]
    hidden_at: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Say whether readers see it in any language."""
        return self.hidden_at is None and any(line.shown is not None for line in self.languages)


def all_lines(reader_language: str) -> tuple[ArticleLine, ...]:
    """Return every article in the order of the list, also those of which nothing is published. Three queries."""
    entries = dict(ArticleEntry.objects.values_list("slug", "hidden_at"))
    slugs = in_order([*shipped(), *sorted(entries.keys() - set(shipped()))])
    kept: dict[str, list[Version]] = {}
    for version in _versions():
        kept.setdefault(version.article.slug, []).append(version)
    return tuple(_line(slug, kept.get(slug, ()), reader_language, entries.get(slug)) for slug in slugs)


def one_line(slug: str, reader_language: str) -> ArticleLine:
    """Return one article that is there. Two queries."""
    hidden_at = ArticleEntry.objects.filter(slug=slug).values_list("hidden_at", flat=True).first()
    return _line(slug, list(_versions(slug)), reader_language, hidden_at)


def title_of(slug: str) -> str:
    """Return the title that a reader of the active language sees; of what was never published that of a draft."""
    found = article(slug, with_hidden=True)
    return found.text(get_language()).title if found else one_line(slug, get_language()).title


def waiting_for_review() -> list[Version]:
    """Return what waits for its review, the longest waiting first."""
    waiting = Version.objects.filter(state=VersionState.IN_REVIEW).select_related("article", "by")
    return list(waiting.order_by("saved_at", "pk"))


def _versions(slug: str = "") -> Iterable[Version]:
    found = Version.objects.filter(state__in=_SHOWN).select_related("article", "by", "reviewed_by")
    return found.filter(article__slug=slug) if slug else found


def _line(slug: str, versions: Iterable[Version], reader_language: str, hidden_at: datetime | None) -> ArticleLine:
    published = {one.language: one for one in versions if one.state == VersionState.PUBLISHED}
    opened = {one.language: one for one in versions if one.state in OPEN_STATES}
    ships = shipped().get(slug)
    lines = tuple(
        _language(language, ships.texts[language.code] if ships else None, published, opened) for language in LANGUAGES
    )
    title, html_lang = _title(slug, lines, reader_language)
    return ArticleLine(slug, title, html_lang, ships is None, lines, hidden_at)


def _language(
    language: Language, text: Text | None, published: dict[str, Version], opened: dict[str, Version]
) -> LanguageLine:
    own, english = published.get(language.code), published.get(LANGUAGES[0].code)
    newest = opened.get(language.code) or own
    is_behind = english is not None and (own is None or _moment(own) < _moment(english))
    return LanguageLine(
        language=language,
        shipped=text,
        published=own,
        open=opened.get(language.code),
        is_behind=is_behind,
        is_outdated=text is not None and newest is not None and newest.shipped != text.fingerprint,
    )


def _moment(version: Version) -> float:
    return (version.published_at or version.saved_at).timestamp()


def _title(slug: str, lines: tuple[LanguageLine, ...], reader_language: str) -> tuple[str, str]:
    """Return the title that readers of the language see; of what was never published that of a draft."""
    wanted = language_for(reader_language)
    ordered = sorted(lines, key=lambda line: (line.language != wanted, line.language != LANGUAGES[0]))
    for line in ordered:
        if line.shown is not None:
            return line.shown.title, line.language.html_lang
    drafts = [(line.open.title, line.language.html_lang) for line in ordered if line.open and line.open.title]
    return drafts[0] if drafts else (slug, "")
