"""The shape of a gateway's call, as the operator describes it in the settings. Pure.

What is filled in never changes the shape: words stand in the strings of JSON, in the fields of a form, or encoded in a
query; never in a header, a host or a path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from liaison.lib.http import Request

PLACES: Final = ("to", "from", "text", "language", "locale", "message_id")
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class ShapeError(Exception):
    """The operator's description of a gateway cannot be used; the message says which part and why."""


@dataclass(frozen=True)
class Gateway:
    """One gateway. `body` is JSON or the fields of a form, both as text; `id_pointer` a JSON pointer (RFC 6901)."""

    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    sender: str = ""
    id_pointer: str = ""

    def request(self, words: Mapping[str, str]) -> Request:
        """Return the call with the words in their places."""
        parts = urlsplit(self.url)
        query = urlencode([(name, _filled(value, words)) for name, value in _pairs(parts.query)])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        if self.method == "GET":
            return Request("GET", url, self.headers)
        kind, data = _body_of(self.body, words)
        return Request(self.method, url, (("Content-Type", kind), *self.headers), data)

    def names_an_id(self, body: bytes) -> bool:
        """Say whether an answer holds what a yes must hold. True where nothing is asked for."""
        if not self.id_pointer:
            return True
        try:
            return found_at(self.id_pointer, json.loads(body)) not in {None, ""}
        except (ValueError, TypeError, RecursionError):
            return False


def gateway_of(*, url: str, method: str, headers: str, body: str, sender: str, id_pointer: str) -> Gateway:
    """Return the gateway that the settings describe. Raises ShapeError."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ShapeError("its URL is no web address")
    if _PLACE.search(parts.netloc) or _PLACE.search(parts.path):
        raise ShapeError("its URL has a place in the host or the path; places belong in the query or the body")
    if id_pointer and not id_pointer.startswith("/"):
        raise ShapeError("the pointer to the id must start with /, as in /messages/0/id")
    for name in _PLACE.findall(f"{parts.query} {body}"):
        if name not in PLACES:
            raise ShapeError(f"{{{name}}} is no place; there are {', '.join(PLACES)}")
    _body_of(body, dict.fromkeys(PLACES, ""))
    return Gateway(url, method, _headers_of(headers), body, sender, id_pointer)


def found_at(pointer: str, document: Any) -> Any:
    """Return what a JSON pointer leads to, None where there is nothing."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


def _body_of(template: str, words: Mapping[str, str]) -> tuple[str, bytes]:
    if not template.lstrip().startswith(("{", "[")):
        fields = [(name, _filled(value, words)) for name, value in _pairs(template)]
        return "application/x-www-form-urlencoded", urlencode(fields).encode("ascii")
    try:
        shape = json.loads(template)
    except ValueError as error:
        raise ShapeError(f"its body is no JSON: {error}") from error
    return "application/json", json.dumps(_put_in(shape, words), ensure_ascii=False).encode("utf-8", "replace")


def _put_in(shape: Any, words: Mapping[str, str]) -> Any:
    if isinstance(shape, str):
        return _filled(shape, words)
    if isinstance(shape, list):
        return [_put_in(one, words) for one in shape]
    if isinstance(shape, dict):
        return {name: _put_in(one, words) for name, one in shape.items()}
    return shape


def _filled(template: str, words: Mapping[str, str]) -> str:
    """Return the template with the words in their places, in one go: a word that looks like a place stays a word."""
    return _PLACE.sub(lambda place: words.get(place.group(1), place.group()), template)


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _headers_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the headers of a JSON object of strings."""
    if not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ShapeError('its headers are no JSON object, as in {"Authorization": "Bearer …"}') from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ShapeError('its headers are no JSON object of strings, as in {"Authorization": "Bearer …"}')
    for name, value in found.items():
        if not _NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
            raise ShapeError(f"the header {name!r} holds what no header can")
    return tuple(found.items())
