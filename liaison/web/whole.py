"""Whole pages as stencils: a template is drawn once for all who see the same of it, then filled for each reader.

For the few pages that are asked for most. It is the page's own template that is drawn, in its own frame, so nobody sees
a page that is made in another way. While it is drawn it knows what decides how the page looks, and marks in place of
what differs between readers: no request, and no reader.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from markupsafe import Markup, escape

from liaison.lib.languages import Language
from liaison.lib.remembered import remembered
from liaison.web import frame, navigation
from liaison.web.context import Portal
from liaison.web.headers import add_vary
from liaison.web.identity_menu import IdentityMenu
from liaison.web.navigation import Entries
from liaison.web.pages import jinja_environment, page_context, render_page, wants_fragment
from liaison.web.preferences import Theme
from liaison.web.stencils import Stencil, hole, spoken
from liaison.web.tokens import opened_as_of, token_input, token_of

_MOST: Final = 500


def render_whole(
    request: HttpRequest, template: str, shown: Mapping[str, Hashable], holes: Mapping[str, str], *, fragment: str
) -> HttpResponse:
    """Return a page, as `pages.render_page` does, for somebody signed in.

    `shown` is what the template may decide by: of few values, none of which somebody types. `holes` are HTML, which
    the template can only put in, whole; it may ask whether there is anything in one.
    """
    known = page_context(request, {})
    portal, menu = known["portal"], known["identity_menu"]
    if wants_fragment(request) or not (menu and menu.domain):
        html = {name: Markup(value) for name, value in holes.items()}  # noqa: S704  # as said above
        return render_page(request, template, {**shown, **html}, fragment=fragment)
    used = tuple([(name, bool(value)) for name, value in holes.items()])
    page = _Page(template, *spoken(), portal.look, portal.home, portal.navigation, used, tuple(shown.items()))
    response = HttpResponse(_drawn(page).encoded({**_of_reader(request, portal, menu), **holes}))
    add_vary(response, "HX-Request")
    return response


def _of_reader(request: HttpRequest, portal: Portal, menu: IdentityMenu) -> dict[str, str]:
    """Return what differs in the frame around every page."""
    csrf_input = token_input(request)
    return {
        "here": escape(portal.here),
        "csrf_input": csrf_input,
        "csrf_token": token_of(request),
        "opened_as": escape(opened_as_of(request)),
        "identity_menu": menu.html(csrf_input),
        "domain_badge": menu.badge(),
        "domain": escape(menu.domain),
        "banners": portal.banners_html,
        "messages": portal.messages_html,
    }


@dataclass(frozen=True, slots=True)
class _Page:
    """All that a page depends on but what fills its holes. `language` is that of the words, `prefix` of addresses."""

    template: str
    language: str
    prefix: str
    look: frame.Look
    home: str
    navigation: Entries
    holes: tuple[tuple[str, bool], ...]
    shown: tuple[tuple[str, Hashable], ...]


class _Frame:
    """Stands for `context.Portal` while a page is drawn: what of it is the same for all, and marks for the rest."""

    def __init__(self, page: _Page) -> None:
        self._look, self.home, self.navigation = page.look, page.home, page.navigation
        self.help_pages = navigation.help_pages()
        self.here, self.banners_html, self.messages_html = hole("here"), hole("banners"), hole("messages")

    @property
    def operator_name(self) -> str:
        return self._look.operator_name

    @property
    def language(self) -> Language:
        return self._look.language

    @property
    def theme(self) -> Theme:
        return self._look.theme

    def part(self, name: str, *shown: Hashable) -> Markup:
        return frame.drawn(name, self._look, *shown)


class _Menu:
    """Stands for the menu of whoever is signed in."""

    domain: Final = hole("domain")

    def html(self, _csrf_input: str) -> str:
        return hole("identity_menu")

    def badge(self) -> str:
        return hole("domain_badge")


@remembered(_MOST)
def _drawn(page: _Page) -> Stencil:
    marks = {name: hole(name) for name in ("csrf_input", "csrf_token", "opened_as")}
    marks |= {name: hole(name) if is_used else "" for name, is_used in page.holes}
    known = {"portal": _Frame(page), "identity_menu": _Menu(), **marks, **dict(page.shown)}
    return Stencil(jinja_environment().get_template(page.template).render(known))
