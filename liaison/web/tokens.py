"""The token of forms (CSRF), masked once for all forms of a page: masking it takes longer than drawing them."""

from __future__ import annotations

from operator import add
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
# Tables for `bytes.translate`: a letter's place, the letter at a place, and a random byte as a place. The bytes above
# the last whole round of the alphabet are left out: they would make its first letters likelier.
_PLACES: Final = bytes([max(CSRF_ALLOWED_CHARS.find(chr(byte)), 0) for byte in range(256)])
_LETTERS: Final = bytes([ord(CSRF_ALLOWED_CHARS[byte % _MANY]) for byte in range(256)])
_FOLDED: Final = bytes([byte % _MANY for byte in range(256)])
_UNFAIR: Final = bytes(range(256 - 256 % _MANY, 256))


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
    shifted = bytes(map(add, secret.encode().translate(_PLACES), mask))
    return (mask + shifted).translate(_LETTERS).decode()


def _drawn(many: int) -> bytes:
    """Return random places in Django's alphabet, each as likely as any other, asking the system once as a rule."""
    found = b""
    while len(found) < many:
        found += token_bytes(2 * CSRF_SECRET_LENGTH).translate(_FOLDED, _UNFAIR)
    return found[:many]
