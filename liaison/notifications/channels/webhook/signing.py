"""Signatures and secrets of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), symmetric."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """Return a new secret: the prefix and 256 random bits in base 64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def webhook_id(message_id: str) -> str:
    """Return the id that stays the same however often a message is sent: from its Message-ID, without a full stop."""
    return "msg_" + message_id.strip("<>").partition("@")[0]


def signed_headers(message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the three headers. With several secrets there are several signatures: each receiver knows one."""
    identifier, timestamp = webhook_id(message_id), str(int(at.timestamp()))
    content = f"{identifier}.{timestamp}.".encode() + body
    return (
        ("webhook-id", identifier),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", " ".join(_signature(key, content) for key in keys)),
    )


def _signature(secret: str, content: bytes) -> str:
    digest = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode('ascii')}"
