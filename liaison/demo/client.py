"""A small browser for the story: real HTTP over the standard library, cookies kept, redirects seen and not followed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import Message

_TIMEOUT = 20.0
_MOST_REDIRECTS = 8


@dataclass(frozen=True)
class Answer:
    """What the server said. `headers` are looked up without regard to case."""

    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Form:
    """One form of a page, with what a browser would send if nothing were touched."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
        """Return the fields to send, those in `values` in the place of what the page holds."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            kept += [(name, value)] if isinstance(value, str) else [(name, one) for one in value]
        return kept


class Browser:
    """One browser with its own cookies, on one portal."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirects, urllib.request.ProxyHandler({})
        )

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._send(self._request("GET", path, None, headers or {}))

    def post(self, path: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str] | None = None) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(fields).encode(), {**(headers or {}), **kind})

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        return self._send(self._request(method, path, body, headers))

    def follow(self, path: str) -> tuple[str, Answer]:
        """Get a page and go where redirects lead; return the path it ended at, and the page."""
        for _ in range(_MOST_REDIRECTS):
            answer = self.get(path)
            if not answer.location:
                return urlsplit(urljoin(self._root, path)).path, answer
            path = urljoin(urljoin(self._root, path), answer.location)
        raise RuntimeError(f"{path} redirects in circles")

    def _request(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> urllib.request.Request:
        address = urljoin(self._root, path)
        if not address.startswith(self._root):
            raise ValueError(f"{path} leads away from the portal")
        return urllib.request.Request(address, body, dict(headers), method=method)  # noqa: S310  # checked

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.headers, answer.read().decode())


def form_of(page: str, containing: str) -> Form:
    """Return the form of a page that has a field with this name; raises LookupError."""
    reader = _FormReader()
    reader.feed(page)
    for form in reader.forms:
        if any(name == containing for name, _value in form.fields) or containing in reader.names[id(form)]:
            return form
    raise LookupError(f"the page has no form with a field {containing!r}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words: Any, **more: Any) -> None:
        return None


class _FormReader(HTMLParser):
    """Reads forms the way a browser fills them: checked boxes, chosen options, texts; no buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.names: dict[int, set[str]] = {}
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=given.get("action", "")))
            self.names[id(self.forms[-1])] = set()
        elif not self.forms:
            return
        elif tag in {"input", "select", "textarea", "button"}:
            self.names[id(self.forms[-1])].add(given.get("name", ""))
            self._field(tag, given, "checked" in given, "disabled" in given)
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = [value for value, is_selected in self._options if is_selected]
            first = [value for value, _is_selected in self._options[:1]]
            self.forms[-1].fields += [(self._select, value) for value in (chosen or first)]
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            self.forms[-1].fields.append((self._text[0], "".join(self._text[1]).removeprefix("\n")))
            self._text = None

    def _field(self, tag: str, given: Mapping[str, str], is_checked: bool, is_disabled: bool) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if not name or is_disabled or tag == "button" or kind in {"submit", "button", "image", "file"}:
            return
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._text = (name, [])
        elif kind not in {"checkbox", "radio"} or is_checked:
            value = given.get("value", "on" if kind == "checkbox" else "")
            self.forms[-1].fields.append((name, value))
