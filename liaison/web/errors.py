"""Error pages: what happened and what to do. They ask neither session nor database, which may be what failed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.lib.refusals import Refusal
from liaison.web import wording
from liaison.web.context import portal
from liaison.web.pages import render_text, wants_fragment

_RETRY_AFTER_SECONDS: Final = "5"


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says."""

    title: Promise
    happened: Promise
    to_do: Promise


WORDS: Final[dict[HTTPStatus, Words]] = {
    HTTPStatus.BAD_REQUEST: Words(
        _("This request could not be understood"),
        _("Something in the address or in the data that was sent is not as it should be. Nothing was changed."),
        _("Go back, check what you entered, and send it again."),
    ),
    HTTPStatus.FORBIDDEN: Words(
        _("You cannot do this"),
        _("Your role does not allow this, or the page you came from is too old. Nothing was changed."),
        _("Load the page again. If it does not help, ask an administrator of your account."),
    ),
    HTTPStatus.NOT_FOUND: Words(
        _("There is nothing here"),
        _("The page does not exist, or you cannot see it with this sign-in."),
        _("Check the address, or sign in with the identity that can see it."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Words(
        _("This address only takes a form"),
        _("It is reached by a button on a page, and cannot be opened by itself. Nothing was changed."),
        _("Go back to the page that you came from, and use its button."),
    ),
    HTTPStatus.CONFLICT: Words(
        _("This is not possible now"),
        _("Somebody else changed it in the meantime, or it is in a state that does not allow this."),
        _("Go back, load the page again, and look at how it stands now."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Words(
        _("Some of this cannot be used"),
        _("Something that was entered cannot be taken as it is. Nothing was changed."),
        _("Go back and correct it; what you typed is still there."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        _("Something went wrong on our side"),
        _("The portal could not finish this. It is not your fault."),
        _("Try again in a few minutes. If it happens again, tell support the number below."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Words(
        _("The portal is not available right now"),
        _("It is being updated, or it cannot reach its database. Nothing that was accepted is lost."),
        _("Wait a moment, then load the page again."),
    ),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def not_allowed(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    """Put a page in place of a bare 405, which a reload or the history of a browser leads to."""
    response = error_page(request, HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = answer["Allow"]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when it was the database that could not be reached, also from within a middleware."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return unavailable(request)
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    response = error_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        HTTPStatus.FORBIDDEN,
        happened=_("The page was open too long, or you signed in or out in the meantime. Nothing was changed."),
    )


def refused(request: HttpRequest, refusal: Refusal, *, status: HTTPStatus) -> HttpResponse:
    """Answer a refusal that no page handled itself. What is missing says no more than any other missing page."""
    if status == HTTPStatus.NOT_FOUND:
        return not_found(request)
    return error_page(request, status, happened=wording.text_of(refusal))


def error_page(request: HttpRequest, status: HTTPStatus, *, happened: str | Promise | None = None) -> HttpResponse:
    """Return the error as a page, as an alert for htmx, or as problem+json for a program that sent JSON."""
    words = WORDS.get(status) or WORDS[HTTPStatus.BAD_REQUEST]
    known = {
        **portal(request),
        "request": request,
        "status": int(status),
        "title": words.title,
        "happened": happened or words.happened,
        "to_do": words.to_do,
        "request_id": getattr(request, "request_id", ""),
    }
    if _speaks_json(request):
        problem = {"type": "about:blank", "title": str(words.title), "status": int(status)}
        problem["detail"] = str(known["happened"])
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    if wants_fragment(request):
        alert = {"HX-Retarget": "#messages", "HX-Reswap": "beforeend"}
        return HttpResponse(render_text("web/error_alert.html", known), status=status, headers=alert)
    return HttpResponse(render_text("web/error.html", known), status=status)


def _speaks_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("json" in accepted and "text/html" not in accepted)
