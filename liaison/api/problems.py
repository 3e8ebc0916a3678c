"""Problems: `application/problem+json` (RFC 9457) in the caller's language, made in one place.

`code` and `field` are for programs and never change; `title` and `detail` are for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from ninja import Schema

from liaison.api.codes import ApiCode
from liaison.api.wording import TITLES
from liaison.lib.refusals import FieldProblem, Invalid, Refusal
from liaison.web import wording
from liaison.web.middleware import request_id_of

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = "5"

_HEADERS: Final[Mapping[HTTPStatus, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="api"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": RETRY_AFTER_SECONDS},
}


class ErrorShape(Schema):
    """One thing that is wrong in one field; `field` is a path such as `support_hours.0.start`.

    `facts` are what the sentence in `detail` was made of, for programs.
    """

    field: str
    code: str
    detail: str
    facts: dict[str, Any] = {}


class Problem(Schema):
    """Why a request was not carried out."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ErrorShape] = []
    missing: list[str] = []
    facts: dict[str, Any] = {}


class ApiRefusal(Refusal):
    """The API refuses by itself, with a status of its own."""

    def __init__(self, status: HTTPStatus, code: ApiCode, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.status = int(status)


def refused(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """Answer a refusal of any room with its status, its words, its facts and its fields; keep what it has to keep."""
    refusal.keep()
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    return problem(request, HTTPStatus(refusal.status), refusal.code, refusal.facts, errors=problems)


def problem(
    request: HttpRequest,
    status: HTTPStatus,
    code: StrEnum,
    facts: Mapping[str, Any] | None = None,
    *,
    errors: Sequence[FieldProblem] = (),
) -> JsonResponse:
    """Return the problem as a response, in the active language."""
    shown: dict[str, Any] = {
        "type": f"urn:liaison:problem:{code}",
        "title": str(TITLES[status]),
        "status": int(status),
        "detail": wording.text(code, facts),
        "instance": f"urn:liaison:request:{request_id_of(request)}",
        "code": code.value,
    }
    if errors:
        shown["errors"] = [_error(error) for error in errors]
    known = {name: _plain(value) for name, value in (facts or {}).items()}
    if "missing" in known:
        shown["missing"] = known.pop("missing")
    if known:
        shown["facts"] = known
    response = JsonResponse(shown, status=status, content_type=CONTENT_TYPE)
    for name, value in _HEADERS.get(status, {}).items():
        response[name] = value
    return response


def _error(error: FieldProblem) -> dict[str, Any]:
    detail = wording.text(error.code, error.facts)
    shown: dict[str, Any] = {"field": error.field, "code": error.code.value, "detail": detail}
    if error.facts:
        shown["facts"] = {name: _plain(value) for name, value in error.facts.items()}
    return shown


def _plain(value: Any) -> Any:
    """Return a fact as JSON can say it: words in the active language, moments in ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return str(value)
