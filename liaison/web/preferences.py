"""The reader's language and theme: chosen on any page, also signed out, kept in cookies and on the identity.

The two forms stand on public pages that have no session and so no CSRF token. They are guarded by the headers
with which browsers name the origin of a request.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from liaison.lib.languages import is_language
from liaison.web.addresses import is_same_origin, safe_return
from liaison.web.gate import public

LANGUAGE_COOKIE = "liaison_language"
THEME_COOKIE = "liaison_theme"
ONE_YEAR_IN_SECONDS = 365 * 24 * 60 * 60

KeepLanguage = Callable[[HttpRequest, str], None]
_keepers: list[KeepLanguage] = []


class Theme(StrEnum):
    """Light, dark, or as the reader's device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> Promise:
        return _THEME_LABELS[self]

    @property
    def icon(self) -> str:
        return {Theme.AUTO: "device-desktop", Theme.LIGHT: "sun", Theme.DARK: "moon"}[self]


_THEME_LABELS: dict[Theme, Promise] = {
    Theme.AUTO: _("As the device"),
    Theme.LIGHT: _("Light"),
    Theme.DARK: _("Dark"),
}


def register_language_keeper(keep: KeepLanguage) -> None:
    """Let a room above store the chosen language on the signed-in identity. There is one such room."""
    if _keepers:
        raise ValueError("The reader's language is already kept by another room.")
    _keepers.append(keep)


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme of this browser; an unknown cookie value counts as automatic."""
    try:
        return Theme(request.COOKIES.get(THEME_COOKIE, Theme.AUTO))
    except ValueError:
        return Theme.AUTO


@public
@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language and go back to the page the reader came from."""
    _refuse_other_origins(request)
    response = _back(request)
    language = request.POST.get("language", "")
    if is_language(language):
        for keep in _keepers:
            keep(request, language)
        _set_cookie(response, LANGUAGE_COOKIE, language)
    return response


@public
@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme and go back to the page the reader came from."""
    _refuse_other_origins(request)
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in set(Theme):
        _set_cookie(response, THEME_COOKIE, theme)
    return response


def _refuse_other_origins(request: HttpRequest) -> None:
    if not is_same_origin(request):
        raise PermissionDenied


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(safe_return(request, request.POST.get("next", "")))


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR_IN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
