"""Names that prove themselves: an identifier of ours followed by a code that only the installation's key can make.

They stand in mail addresses, so they are short, and survive servers that change the case of letters.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from django.utils.crypto import salted_hmac

from liaison.lib.ids import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH

MAC_LENGTH: Final = 16
"""Characters of five bits each: 80 bits."""
TOKEN_LENGTH: Final = PUBLIC_ID_LENGTH + MAC_LENGTH

_SHIFTS: Final = tuple(range(MAC_LENGTH * 5 - 5, -1, -5))
_LETTERS: Final = frozenset(PUBLIC_ID_ALPHABET)


def token_naming(public_id: str, *, key: str, purpose: str) -> str:
    """Return 30 characters: the public id and its code. The same key makes another code for each purpose."""
    return public_id + _mac(public_id, key, purpose)


def named_by(token: str, *, keys: Iterable[str], purpose: str) -> str | None:
    """Return the public id that a token names, whatever its case; None for what none of the keys has made."""
    text = token.lower()
    if len(text) != TOKEN_LENGTH or not _LETTERS.issuperset(text):
        return None
    public_id, mac = text[:PUBLIC_ID_LENGTH], text[PUBLIC_ID_LENGTH:]
    if any(hmac.compare_digest(mac, _mac(public_id, key, purpose)) for key in keys):
        return public_id
    return None


def _mac(public_id: str, key: str, purpose: str) -> str:
    digest = hmac.digest(_derived(key, purpose), public_id.encode("ascii"), "sha256")
    number = int.from_bytes(digest[: MAC_LENGTH * 5 // 8], "big")
    return "".join([PUBLIC_ID_ALPHABET[(number >> shift) & 0x1F] for shift in _SHIFTS])


@lru_cache(maxsize=16)
def _derived(key: str, purpose: str) -> bytes:
    return salted_hmac(f"liaison {purpose}", "", secret=key, algorithm="sha256").digest()
