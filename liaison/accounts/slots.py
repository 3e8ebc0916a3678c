"""Identity slots: `/u/0/…` to `/u/9/…`, so that one browser holds several sign-ins, one per tab (D1).

The slot is moved from the path to SCRIPT_NAME; every URL built while answering then carries it. A path without
a slot is public, an API, an intake or a link of a mail (`design.md`, "several sign-ins").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix
from django.urls.base import get_script_prefix

SLOTS = range(10)
_SLOT_PATH = re.compile(r"^/u/([0-9])(/.*)?$", re.DOTALL)
_PREFIX_END = re.compile(r"/u/[0-9]/$")


def slot_of(request: HttpRequest) -> int | None:
    """Return the slot (0 to 9) the request came to, or None for a path without one."""
    return getattr(request, "slot", None)


def slot_prefix(slot: int) -> str:
    """Return the path prefix of a slot, with no slash at its end."""
    return f"/u/{slot}"


def outside_slots(path: str) -> str:
    """Return the address of a path that has no slot, whatever slot this request came to.

    `path` starts with one slash. What stands before the slots (a portal below `/support`, say) is kept.
    """
    return _root() + path


def in_slot(slot: int, path: str = "/") -> str:
    """Return the address of a path in a slot, whatever slot this request came to. `path` starts with one slash."""
    return _root() + slot_prefix(slot) + path


def path_in_slots(address: str) -> str:
    """Return the path of an address that `reverse` gave, without the slot and what stands before it."""
    return "/" + address.removeprefix(get_script_prefix())


def climbs(path: str) -> bool:
    """Say whether a browser would leave this path by its dots: it reads `%2e%2e` as it reads `..`."""
    dots = (segment.lower().replace("%2e", ".") for segment in path.split("/"))
    return not {".", ".."}.isdisjoint(dots)


def _root() -> str:
    return _PREFIX_END.sub("", get_script_prefix()).rstrip("/")


class SlotMiddleware:
    """The first middleware: nothing before it may build a URL or read a cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _SLOT_PATH.match(request.path_info)
        if match is None:
            request.slot = None  # type: ignore[attr-defined]  # read by slot_of
            return self.get_response(request)
        before = get_script_prefix()
        slot = int(match[1])
        prefix = request.META.get("SCRIPT_NAME", "").rstrip("/") + slot_prefix(slot)
        request.slot = slot  # type: ignore[attr-defined]  # read by slot_of
        request.path_info = match[2] or "/"
        request.path = prefix + request.path_info
        request.META["SCRIPT_NAME"] = prefix
        request.META["PATH_INFO"] = request.path_info
        set_script_prefix(prefix + "/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)
