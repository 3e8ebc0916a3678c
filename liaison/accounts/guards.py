"""Who may open a page: `signed_in` for people, and the way to the sign-in page for the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from liaison.accounts.models import Identity
from liaison.accounts.slots import outside_slots, slot_of
from liaison.web.addresses import is_same_origin
from liaison.web.pages import redirect_to_address, render_page, wants_fragment

KEPT_IN_TAB: Final = "kept_in_tab"
"""The field by which the script of a form says that it keeps what is typed."""
_SECRET: Final = ("password", "secret", "token", "code", "key")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def signed_in(view: View) -> View:
    """Let only signed-in people in; the others are led to sign-in and back here afterwards.

    An address without a slot is led to the identity that is signed in first in this browser.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return lead_to_sign_in(request)

    return cast("View", guarded)


def signed_in_for_a_form(page: str = "", place: str = "", *, typed: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Do what `signed_in` does, and lead back to the form also from a post whose session ran out.

    `page` is the name of the route that shows the form and takes the same arguments, where it is not the view's own
    address; `place` is put behind `#`, for the page's script to know that nothing was sent. The token against forged
    forms lives in the session, so without one every post would look forged: who is signed out is led to sign-in, and
    nothing happens. For everybody else the token is asked for as ever.

    A script keeps what was typed in its tab and says so (KEPT_IN_TAB). Without one, the texts of the fields whose names
    begin as one of `typed` are shown once more, to be copied, for they are nowhere else.
    """

    def guarded_form(view: View) -> View:
        guarded_by_all = signed_in(csrf_protect(view))

        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated and slot_of(request) is not None:
                form = reverse(page, args=args, kwargs=kwargs) if page else request.get_full_path()
                address = reverse("account_login") + "?" + urlencode({"next": f"{form}#{place}" if place else form})
                texts = _lost_without_a_script(request, typed)
                return _unsent(request, texts, address) if texts else redirect_to_address(request, address)
            return guarded_by_all(request, *args, **kwargs)

        guarded.typed = typed  # type: ignore[attr-defined]  # read by typed_in
        return cast("View", guarded)

    return guarded_form


def lead_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign-in in this slot, with the page it asked for as `next` if that can be opened again."""
    if slot_of(request) is None:
        return redirect_to_address(request, outside_slots(f"/go{request.get_full_path_info()}"))
    address = reverse("account_login")
    asked = _asked_page(request)
    if asked:
        address += "?" + urlencode({"next": asked})
    return redirect_to_address(request, address)


def identity_of(request: HttpRequest) -> Identity:
    """Return who is signed in; only for views under `signed_in`."""
    if not isinstance(request.user, Identity):
        raise TypeError("This view is not guarded by signed_in.")
    return request.user


def typed_in(request: HttpRequest, view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the texts that somebody typed into a post to this view: of the fields that its form names, else all.

    Without names it takes what looks like words, and nothing whose name says that it is secret.
    """
    names = cast("tuple[str, ...]", getattr(view, "typed", ()))
    if names:
        return tuple(text for name in request.POST if name.startswith(names) and (text := request.POST[name].strip()))
    shown = [name for name in request.POST if not any(word in name for word in _SECRET)]
    return tuple(text for name in shown for text in request.POST.getlist(name) if _is_words(text))


def _is_words(text: str) -> bool:
    """Say whether somebody wrote this rather than chose it: it has words, is an address, or is in another script."""
    return bool(text.strip()) and (not text.isascii() or any(mark in text.strip() for mark in (" ", "\n", "@")))


def _lost_without_a_script(request: HttpRequest, typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a post that no script of its page has kept.

    None of a post from elsewhere: without a session no token shows that it is ours, and whoever sent it could let the
    portal say what they like.
    """
    if KEPT_IN_TAB in request.POST or wants_fragment(request) or not is_same_origin(request):
        return ()
    fields = [name for name in request.POST if name.startswith(typed)] if typed else []
    return tuple(text for name in fields if (text := request.POST[name].strip()))


def _unsent(request: HttpRequest, texts: tuple[str, ...], sign_in: str) -> HttpResponse:
    context = {"texts": texts, "has_files": bool(request.FILES), "sign_in": sign_in}
    return render_page(request, "accounts/unsent.html", context, status=HTTPStatus.FORBIDDEN)


def _asked_page(request: HttpRequest) -> str:
    # A fragment or a form cannot be opened by itself.
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    return ""
