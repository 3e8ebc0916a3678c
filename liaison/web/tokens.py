"""The token of forms (CSRF), masked once for all forms of a page: masking it takes longer than drawing them."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_bytes
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
from markupsafe import Markup

OPENED_AS: Final = "opened_as"
"""The field by which a form says who opened it (W12); requests of scripts say it in the header below."""
OPENED_AS_HEADER: Final = "X-Opened-As"
_INPUT: Final = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="%s">')
_OPENED_AS_INPUT: Final = Markup(f'<input type="hidden" name="{OPENED_AS}" value="%s">')  # noqa: S704  # our own word
_MANY: Final = len(CSRF_ALLOWED_CHARS)
_FAIR: Final = 256 - 256 % _MANY
_PLACES: Final = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}


def token_of(request: HttpRequest) -> str:
    """Return the token of this page, in Django's own form, so that Django's middleware takes it."""
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:
        get_token(request)  # which makes a secret for the session
        secret = request.META["CSRF_COOKIE"]
    kept: tuple[str, str] | None = getattr(request, "masked_token", None)
    if kept is None or kept[0] != secret:  # signing in changes the secret
        kept = secret, _masked(secret)
        request.masked_token = kept  # type: ignore[attr-defined]  # read above
    return kept[1]


def token_input(request: HttpRequest) -> Markup:
    """Return the hidden fields that every form holds: the token, and who opened the form."""
    opened_as = opened_as_of(request)
    return _INPUT % token_of(request) + (_OPENED_AS_INPUT % opened_as if opened_as else "")


def opened_as_of(request: HttpRequest) -> str:
    """Return the public id of the identity that a page is drawn for, empty for somebody signed out."""
    return str(getattr(getattr(request, "user", None), "public_id", ""))


def _masked(secret: str) -> str:
    """Return a mask and the secret shifted by it: the token differs on each page, so that no page betrays it."""
    mask = _drawn(len(secret))
    shifted = [(_PLACES[letter] + place) % _MANY for letter, place in zip(secret, mask, strict=True)]
    return "".join([CSRF_ALLOWED_CHARS[place] for place in (*mask, *shifted)])


def _drawn(many: int) -> list[int]:
    """Return random places in Django's alphabet, each as likely as any other, asking the system once as a rule."""
    found: list[int] = []
    while len(found) < many:
        found += _fair(token_bytes(2 * CSRF_SECRET_LENGTH))
    return found[:many]


def _fair(random: bytes) -> Iterator[int]:
    return (byte % _MANY for byte in random if byte < _FAIR)
