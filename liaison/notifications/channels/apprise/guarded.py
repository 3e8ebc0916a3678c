"""What the library takes for `requests`: it leads to our guarded client, and to nothing outside an errand.

The library resolves names by itself, follows redirects and trusts proxies; here none of that exists. What its plugins
ask for goes out as one guarded call (`lib/http`): looked up once, every address checked, no redirect, an end to time
and size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import requests  # noqa: TID251  # what is banned elsewhere is tamed here
from requests.adapters import BaseAdapter  # noqa: TID251

from liaison.lib.http import CallError, HttpClient, Request, Response

# One message may take a sign-in and a call for each of a few targets.
MOST_CALLS: Final = 6
_DROPPED: Final = frozenset(
    {"host", "content-length", "connection", "user-agent", "accept-encoding", "transfer-encoding"}
)
# What calls nobody.
_HARMLESS: Final = frozenset({"auth", "codes", "exceptions"}) | {
    name for name, value in vars(requests).items() if isinstance(value, type) and issubclass(value, Exception)
}


@dataclass
class Errand:
    """One message on its way through the library, and all that came of its calls.

    In a rehearsal nothing is called: the first address is checked, and that is the end.
    """

    client: HttpClient
    seconds: float
    rehearses: bool = False
    answers: list[Response] = field(default_factory=list)
    error: CallError | None = None
    checked: list[str] = field(default_factory=list)
    began_at: float = field(default_factory=monotonic)

    @property
    def is_over(self) -> bool:
        return monotonic() - self.began_at > self.seconds or len(self.answers) >= MOST_CALLS

    def call(self, request: Request) -> Response:
        """Make one call. Raises `requests`' own error for what came to nothing, as plugins expect it."""
        if self.is_over or self.error is not None:
            raise requests.ConnectionError("no more calls")
        try:
            if self.rehearses:
                self.client.check(request.url)
                self.checked.append(request.url)
                raise requests.ConnectionError("only a rehearsal")
            answer = self.client.send(request)
        except CallError as error:
            self.error = error
            raise requests.ConnectionError(error.obstacle.value) from error
        self.answers.append(answer)
        return answer


_errand: ContextVar[Errand | None] = ContextVar("errand", default=None)


@contextmanager
def on_errand(errand: Errand) -> Iterator[None]:
    """Let what the library calls in this thread be calls of the errand."""
    token = _errand.set(errand)
    try:
        yield
    finally:
        _errand.reset(token)


class GuardedRequests:
    """Stands where the library's modules have `requests`. Errors, codes and signatures are the real ones, no more."""

    def __getattr__(self, name: str) -> Any:
        if name in {"get", "post", "put", "patch", "delete", "head", "options"}:
            return _verb(name.upper())
        if name in {"request", "Session", "session"}:
            return _call if name == "request" else _OurSession
        if name not in _HARMLESS:
            raise AttributeError(name)
        return getattr(requests, name)


def _verb(method: str) -> Callable[..., requests.Response]:
    def call(url: str, *args: Any, **kwargs: Any) -> requests.Response:
        names = ("params",) if method in {"GET", "HEAD", "OPTIONS", "DELETE"} else ("data", "json")
        return _call(method, url, **dict(zip(names, args, strict=False)), **kwargs)

    return call


def _call(method: str, url: str, **kwargs: Any) -> requests.Response:
    with _OurSession() as session:
        return session.request(method, url, **(kwargs | {"allow_redirects": False}))


class _OurSession(requests.Session):
    """A session with one way out, whatever a plugin does to it: no proxies, no redirects, no adapters of others."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = 0

    def get_adapter(self, url: str | bytes) -> BaseAdapter:
        return _ToOurClient()


class _ToOurClient(BaseAdapter):
    """The one way out of a session."""

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        errand = _errand.get()
        if errand is None:
            raise requests.ConnectionError("nobody calls outside an errand")
        answer = errand.call(_plain(request))
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(dict(answer.headers))
        response._content = answer.body  # noqa: SLF001  # as the library's own adapters fill it in
        response.url = request.url or ""
        response.request = request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """There is nothing to close: the connections are our client's."""


def _plain(request: requests.PreparedRequest) -> Request:
    """Return what the session made ready as a request of our client. Raises `requests`' own error for streams."""
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else body
    if not isinstance(data, bytes):
        raise requests.RequestException("only what is there as a whole is sent")
    headers = tuple(
        (_text(name), _text(value)) for name, value in request.headers.items() if _text(name).lower() not in _DROPPED
    )
    return Request(request.method or "GET", request.url or "", headers, data)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
