"""Secrets at rest: unreadable without the key of the installation, and unchanged or not opened at all."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class BrokenSealError(Exception):
    """What was sealed with another key, for another purpose, or changed since."""


def seal(text: str, *, key: str, purpose: str) -> str:
    """Return the text sealed. The same key seals differently for each purpose."""
    return _fernet(key, purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """Return what was sealed. Raises BrokenSealError."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415  # see `_fernet`

    try:
        return _fernet(key, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise BrokenSealError from error


@lru_cache(maxsize=8)
def _fernet(key: str, purpose: str) -> Fernet:
    # The library takes 8 MB in each process, and most of them never seal anything: it is loaded when it is needed.
    from cryptography.fernet import Fernet  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    derived = HKDF(SHA256(), length=32, salt=None, info=f"liaison {purpose}".encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
