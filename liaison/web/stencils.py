"""HTML with holes: a macro is drawn once for each language and look, then filled for each row and each reader.

For the few places where drawing anew would cost a page more than all else: rows of long lists and what stands around
them. Whoever keeps a stencil (`lib/remembered.py`) names everything that it depends on, `spoken()` among it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    """What a macro of `template` draws with the arguments `known`; those named in `holes` are filled in later.

    The macro may only put them in, whole. It sees nothing of a request.
    """

    def __init__(self, template: str, macro: str, known: Mapping[str, Any], holes: tuple[str, ...] = ()) -> None:
        drawing = getattr(jinja_environment().get_template(template).module, macro)
        self._format = format_of(str(drawing(**known, **{name: hole(name) for name in holes})))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the HTML with the holes filled. The values are HTML too: what somebody wrote is escaped before."""
        return self._format % values

    def html(self, **values: str) -> Markup:
        """Return the same as markup."""
        return Markup(self.fill(values))  # noqa: S704  # as said above


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
