"""The links by which a reader of a message says "I have it", without signing in.

A token names one delivery, and through it one escalation. It is worth nothing once that escalation has ended.
"""

from __future__ import annotations

from typing import Final

from django.core import signing

from liaison.notifications.links import public_link

_SALT: Final = "liaison.notifications.escalation.acknowledge"


def acknowledge_link(delivery: str) -> str:
    """Return the address of the page for the reader of this delivery, given by its public id."""
    return public_link(f"/acknowledge/{token_of(delivery)}/")


def token_of(delivery: str) -> str:
    return signing.Signer(salt=_SALT, sep=".").sign(delivery)


def delivery_named_by(token: str) -> str | None:
    """Return the public id of the delivery that the token was made for; None for any other text."""
    try:
        return signing.Signer(salt=_SALT, sep=".").unsign(token)
    except signing.BadSignature:
        return None
