"""HTML with holes: a macro is drawn once for each language and look, then filled for each row and each reader.

For the few places where drawing anew would cost a page more than all else: rows of long lists and what stands around
them. Whoever keeps a stencil (`lib/remembered.py`) names everything that it depends on, `spoken()` among it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from secrets import token_bytes
from typing import Any, Final

from django.urls import get_script_prefix
from django.utils.translation import get_language
from markupsafe import Markup, escape

from liaison.web.pages import jinja_environment

# Random in each process: what somebody typed may be drawn too, and must not be able to hold a hole.
_MARK: Final = "".join(chr(ord("a") + byte % 26) for byte in token_bytes(16))
_NOTHING: Final = "\0"
_HOLE: Final = re.compile(f"{_MARK}_([a-z_]+?)_{_MARK}")


class Stencil:
    """HTML with holes (`hole`) that are filled later. While it was drawn it saw nothing of a request."""

    def __init__(self, html: str) -> None:
        # Between the pieces of HTML, at each odd place, the name of a hole.
        self._pieces = _HOLE.split(html)
        self._encoded = [piece.encode() for piece in self._pieces]
        self._values_of = _values_of(self._pieces[1::2])

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the HTML with the holes filled. The values are HTML too: what somebody wrote is escaped before."""
        # Fifty rows a page: joining takes half as long as putting values into a text by name.
        pieces = self._pieces.copy()
        pieces[1::2] = self._values_of(values)
        return "".join(pieces)

    def encoded(self, values: Mapping[str, str]) -> bytes:
        """Return the same as the bytes of an answer."""
        pieces = self._encoded.copy()
        pieces[1::2] = [value.encode() for value in self._values_of(values)]
        return b"".join(pieces)

    def html(self, **values: str) -> Markup:
        """Return the same as markup."""
        return Markup(self.fill(values))  # noqa: S704  # as said above


def stencil(template: str, macro: str, known: Mapping[str, Any], holes: tuple[str, ...] = ()) -> Stencil:
    """Return what a macro of `template` draws with the arguments `known`; those named in `holes` are filled in later.

    The macro may only put them in, whole.
    """
    drawing = getattr(jinja_environment().get_template(template).module, macro)
    return Stencil(str(drawing(**known, **{name: hole(name) for name in holes})))


def hole(name: str) -> str:
    """Return what stands for a value while HTML is drawn: letters and lines, the same in addresses and in HTML."""
    return f"{_MARK}_{name}_{_MARK}"


def format_of(html: str) -> str:
    """Return HTML with holes as a text for `%`, which takes the values by the names of the holes."""
    return _HOLE.sub(r"%(\1)s", html.replace("%", "%%"))


def escaped(texts: Iterable[str]) -> list[str]:
    """Return texts as HTML, all at once: it takes as long as one. NUL parts them, which no text that is kept has."""
    return str(escape(_NOTHING.join(texts))).split(_NOTHING)


def spoken() -> tuple[str, str]:
    """Return the active language and the prefix of addresses: what every template depends on."""
    return get_language() or "en", get_script_prefix()


def _values_of(names: Sequence[str]) -> Callable[[Mapping[str, str]], Iterable[str]]:
    """Return what takes the values of these names, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]  # of one name, `itemgetter` gives no sequence
