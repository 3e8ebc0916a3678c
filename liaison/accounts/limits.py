"""How often a network address may post where nobody signs in: links are long, codes are short, both are guessed at."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS: Final = 600


def comes_too_often(request: HttpRequest, what: str, *, most: int) -> bool:
    """Count this post of the sender's network address; say whether it is more than `most` in ten minutes.

    `what` names the page. The address itself is not kept, only a keyed hash of it.
    """
    sender = get_adapter().get_client_ip(request)
    hashed = hmac.new(settings.SECRET_KEY.encode(), sender.encode(), hashlib.sha256).hexdigest()
    key = f"{what}:{hashed[:32]}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # it ran out between the two calls
        return False
