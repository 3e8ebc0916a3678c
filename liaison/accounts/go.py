"""Links of mails: `/go/<path>?as=<identity>` leads to the slot of this browser that holds the identity.

The target is always a path below a slot of this portal, so there is nothing here to redirect elsewhere with.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liaison.accounts.doors import no_free_slot
from liaison.accounts.links import FREE_SLOT
from liaison.accounts.sessions import free_slot, identities_in_browser
from liaison.accounts.slots import SLOTS, climbs, in_slot, path_in_slots
from liaison.lib.refusals import Missing
from liaison.web.gate import public
from liaison.web.pages import redirect_to_address


@public
@never_cache
@require_safe
def go(request: HttpRequest, path: str = "") -> HttpResponse:
    """Lead to a page as one identity, as whoever is signed in first, or (`as=free`) as nobody yet."""
    parameters = request.GET.copy()
    wanted = parameters.pop("as", [""])[-1]
    target = _checked("/" + path)
    if parameters:
        target += "?" + parameters.urlencode()
    if wanted == FREE_SLOT:
        slot = free_slot(request)
        return no_free_slot(request) if slot is None else redirect_to_address(request, in_slot(slot, target))
    holders = identities_in_browser(request)
    slots = [slot for slot, identity in holders.items() if wanted in {"", identity.public_id}]
    if slots:
        return redirect_to_address(request, in_slot(min(slots), target))
    free = next((slot for slot in SLOTS if slot not in holders), None)
    return no_free_slot(request) if free is None else _to_sign_in(request, free, target)


def _to_sign_in(request: HttpRequest, slot: int, target: str) -> HttpResponse:
    sign_in = in_slot(slot, path_in_slots(reverse("account_login")))
    return redirect_to_address(request, f"{sign_in}?{urlencode({'next': in_slot(slot, target)})}")


def _checked(path: str) -> str:
    """Return the path if a browser would take it as it is written, or raise Missing."""
    segments = path.split("/")[1:]
    odd = "" in segments[:-1] or segments[0] == "u" or climbs(path)
    if odd or "\\" in path or any(ord(character) < ord(" ") for character in path):
        raise Missing
    return path
