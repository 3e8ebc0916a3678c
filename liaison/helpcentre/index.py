"""The index of the articles: written when a text is published, and for shipped texts when the product starts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from liaison.helpcentre.library import articles
from liaison.helpcentre.models import Passage
from liaison.helpcentre.rendering import plain_text
from liaison.helpcentre.texts import Article, Text
from liaison.lib.searching import quoted, vector_words

# Another number makes every passage new: raise it when passages are to hold something else.
_FORM: Final = 1
_LOCK: Final = 0x48454C50
_INSERT: Final = "INSERT INTO helpcentre_passage (slug, language, section, heading, words, fingerprint, vector) VALUES "
_VALUES: Final = "(%s, %s, %s, %s, %s, %s, %s::tsvector)"

Row = tuple[str, str, int, str, str, str, str]


def bring_up_to_date() -> int:
    """Write what is new or changed and remove what is gone; return how many texts that were. Safe in many processes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        wanted = {(slug, code): text for slug, one in articles().items() for code, text in one.texts.items()}
        kept = {
            (slug, code): mark
            for slug, code, mark in Passage.objects.filter(section=0).values_list("slug", "language", "fingerprint")
        }
        gone = [key for key in kept if key not in wanted]
        new = [key for key, text in wanted.items() if kept.get(key) != _fingerprint(text)]
        for slug, code in (*gone, *new):
            Passage.objects.filter(slug=slug, language=code).delete()
        _insert([row for slug, code in new for row in _rows_now(slug, wanted[slug, code])])
    return len(gone) + len(new)


def index_article(slug: str, article: Article | None, languages: Iterable[str]) -> None:
    """Write the passages of an article anew in these languages, in the transaction of what changed them."""
    codes = tuple(languages)
    Passage.objects.filter(slug=slug, language__in=codes).delete()
    texts = article.texts if article else {}
    _insert([row for code in codes if code in texts for row in _rows_now(slug, texts[code])])


def _rows_now(slug: str, text: Text) -> tuple[Row, ...]:
    return _rows_of(slug, text, _fingerprint(text))


@lru_cache(maxsize=128)
def _rows_of(slug: str, text: Text, mark: str) -> tuple[Row, ...]:
    """Return the passages of a text; kept, because a database that is made anew again and again has the same ones."""
    return tuple(_rows(slug, text, mark))


def _rows(slug: str, text: Text, mark: str) -> Iterator[Row]:
    bodies = [plain_text(section.body) for section in text.sections]
    headings = [section.heading for section in text.sections]
    lead = plain_text(text.lead)
    whole = {"A": text.title, "B": " ".join(text.keywords), "C": " ".join((lead, *headings)), "D": " ".join(bodies)}
    yield (slug, text.language, 0, text.title, lead, mark, _vector(whole))
    for number, (heading, body) in enumerate(zip(headings, bodies, strict=True), start=1):
        yield (slug, text.language, number, heading, body, mark, _vector({"A": heading, "D": body}))


def _vector(texts: dict[str, str]) -> str:
    """Return the text of a tsvector: each word once, with the best of the weights that it has."""
    weights: dict[str, str] = {}
    for weight, text in texts.items():
        for word in vector_words(text):
            weights.setdefault(word, weight)
    return " ".join(f"{quoted(word)}:1{weight}" for word, weight in weights.items())


def _insert(rows: list[Row]) -> None:
    if not rows:
        return
    values: list[Any] = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join([_VALUES] * len(rows)), values)


def _fingerprint(text: Text) -> str:
    """Return the mark of a text as it is indexed: its words, the names that are filled in, the form of a passage."""
    parts = [text.fingerprint, settings.OPERATOR_NAME, settings.OPERATOR_SUPPORT_EMAIL, settings.PORTAL_URL]
    mark = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]
    return f"{_FORM}:{mark}"
