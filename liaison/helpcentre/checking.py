"""What is wrong with a text before somebody is asked to review it: nothing may be missing, every link must lead on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.urls import NoReverseMatch, reverse

from liaison.helpcentre.library import articles
from liaison.helpcentre.models import (
    LONGEST_BODY,
    LONGEST_KEYWORD,
    LONGEST_LEAD,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_KEYWORDS,
    Picture,
)
from liaison.helpcentre.rendering import ARTICLE, PAGE, PICTURE, targets_of
from liaison.helpcentre.shipped import FOLDER, picture_file
from liaison.helpcentre.texts import sections_of
from liaison.helpcentre.vocabulary import HelpCode
from liaison.helpcentre.words import Words
from liaison.lib.refusals import FieldProblem

_OUTSIDE: Final = ("https://", "http://", "mailto:")


def too_long(words: Words) -> tuple[FieldProblem, ...]:
    """Return what cannot be kept even as a draft."""
    limits = (
        ("title", len(words.title), LONGEST_TITLE),
        ("lead", len(words.lead), LONGEST_LEAD),
        ("body", len(words.body), LONGEST_BODY),
        ("note", len(words.note), LONGEST_NOTE),
        ("keywords", max(map(len, words.keywords), default=0), LONGEST_KEYWORD),
        ("keywords", len(words.keywords), MOST_KEYWORDS),
    )
    return tuple(FieldProblem(name, HelpCode.TOO_LONG, {"most": most}) for name, size, most in limits if size > most)


def problems_of(words: Words, slug: str, language: str) -> tuple[FieldProblem, ...]:
    """Return everything that keeps a text from being reviewed and published. At most four queries."""
    found = [*too_long(words), *_missing(words)]
    known = {*articles(), slug}
    for name, markdown in (("lead", words.lead), ("body", words.body)):
        links, pictures = targets_of(markdown)
        found.extend(_wrong_links(name, links, known))
        found.extend(_wrong_pictures(name, pictures, slug, language))
    return tuple(found)


def _missing(words: Words) -> Iterator[FieldProblem]:
    for name, text in (("title", words.title), ("lead", words.lead)):
        if not text:
            yield FieldProblem(name, HelpCode.MISSING_WORDS)
    before, sections = sections_of(words.body)
    if before:
        yield FieldProblem("body", HelpCode.BEFORE_FIRST_SECTION)
    for section in sections:
        if not section.heading or not section.body:
            yield FieldProblem("body", HelpCode.EMPTY_SECTION, {"heading": section.heading or "##"})


def _wrong_links(name: str, links: tuple[str, ...], known: set[str]) -> Iterator[FieldProblem]:
    for target in dict.fromkeys(links):
        code = _wrong_link(target, known)
        if code is not None:
            yield FieldProblem(name, code, {"target": target})


def _wrong_link(target: str, known: set[str]) -> HelpCode | None:
    if target.startswith(ARTICLE):
        return None if target.removeprefix(ARTICLE) in known else HelpCode.UNKNOWN_ARTICLE
    if target.startswith(PAGE):
        return None if _is_page(target.removeprefix(PAGE)) else HelpCode.UNKNOWN_PAGE
    return None if target.startswith(_OUTSIDE) else HelpCode.UNKNOWN_LINK


def _is_page(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _wrong_pictures(
    name: str, pictures: tuple[tuple[str, str], ...], slug: str, language: str
) -> Iterator[FieldProblem]:
    for target, words in pictures:
        if not words:
            yield FieldProblem(name, HelpCode.PICTURE_WITHOUT_WORDS, {"target": target})
        if not _is_picture(target, slug, language):
            yield FieldProblem(name, HelpCode.UNKNOWN_PICTURE, {"target": target})


def _is_picture(target: str, slug: str, language: str) -> bool:
    key = target.removeprefix(PICTURE).replace("\x00", "")
    if not target.startswith(PICTURE) or not key.replace("-", "").isalnum():
        return False
    exists: Callable[[], bool] = Picture.objects.filter(public_id=key).exists
    return picture_file(FOLDER, slug, key, language) is not None or exists()
