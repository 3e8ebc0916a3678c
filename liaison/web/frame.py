"""The parts of the frame around pages, `web/parts.html`, each drawn once for all who see the same of it.

Drawing them for every page took longer than the page itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import get_script_prefix
from django.utils import translation
from markupsafe import Markup, escape

from liaison.lib.languages import LANGUAGES, Language
from liaison.lib.remembered import remembered
from liaison.web.pages import jinja_environment
from liaison.web.preferences import Theme
from liaison.web.stencils import hole
from liaison.web.theme import icon_address, stylesheet_address

_PARTS: Final = "web/parts.html"
_MOST: Final = 4096
_HERE: Final = hole("here")


@dataclass(frozen=True)
class Look:
    """What a part of the frame may know beside what it is given to show: the same for all of one language and theme."""

    language: Language
    theme: Theme

    @property
    def operator_name(self) -> str:
        return str(settings.OPERATOR_NAME)

    @property
    def operator_logo_url(self) -> str:
        return str(settings.OPERATOR_LOGO_URL)

    @property
    def support_email(self) -> str:
        return str(settings.OPERATOR_SUPPORT_EMAIL)

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES

    @property
    def themes(self) -> tuple[Theme, ...]:
        return tuple(Theme)

    @property
    def theme_stylesheet(self) -> str:
        return stylesheet_address()

    @property
    def icon(self) -> str:
        return icon_address()


def part(name: str, look: Look, here: Callable[[], str], *shown: Hashable) -> Markup:
    """Return a macro of `web/parts.html`, called with `look`, `here` and what it shows.

    It may read nothing else. `here` answers the address of the page: it differs too often to be part of what is kept,
    so it is put in afterwards.
    """
    found = drawn(name, look, *shown)
    if _HERE in found:
        return Markup(found.replace(_HERE, escape(here())))  # noqa: S704  # both are markup
    return found


def drawn(name: str, look: Look, *shown: Hashable) -> Markup:
    """Return the same with the hole `here` left open."""
    return _drawn(name, look, shown, translation.get_language(), get_script_prefix())


@remembered(_MOST)
def _drawn(
    name: str,
    look: Look,
    shown: tuple[Hashable, ...],
    language: str | None,  # of the words
    prefix: str,  # of the addresses
) -> Markup:
    return Markup(macro(name)(look, _HERE, *shown))  # noqa: S704  # a macro that escapes makes markup


def macro(name: str) -> Callable[..., Markup]:
    """Return a macro of `web/parts.html` that is drawn anew each time."""
    found: Callable[..., Markup] = getattr(jinja_environment().get_template(_PARTS).module, name)
    return found
