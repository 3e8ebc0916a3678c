"""The one door to articles as readers see them: what the operator published, else what comes with the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from liaison.helpcentre.models import ArticleEntry, Version
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.texts import Article, Text
from liaison.helpcentre.vocabulary import VersionState
from liaison.lib.languages import CODES

# Behind all shipped ones, in the order in which they were begun.
_LAST: Final = 1_000_000
_Entry = tuple[str, int | None, int, datetime | None]


def article(slug: str, *, with_hidden: bool = False) -> Article | None:
    """Return the article as it is published now, in each language that it has; None for none. Two queries.

    `with_hidden`, for its writers: also one that the operator hid from readers.
    """
    key = slug.replace("\x00", "")
    if not with_hidden and ArticleEntry.objects.filter(slug=key, hidden_at__isnull=False).exists():
        return None
    published = [one.as_text() for one in _published().filter(article__slug=key)]
    return _joined(slug, published)


def articles(*, with_hidden: bool = False) -> Mapping[str, Article]:
    """Return all articles by slug, in the order in which they are listed. Two queries."""
    entries = _entries()
    hidden = set() if with_hidden else {slug for slug, _position, _key, hidden_at in entries if hidden_at is not None}
    by_slug: dict[str, list[Text]] = {}
    for version in _published():
        by_slug.setdefault(version.article.slug, []).append(version.as_text())
    slugs = [*shipped(), *(slug for slug in by_slug if slug not in shipped())]
    found = {slug: _joined(slug, by_slug.get(slug, ())) for slug in _in_order(slugs, entries)}
    return {slug: one for slug, one in found.items() if one is not None and slug not in hidden}


def in_order(slugs: Iterable[str]) -> list[str]:
    """Return the slugs in the order that the operator chose; what has no place of its own keeps the shipped one."""
    return _in_order(slugs, _entries())


def _entries() -> tuple[_Entry, ...]:
    return tuple(ArticleEntry.objects.values_list("slug", "position", "pk", "hidden_at"))


def _in_order(slugs: Iterable[str], entries: Iterable[_Entry]) -> list[str]:
    places = {slug: _LAST + key if position is None else position for slug, position, key, _hidden_at in entries}
    for number, slug in enumerate(shipped()):
        if places.get(slug, _LAST) >= _LAST:
            places[slug] = number * 10
    return sorted(slugs, key=lambda slug: places.get(slug, _LAST))


def _published() -> QuerySet[Version]:
    return Version.objects.filter(state=VersionState.PUBLISHED).select_related("article").order_by("article_id")


def _joined(slug: str, published: Iterable[Text]) -> Article | None:
    ships = shipped().get(slug)
    texts = dict(ships.texts) if ships else {}
    texts |= {text.language: text for text in published}
    if not texts:
        return None
    return Article(slug, {code: texts[code] for code in CODES if code in texts}, is_own=ships is None)
