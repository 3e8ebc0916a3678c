"""What the public pages of this room share: who reads them, and in which layout."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.web.addresses import public_url
from liaison.web.environment import url
from liaison.web.pages import render_page


def reader_of(request: HttpRequest) -> Identity | None:
    """Return who is signed in in this slot; None without a slot, whoever is signed in elsewhere in the browser."""
    user = getattr(request, "user", None)
    return user if slot_of(request) is not None and isinstance(user, Identity) else None


def public_page(request: HttpRequest, template: str, context: dict[str, Any], **more: Any) -> HttpResponse:
    """Return the page in the portal's layout for somebody signed in here, else in the plain one, links to match."""
    in_slot = reader_of(request) is not None
    known = {
        "layout": "web/base.html" if in_slot else "web/plain.html",
        "in_slot": in_slot,
        "page_url": url if in_slot else public_url,
    }
    return render_page(request, template, {**context, **known}, **more)
