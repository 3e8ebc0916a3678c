"""Identifiers that are seen from outside: random, so that they leak no volumes (`design.md`)."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 14


def new_public_id() -> str:
    """Return 14 characters of Crockford's base 32 (70 random bits), lower case, without i, l, o and u."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
