"""The reader's language and time zone, for the time of one request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from liaison.lib.languages import best_language, is_language, language_for
from liaison.lib.zones import is_zone, zone_info
from liaison.web.headers import add_vary
from liaison.web.preferences import LANGUAGE_COOKIE


class LanguageMiddleware:
    """Activates the reader's language and zone, and puts back what was active before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = reader_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone_info(reader_zone(request))):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language_for(language).html_lang)
        add_vary(response, "Accept-Language", "Cookie")
        return response


def reader_language(request: HttpRequest) -> str:
    """Return the code of the reader's language: the identity's setting, the cookie, the browser's, the account's."""
    user = getattr(request, "user", None)
    for wish in (getattr(user, "language", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")):
        if wish and is_language(wish):
            return wish
    default = getattr(user, "effective_language", "") or settings.LANGUAGE_CODE
    return best_language(request.headers.get("Accept-Language", ""), default)


def reader_zone(request: HttpRequest) -> str:
    """Return the IANA name of the reader's zone: the identity's or its account's, else the installation's."""
    zone = getattr(getattr(request, "user", None), "effective_time_zone", "")
    return zone if zone and is_zone(zone) else settings.DEFAULT_TIME_ZONE
