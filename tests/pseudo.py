"""A language that does not exist: translated strings come back as `⟦…⟧`, and what is not marked stands out (L1).

`with pseudo_language(): html = client.get(…)`, then `unmarked_texts(html) == []`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from bs4 import BeautifulSoup, Comment, Doctype, Tag
from django.utils import translation

from liaison.catalog.entries import WithName
from liaison.lib.remembered import forget_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

OPEN, CLOSE = "⟦", "⟧"
_LETTER = re.compile(r"[^\W\d_]")
# What is not a sentence of ours: code, moments (written by lib/dates), and what authors mark as data.
_NOT_READ_AS_WORDS = ("script", "style", "template", "code", "pre", "samp", "kbd", "time", "svg")
_SPOKEN_ATTRIBUTES = (
    "title",
    "alt",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "placeholder",
    "label",
)
_BUTTONS = frozenset({"submit", "button", "reset"})


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Mark every translated string, also the catalog's names, for as long as the block runs."""
    functions = ("gettext", "ngettext", "pgettext", "npgettext")
    translation.gettext("")  # Django chooses its functions at the first call, and keeps them on this object
    marked: dict[str, Any] = {name: _marking(getattr(_django(), name)) for name in functions}
    with (
        mock.patch.multiple(_django(), **marked),
        mock.patch.object(WithName, "name", _marking(WithName.name)),
    ):
        forget_all()
        try:
            yield
        finally:
            forget_all()


def unmarked_texts(html: str | bytes, allowed: Collection[str] = ()) -> list[str]:
    """Return the words of a page that a reader meets and that nothing translated, in order.

    Left out: numbers and signs, `<time>` and code, whatever carries `translate="no"` or a `lang` of its own
    (names of people, addresses, evidence, articles), and the exact texts in `allowed`.
    """
    page = BeautifulSoup(html, "html.parser")
    for element in page.find_all(_is_data):
        element.decompose()
    found = [*_texts_of(page), *_attributes_of(page)]
    return [text for text in found if _LETTER.search(without_marked(text)) and text not in allowed]


def without_marked(text: str) -> str:
    """Return what is left of a text when everything between marks is taken out; marks may nest."""
    depth, left = 0, []
    for character in text:
        if character == OPEN:
            depth += 1
        elif character == CLOSE:
            depth -= 1
        elif depth <= 0:
            left.append(character)
    return "".join(left)


def _django() -> Any:
    """Return the object on which Django keeps the functions that it chose."""
    return translation._trans  # type: ignore[attr-defined]  # private, and the one place all calls pass


def _marking(function: Callable[..., Any]) -> Callable[..., Any]:
    def marked(*words: Any, **more: Any) -> Any:
        text = function(*words, **more)
        return f"{OPEN}{text}{CLOSE}" if text else text

    return marked


def _is_data(element: Tag) -> bool:
    if element.name in _NOT_READ_AS_WORDS or element.get("translate") == "no":
        return True
    return element.has_attr("lang") and element.name != "html"


def _texts_of(page: BeautifulSoup) -> Iterator[str]:
    for text in page.find_all(string=True):
        if not isinstance(text, (Comment, Doctype)):
            yield " ".join(text.split())


def _attributes_of(page: BeautifulSoup) -> Iterator[str]:
    for element in page.find_all(True):
        for name in _SPOKEN_ATTRIBUTES:
            if element.has_attr(name):
                yield str(element[name])
        if element.name == "input" and element.get("type") in _BUTTONS and element.has_attr("value"):
            yield str(element["value"])
