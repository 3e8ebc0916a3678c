"""Identifiers that are seen from outside: random, so that they leak no volumes (`design.md`)."""

from __future__ import annotations

import secrets

PUBLIC_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 14
_PAIRS = tuple(first + second for first in PUBLIC_ID_ALPHABET for second in PUBLIC_ID_ALPHABET)


def new_public_id() -> str:
    """Return 14 characters of Crockford's base 32 (70 random bits), lower case, without i, l, o and u."""
    number = secrets.randbits(5 * PUBLIC_ID_LENGTH)
    return "".join([_PAIRS[(number >> shift) & 0x3FF] for shift in range(0, 5 * PUBLIC_ID_LENGTH, 10)])
