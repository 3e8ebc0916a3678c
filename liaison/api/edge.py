"""What holds for every address under `/api/v1`, whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from liaison.accounts.slots import slot_of
from liaison.api.codes import ApiCode
from liaison.api.parser import refuse_unusable_address
from liaison.api.problems import problem, refused
from liaison.api.speaking import language_of
from liaison.lib.languages import language_for
from liaison.lib.refusals import Missing, Refusal
from liaison.web.gate import public

View = Callable[..., HttpResponseBase]


def at_the_edge(view: View) -> View:
    """Answer in the caller's language, with problems instead of error pages, and never from a cache.

    Tokens are the only way in: cookies count for nothing here, so there is no CSRF to ward off and no slot.
    """

    @wraps(view, updated=())
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if slot_of(request) is not None:
            raise Missing
        with translation.override(language_of(request)):
            response = _answer(view, request, *args, **kwargs)
            response["Content-Language"] = language_for(translation.get_language()).html_lang
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return cast("View", csrf_exempt(public(guarded)))


def unknown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer for every address under `/api/v1` that leads nowhere."""
    return refused(request, Missing())


def guard(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Put every view of these patterns behind the edge."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = at_the_edge(pattern.callback)
    return patterns


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        refuse_unusable_address(request)
        response = view(request, *args, **kwargs)
    except Refusal as refusal:
        return refused(request, refusal)
    except Http404:
        return refused(request, Missing())
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return response
    allowed = response["Allow"]
    answer = problem(request, HTTPStatus.METHOD_NOT_ALLOWED, ApiCode.METHOD_NOT_ALLOWED, {"allowed": allowed})
    answer["Allow"] = allowed
    return answer
