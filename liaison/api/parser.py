"""Reading what was sent: strict JSON in UTF-8, with nothing in it that PostgreSQL cannot keep."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final, NoReturn

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from ninja.parser import Parser

from liaison.api.codes import ApiCode
from liaison.api.problems import ApiRefusal

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_DEEPEST: Final = 30
_UNUSABLE: Final = (HTTPStatus.BAD_REQUEST, ApiCode.UNUSABLE_TEXT)


class StrictParser(Parser):
    """The parser of all bodies. It raises `ApiRefusal`, which ninja wraps and `api.py` unwraps."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise ApiRefusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, ApiCode.NOT_JSON_TYPE)
        return read_json(request.body)


def read_json(body: bytes) -> Any:
    """Return what the body says. Raises ApiRefusal for broken JSON, NaN, a NUL or half a surrogate pair."""
    try:
        read = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, ApiCode.BROKEN_JSON) from error
    _refuse_unusable(read, 0)
    return read


def refuse_unusable_address(request: HttpRequest) -> None:
    """Raise ApiRefusal for a path or a query that has a character which nothing stored can have."""
    try:
        words = [request.path_info, *(text for name, texts in request.GET.lists() for text in (name, *texts))]
    except TooManyFieldsSent as error:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, ApiCode.TOO_MANY_FIELDS) from error
    if any(_UNSTORABLE.search(word) for word in words):
        raise ApiRefusal(*_UNUSABLE)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse_unusable(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, ApiCode.BROKEN_JSON)
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ApiRefusal(*_UNUSABLE)
    if isinstance(value, dict):
        for name, each in value.items():
            _refuse_unusable(name, depth + 1)
            _refuse_unusable(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _refuse_unusable(each, depth + 1)
