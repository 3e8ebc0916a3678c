"""Intake keys: made at random, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

PREFIX: Final = "lk_"


def new_key() -> str:
    """Return a new key: the prefix and 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """Return what is kept of a key. It is random and long, so one plain SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
