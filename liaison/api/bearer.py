"""Who calls, and whether the token, the account's gate and the owner's rights let the call in.

All of it comes before any look-up (W12), so it is the same for what exists and for what does not.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from ninja.security import HttpBearer

from liaison.accounts.bearers import Bearer, find_bearer
from liaison.accounts.models import Identity
from liaison.accounts.vocabulary import TokenScope
from liaison.accounts.wording import SCOPES
from liaison.api.codes import ApiCode
from liaison.api.problems import ApiRefusal
from liaison.api.speaking import speak_to
from liaison.contacts.gate import refuse_if_closed
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden

# Each scope reaches as far as those before it.
_RANK: Final = (TokenScope.READ, TokenScope.WRITE, TokenScope.ADMINISTER)


class BearerToken(HttpBearer):
    """Asks for a token with one scope. A closed gate refuses everything that is not marked open (C3)."""

    def __init__(self, scope: TokenScope, *, open_at_the_gate: bool) -> None:
        super().__init__()
        self.scope = scope
        self.open_at_the_gate = open_at_the_gate

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """Return the bearer. One query finds it, and one more asks the gate of a partner's identity."""
        bearer = find_bearer(token.strip(), utc_now())
        if bearer is None:
            raise ApiRefusal(HTTPStatus.UNAUTHORIZED, ApiCode.TOKEN_NEEDED)
        request.user = bearer.identity
        speak_to(request, bearer.identity)
        if not reaches(bearer, self.scope):
            raise Forbidden(ApiCode.SCOPE_MISSING, needed=SCOPES[self.scope], scope=self.scope.value)
        if not self.open_at_the_gate:
            refuse_if_closed(bearer.identity)
        return bearer


def reaches(bearer: Bearer, scope: TokenScope) -> bool:
    """Say whether the token may do what needs this scope."""
    return any(_RANK.index(held) >= _RANK.index(scope) for held in bearer.scopes)


def bearer_of(request: HttpRequest) -> Bearer:
    """Return who calls; only for operations that ask for a token."""
    bearer = getattr(request, "auth", None)
    if not isinstance(bearer, Bearer):
        raise TypeError("This operation does not ask for a token.")
    return bearer


def actor_of(request: HttpRequest) -> Identity:
    """Return the identity that acts; only for operations that ask for a token."""
    return bearer_of(request).identity
