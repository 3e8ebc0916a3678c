"""What the tests of this room share: the cast with tokens, a partner with a complete record, and a caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.test import Client

from liaison.accounts import actions
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.accounts.vocabulary import TokenScope
from liaison.integrations.models import Integration
from liaison.lib.clock import utc_now

PREFIX: Final = "/api/v1"
ALL: Final = (TokenScope.ADMINISTER,)


@dataclass(frozen=True)
class House:
    """`bistro` is complete, with a launched integration; `elsewhere` has one too and stands behind the gate."""

    cast: Cast
    integration: Integration
    gated: Integration


class Caller:
    """Calls the API as one identity, with a real token over the whole middleware."""

    def __init__(self, identity: Identity | None, scopes: Iterable[TokenScope] = ALL, language: str = "en") -> None:
        self.identity = identity
        self.client = Client(headers={"Accept-Language": language} if language else None)
        self.secret = secret_of(identity, scopes) if identity else ""

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, query=query)

    def put(self, path: str, body: Any = None) -> Any:
        return self.call("PUT", path, body)

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, body)

    def delete(self, path: str, **query: Any) -> Any:
        return self.call("DELETE", path, query=query)

    def call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        more: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        send = getattr(self.client, method.lower())
        return send(PREFIX + path, headers=headers, query_params=query or None, **more)


def secret_of(identity: Identity, scopes: Iterable[TokenScope] = ALL) -> str:
    now = utc_now()
    __, secret = actions.create_api_token(
        actor=identity, name="Tests", scopes=scopes, expires_at=now + timedelta(days=30), now=now
    )
    return secret


def problem_of(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem, after looking that it is one."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert set(problem) >= {"type", "title", "status", "detail", "instance", "code"}
    return problem
