"""Links in messages. They start with the portal's address from the settings, never with a Host header."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings


def portal_link(path: str, identity_public_id: str) -> str:
    """Return a link to `path` (it starts with `/`, without an identity slot) for one identity.

    `/go/…` leads to the slot in the reader's browser that holds the identity, else to sign-in.
    """
    joint = "&" if "?" in path else "?"
    return f"{settings.PORTAL_URL}/go{path}{joint}{urlencode({'as': identity_public_id})}"


def public_link(path: str) -> str:
    """Return a link to a page that needs no identity (`path` starts with `/`)."""
    return f"{settings.PORTAL_URL}{path}"
