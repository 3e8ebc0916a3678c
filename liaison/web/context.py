"""What every page knows: the operator, the reader's language and theme, navigation. One object, `portal`."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from markupsafe import Markup

from liaison.lib.languages import LANGUAGES, Language, language_for
from liaison.web import banners, frame, navigation
from liaison.web.navigation import Entries
from liaison.web.preferences import Theme, theme_of
from liaison.web.tokens import opened_as_of, token_input, token_of


@dataclass(frozen=True)
class Portal:
    """Read by templates as `portal.…`. Parts that cost something are worked out only where a page shows them."""

    request: HttpRequest

    @property
    def here(self) -> str:
        """Where the page can be asked for again, with its query."""
        return str(getattr(self.request, "page_address", None) or self.request.get_full_path())

    @property
    def operator_name(self) -> str:
        return str(settings.OPERATOR_NAME)

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES

    @cached_property
    def language(self) -> Language:
        return language_for(translation.get_language())

    @cached_property
    def theme(self) -> Theme:
        return theme_of(self.request)

    @cached_property
    def navigation(self) -> Entries:
        return navigation.entries_for(self.request)

    @cached_property
    def banners(self) -> tuple[banners.Banner, ...]:
        return banners.banners_for(self.request)

    @cached_property
    def help_pages(self) -> Entries:
        return navigation.help_pages()

    def part(self, name: str, *shown: Hashable) -> Markup:
        """Return a part of the frame, a macro of `web/parts.html`, with what it shows."""
        return frame.part(name, self.look, lambda: self.here, *shown)

    @property
    def home(self) -> str:
        """The address of the first page."""
        return str(self.request.META.get("SCRIPT_NAME", "")) + "/"

    @cached_property
    def banners_html(self) -> Markup:
        """The banners as they stand above the heading."""
        shown = self.banners
        return frame.macro("banners")(shown) if shown else Markup()

    @cached_property
    def messages_html(self) -> Markup:
        """What the view before had to say; whoever reads it has been told."""
        said = list(get_messages(self.request))
        return frame.macro("messages")(said) if said else Markup()

    @cached_property
    def look(self) -> frame.Look:
        return frame.Look(self.language, self.theme)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `portal` and the hidden fields of forms, also to pages of allauth's views."""
    # A page without a form makes no session for the secret of the token.
    return {
        "portal": Portal(request),
        "csrf_input": SimpleLazyObject(lambda: token_input(request)),
        "csrf_token": SimpleLazyObject(lambda: token_of(request)),
        "opened_as": opened_as_of(request),
    }
