"""A form or a tab that was opened with another sign-in than the one it is sent with (W12).

An identity slot can be used again: somebody signs out in one tab and somebody else in, and a form is still open in
another. The token against forged forms lives in the session, so it never holds for the next one; here it is said why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liaison.accounts.guards import typed_in
from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.config.doors import sees
from liaison.contacts.gate import GateMiddleware
from liaison.lib.clock import utc_now
from liaison.web import errors
from liaison.web.addresses import is_same_origin, safe_return
from liaison.web.gate import is_public
from liaison.web.pages import render_page, wants_fragment
from liaison.web.tokens import OPENED_AS, OPENED_AS_HEADER

_SAID: Final = _("This page was opened with another sign-in than the one of now. Nothing was sent.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form whose token does not hold: 409 or as missing where somebody else opened it, else 403."""
    opened_as = request.POST.get(OPENED_AS) or request.headers.get(OPENED_AS_HEADER, "")
    if not _is_of_another(request, opened_as):
        return errors.csrf_failure(request, reason)
    return _refused(request)


class OtherSignInMiddleware:
    """Keeps what a page asks for by itself from being answered for whoever signed in since in its slot."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: object, named: object
    ) -> HttpResponseBase | None:
        opened_as = request.headers.get(OPENED_AS_HEADER)
        if not opened_as or not _is_of_another(request, opened_as):
            return None
        return _refused(request)


def _is_of_another(request: HttpRequest, opened_as: str) -> bool:
    """Say whether one of our own pages was opened by somebody else than who is signed in now.

    Without one of the two there is nothing to say; and a form of another site is a forged one, whatever it claims.
    """
    user = getattr(request, "user", None)
    if slot_of(request) is None or not isinstance(user, Identity) or not opened_as:
        return False
    return opened_as != user.public_id and is_same_origin(request)


def _refused(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match
    if match is None or not isinstance(request.user, Identity):
        raise TypeError("Only views of somebody signed in are asked.")
    if is_public(match.func):
        return errors.csrf_failure(request)
    gate = GateMiddleware(lambda _request: HttpResponse()).process_view(request, match.func, match.args, match.kwargs)
    if gate is not None:
        return gate
    named: Mapping[str, Any] = match.kwargs
    if not sees(request.user, match.route, named, utc_now()):
        return errors.not_found(request)
    if wants_fragment(request) or request.content_type == "application/json" or request.method != "POST":
        refused = errors.error_page(request, HTTPStatus.CONFLICT, happened=_SAID)
        if "HX-Reswap" in refused:
            refused["HX-Reswap"] = "innerHTML"  # a page that asks again and again says it once
        return refused
    return _kept(request, match.func)


def _kept(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse:
    """Show what was typed once more, to be copied: nothing else has it."""
    context = {
        "said": _SAID,
        "texts": typed_in(request, view),
        "has_files": bool(request.FILES),
        "again": _page_of_the_form(request),
    }
    address = reverse("home")
    return render_page(request, "accounts/opened_as_another.html", context, status=HTTPStatus.CONFLICT, address=address)


def _page_of_the_form(request: HttpRequest) -> str:
    """Return the page that the form stood on, where the browser says it and it is in this slot; else the start."""
    came_from = safe_return(
        request, urlsplit(request.headers.get("Referer", ""))._replace(scheme="", netloc="").geturl()
    )
    home = reverse("home")
    return came_from if came_from.startswith(home) else home
