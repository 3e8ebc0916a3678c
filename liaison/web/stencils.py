"""HTML with holes: a macro is drawn once for each language and look, then filled for each row and each reader.

For the few places where drawing anew would cost a page more than all else: rows of long lists and what stands around
them. Whoever keeps a stencil (`lib/remembered.py`) names everything that it depends on, `spoken()` among it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.urls import get_script_prefix
from django.utils.translation import get_language
from markupsafe import Markup, escape

from liaison.web.pages import jinja_environment

_BEGIN, _END = "\ufdd0", "\ufdd1"  # These are no characters, so no words can hold them.
_NOTHING: Final = "\0"
_HOLE: Final = re.compile(f"{_BEGIN}([a-z_]+){_END}")


class Stencil:
    """What a macro of `template` draws with the arguments `known`; those named in `holes` are filled in later.

    The macro may only put them in, whole. It sees nothing of a request.
    """

    def __init__(self, template: str, macro: str, known: Mapping[str, Any], holes: tuple[str, ...] = ()) -> None:
        drawing = getattr(jinja_environment().get_template(template).module, macro)
        html = str(drawing(**known, **{name: f"{_BEGIN}{name}{_END}" for name in holes}))
        self._format = _HOLE.sub(r"%(\1)s", html.replace("%", "%%"))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the HTML with the holes filled. The values are HTML too: what somebody wrote is escaped before."""
        return self._format % values

    def html(self, **values: str) -> Markup:
        """Return the same as markup."""
        return Markup(self.fill(values))  # noqa: S704  # as said above


def escaped(texts: Iterable[str]) -> list[str]:
    """Return texts as HTML, all at once: it takes as long as one. NUL parts them, which no text that is kept has."""
    return str(escape(_NOTHING.join(texts))).split(_NOTHING)


def spoken() -> tuple[str, str]:
    """Return the active language and the prefix of addresses: what every template depends on."""
    return get_language() or "en", get_script_prefix()
