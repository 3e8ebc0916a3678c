"""Addresses without an identity slot: static answers, help, public pages (`design.md`, "several sign-ins")."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from liaison.lib.remembered import remembered

_SLOT_AT_THE_END = re.compile(r"u/[0-9]/$")


def address_of(name: str, **kwargs: Any) -> str:
    """Return the address of a route; inside an identity slot it stays in the slot."""
    return reverse(name, kwargs=kwargs) if kwargs else _address_at(get_script_prefix(), name)


def public_url(name: str, **kwargs: Any) -> str:
    """Return the address of a route outside the identity slots, whatever slot the present page is in."""
    return public_root() + address_of(name, **kwargs).removeprefix(get_script_prefix())


def public_root() -> str:
    """Return the start address outside the identity slots, with its slash."""
    return _SLOT_AT_THE_END.sub("", get_script_prefix())


def safe_return(request: HttpRequest, wanted: str) -> str:
    """Return `wanted` as a path of this site, or the start page when it leads elsewhere."""
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return get_script_prefix()
    parts = urlsplit(wanted)
    # Two slashes at the start of what is left would name another host.
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "")


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether a browser sent this from one of our own pages. Each current browser tells in a header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


@remembered(4096)
def _address_at(prefix: str, name: str) -> str:  # `reverse` asks for the prefix itself
    return reverse(name)
