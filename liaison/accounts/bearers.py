"""Who calls the API: the identity behind a bearer token, with its privileges, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from liaison.accounts.actions.api_tokens import PREFIX, hash_token
from liaison.accounts.models import ApiToken, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.vocabulary import TokenScope
from liaison.lib.prepared import Prepared

_STAMP_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Bearer:
    """An identity that shows a token. It may what the identity may, as far as the scopes reach."""

    identity: Identity
    scopes: frozenset[TokenScope]
    token: ApiToken


def find_bearer(secret: str, now: datetime) -> Bearer | None:
    """Return the bearer of a token that holds at `now`: not revoked, not over, of an identity that is active.

    The use is stamped on the token at most once a minute.
    """
    if not secret.startswith(PREFIX):
        return None
    token = next(iter(_TOKEN.rows(hash_token(secret), now)), None)
    if token is None:
        return None
    identity = token.identity
    identity.privileges = privileges_in(token.roles)  # type: ignore[attr-defined]  # annotated below
    if token.last_used_at is None or now - token.last_used_at >= _STAMP_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return Bearer(identity, frozenset(TokenScope(scope) for scope in token.scopes), token)


def _tokens(token_hash: str, now: datetime) -> QuerySet[ApiToken]:
    holding = ApiToken.objects.filter(
        token_hash=token_hash, revoked_at=None, expires_at__gt=now, identity__suspended_at=None
    )
    return holding.select_related("identity__domain__account").annotate(roles=roles_of_outer("identity"))


# Every call of the API asks it.
_TOKEN: Final = Prepared(_tokens, str, datetime)
