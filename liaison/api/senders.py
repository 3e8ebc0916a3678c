"""Operations for which an intake key is as good as a token: what partners and the operator's programs report."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import BearerToken
from liaison.integrations.intake import key_with
from liaison.integrations.keys import PREFIX
from liaison.integrations.senders import Sender


class KeyOrToken(BearerToken):
    """Asks for an intake key, or for a token with the scope *write*. No gate: taking in is never locked (C3)."""

    def __init__(self) -> None:
        super().__init__(TokenScope.WRITE, open_at_the_gate=True)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the `Sender`. One query finds it."""
        secret = token.strip()
        if not secret.startswith(PREFIX):
            return Sender(identity=super().authenticate(request, token).identity)
        return Sender(key=key_with(secret))


def sender_of(request: HttpRequest) -> Sender:
    """Return who reports; only for operations declared with `take_in`."""
    sender = getattr(request, "auth", None)
    if not isinstance(sender, Sender):
        raise TypeError("This operation does not ask for a key or a token.")
    return sender
