"""What every page knows: the operator, the reader's language and theme, navigation. One object, `portal`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from liaison.lib.languages import LANGUAGES, Language, language_for
from liaison.web import banners, navigation
from liaison.web.navigation import NavigationLink, NavigationSection
from liaison.web.preferences import Theme, theme_of
from liaison.web.theme import icon_address, stylesheet_address


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
    def operator_logo_url(self) -> str:
        return str(settings.OPERATOR_LOGO_URL)

    @property
    def support_email(self) -> str:
        return str(settings.OPERATOR_SUPPORT_EMAIL)

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES

    @property
    def language(self) -> Language:
        return language_for(translation.get_language())

    @property
    def theme(self) -> Theme:
        return theme_of(self.request)

    @property
    def themes(self) -> tuple[Theme, ...]:
        return tuple(Theme)

    @property
    def theme_stylesheet(self) -> str:
        return stylesheet_address()

    @property
    def icon(self) -> str:
        return icon_address()

    @cached_property
    def navigation(self) -> tuple[NavigationSection, ...]:
        return navigation.sections_for(self.request)

    @cached_property
    def banners(self) -> tuple[banners.Banner, ...]:
        return banners.banners_for(self.request)

    @cached_property
    def help_links(self) -> tuple[NavigationLink, ...]:
        return navigation.help_links()


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `portal`."""
    return {"portal": Portal(request)}
