"""Places for people who come in: a slot of this browser in which nobody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from liaison.accounts import actions
from liaison.accounts.models import Identity
from liaison.accounts.sessions import free_slot
from liaison.accounts.slots import in_slot, slot_of
from liaison.lib.clock import utc_now
from liaison.web.pages import redirect_to_address, render_page

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


def in_some_slot(view: View) -> View:
    """Lead an address without a slot into one, for without a slot there is no session."""

    @wraps(view)
    def placed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if slot_of(request) is None:
            return lead_to_slot(request, free_slot(request) or 0)
        return view(request, *args, **kwargs)

    return cast("View", placed)


def in_free_slot(view: View) -> View:
    """Keep a page that signs somebody in away from slots where somebody is signed in already."""

    @wraps(view)
    def placed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if slot_of(request) is not None and not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        slot = free_slot(request)
        return no_free_slot(request) if slot is None else lead_to_slot(request, slot)

    return cast("View", placed)


def lead_to_slot(request: HttpRequest, slot: int) -> HttpResponse:
    """Send the browser to the same page in another slot."""
    return redirect_to_address(request, in_slot(slot, request.get_full_path_info()))


def no_free_slot(request: HttpRequest) -> HttpResponse:
    """Say that ten people are signed in in this browser, which is as many as there is room for."""
    return render_page(request, "accounts/no_free_slot.html", status=HTTPStatus.CONFLICT)


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Answer who tried to sign in or to reset too often (the limits of `ACCOUNT_RATE_LIMITS`)."""
    return render_page(request, "accounts/too_many_tries.html", status=HTTPStatus.TOO_MANY_REQUESTS)


def come_in(request: HttpRequest, identity: Identity, how: str) -> None:
    """Sign the identity in in this slot; `how` goes into the history."""
    login(request, identity, backend=_BACKEND)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    actions.note_sign_in(identity=identity, how=how, now=utc_now())
