"""How an operation is declared: one line says who may call it, what it answers, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

from django.utils.functional import Promise
from ninja import Router

from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import BearerToken
from liaison.api.problems import CONTENT_TYPE
from liaison.api.senders import KeyOrToken

Function = TypeVar("Function", bound=Callable[..., Any])

PROBLEM_REFERENCE: Final = "#/components/schemas/Problem"


class Operations:
    """The operations on one kind of resource. Summaries are translated: the list of operations is a page."""

    def __init__(self, resource: str) -> None:
        self.router = Router(tags=[resource])

    def get(
        self, path: str, answer: Any, summary: Promise, *, open_at_the_gate: bool = False, own_alone: bool = False
    ) -> Callable[[Function], Function]:
        """Declare a read. Raises nothing; the token needs the scope *read*.

        `own_alone`: callers of accounts that have no such thing get 404, though the path names none.
        """
        return self._declare(
            "GET", path, {200: answer}, summary, TokenScope.READ,
            open_at_the_gate=open_at_the_gate, body_names_object=own_alone,
        )  # fmt: skip

    def write(
        self,
        method: str,
        path: str,
        answer: Any,
        summary: Promise,
        *,
        scope: TokenScope = TokenScope.WRITE,
        status: int = 200,
        open_at_the_gate: bool = False,
        body_names_object: bool = False,
        content: Sequence[str] = (),
    ) -> Callable[[Function], Function]:
        """Declare a change. `answer` None goes with the status 204.

        `body_names_object`: what the body names may not be there (404), as what the path names always may.
        `content` names the types of a body that is no JSON.
        """
        return self._declare(
            method, path, {status: answer}, summary, scope,
            open_at_the_gate=open_at_the_gate, body_names_object=body_names_object, content=content,
        )  # fmt: skip

    def public(
        self, method: str, path: str, answer: Any, summary: Promise, *, status: int = 200
    ) -> Callable[[Function], Function]:
        """Declare an operation for which nobody needs a token: what is sent is the proof."""
        return self._declare(method, path, {status: answer}, summary, None, open_at_the_gate=True)

    def take_in(
        self, path: str, answer: Any, summary: Promise, *, status: int = 200, content: Sequence[str] = ()
    ) -> Callable[[Function], Function]:
        """Declare a report (POST) that an intake key may send as well as a token; the gate never locks it (C3).

        `content` are the content types of a body that the operation reads by itself, as a stream of lines.
        """
        return self._declare(
            "POST", path, {status: answer}, summary, TokenScope.WRITE,
            open_at_the_gate=True, sender=KeyOrToken(), content=content,
        )  # fmt: skip

    def _declare(  # the four ways of declaring above are its only callers
        self,
        method: str,
        path: str,
        answers: dict[int, Any],
        summary: Promise,
        scope: TokenScope | None,
        *,
        open_at_the_gate: bool,
        body_names_object: bool = False,
        sender: KeyOrToken | None = None,
        content: Sequence[str] = (),
    ) -> Callable[[Function], Function]:
        statuses = _problems_of(method, asks_for_token=scope is not None, names_object=body_names_object or "{" in path)
        extra: dict[str, Any] = {"responses": {status.value: _described(status) for status in statuses}}
        if content:
            lines = {"schema": {"type": "string", "format": "binary"}}
            extra["requestBody"] = {"required": True, "content": dict.fromkeys(content, lines)}
        token = None if scope is None else BearerToken(scope, open_at_the_gate=open_at_the_gate)
        return self.router.api_operation(
            [method],
            path,
            auth=sender or token,
            response=answers,
            summary=summary,  # type: ignore[arg-type]  # put into words when the schema is read
            openapi_extra=extra,
        )


def _problems_of(method: str, *, asks_for_token: bool, names_object: bool) -> list[HTTPStatus]:
    statuses = [HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE]
    if asks_for_token:
        statuses += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if names_object:
        statuses.append(HTTPStatus.NOT_FOUND)
    if method != "GET":
        statuses.append(HTTPStatus.CONFLICT)
    if method in {"POST", "PUT", "PATCH"}:
        statuses += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    return sorted(statuses)


def _described(status: HTTPStatus) -> dict[str, Any]:
    schema = {"schema": {"$ref": PROBLEM_REFERENCE}}
    return {"description": status.phrase, "content": {CONTENT_TYPE: schema}}
