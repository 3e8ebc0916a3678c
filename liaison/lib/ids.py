"""Identifiers that are seen from outside: random, so that they leak no volumes (`design.md`)."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 14
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


def new_public_id() -> str:
    """Return 14 characters of Crockford's base 32 (70 random bits), lower case, without i, l, o and u."""
    number = secrets.randbits(5 * _LENGTH)
    return "".join([_PAIRS[(number >> shift) & 0x3FF] for shift in range(0, 5 * _LENGTH, 10)])
