"""Pages of the demo only: its mailbox, and signing in as anybody. The routes exist with LIAISON_DEMO=1 alone."""

from __future__ import annotations

import ipaddress
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from csp.decorators import csp
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liaison.accounts import doors
from liaison.accounts.models import Identity
from liaison.accounts.sessions import identities_in_browser
from liaison.accounts.slots import in_slot
from liaison.demo import people
from liaison.demo.mailbox import Mailbox
from liaison.lib.refusals import Missing
from liaison.web.gate import public
from liaison.web.pages import render_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from liaison.demo.cast import Part
    from liaison.demo.mailbox import Received

Rest = ParamSpec("Rest")

# What a mail may do inside its frame: show its own styles, and nothing else.
_FRAME_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def demo_only(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Hide a page outside the demo, and from other machines, whatever the settings say."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not settings.DEMO or not _is_this_machine(request.META.get("REMOTE_ADDR", "")):
            raise Missing
        return view(request, *args, **kwargs)

    return guarded


@public
@never_cache
@demo_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List everybody of the story with a sign-in link each."""
    return render_page(request, "demo/index.html", {"people": people.everybody(settings.OPERATOR_NAME)})


@public
@never_cache
@demo_only
@require_safe
def sign_in(request: HttpRequest, key: str) -> HttpResponseBase:
    """Sign in as one of the cast: in the slot that holds it already, else in a free one. Works again and again."""
    person = people.part(key)
    identity = _identity_of(person) if person else None
    if identity is None:
        raise Missing
    for slot, known in identities_in_browser(request).items():
        if known.pk == identity.pk:
            return redirect(in_slot(slot, "/"))

    def enter(request: HttpRequest) -> HttpResponse:
        doors.come_in(request, identity, how="demo")
        return redirect("home")

    return doors.in_free_slot(enter)(request)


@public
@never_cache
@demo_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List what the demo's mail server received, the newest first."""
    return render_page(request, "demo/mailbox.html", {"mails": _mailbox().mails()}, fragment="mails")


@public
@never_cache
@demo_only
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: headers, text, and the HTML body in a frame that can do nothing."""
    return render_page(request, "demo/mail.html", {"mail": _found(key)})


@public
@never_cache
@csp(_FRAME_POLICY)
@demo_only
@require_safe
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """Return the HTML body of one mail, for the frame."""
    body = _found(key).body("html")
    # Links open beside the frame: inside it, the portal refuses to be shown.
    return HttpResponse(body.replace("<head>", '<head><base target="_blank">', 1))


def _identity_of(person: Part) -> Identity | None:
    """Return the identity of one of the cast. One mailbox may serve several: then the user name tells them apart."""
    found = Identity.objects.with_account().filter(mailbox=person.mailbox)
    return (found.filter(username=person.username) if person.username else found.order_by("pk")).first()


def _mailbox() -> Mailbox:
    return Mailbox(settings.DEMO_MAILBOX)


def _found(key: str) -> Received:
    found = _mailbox().mail(key)
    if found is None:
        raise Missing
    return found


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
