"""Every way to ask about a case or a customer: each route that names one, by each method that it has, and fragments."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.testing import sign_in
from liaison.api.tests.house import secret_of
from tests.delegation.staging import Stage
from tests.matrix.expected import OF_A_CASE
from tests.matrix.routes import ROUTES
from tests.matrix.vocabulary import Route, Thing
from tests.matrix.walk import BODIES, FORM, NOBODY, QUERIES, address, masked

NO_NUMBER: Final = "9999999999"
NO_TOKEN: Final = "none"
_OF_A_CUSTOMER: Final = frozenset({Thing.CUSTOMER, Thing.CUSTOMER_REQUEST, Thing.ACCESS_REQUEST, Thing.CORRECTION})
_HEADERS: Final = {"Accept-Language": "en"}
_FRAGMENT: Final = _HEADERS | {"HX-Request": "true"}


@dataclass(frozen=True)
class Way:
    """A route and how it is asked: `get`, `fragment`, `post`, or `api` with the method of the operation."""

    route: Route
    how: str

    def __str__(self) -> str:
        return f"{self.how} {self.route.key}"

    @property
    def changes(self) -> bool:
        return self.how == "post" or (self.how == "api" and self.route.method != "GET")


@dataclass(frozen=True)
class Target:
    """What an address names: a case or customer of this name, there by these names of things."""

    name: str
    things: tuple[tuple[Thing, str], ...]
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.name}{' (file of a note)' if self.is_note else ''}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    masked: tuple[Any, ...]
    statements: int


def ways_about(*, cases: bool) -> tuple[tuple[Way, ...], ...]:
    """Return every way to ask about one case, or about one customer: those of each route together."""
    return tuple(tuple(_ways(route)) for route in ROUTES if _is_wanted(route, cases=cases))


def ways_of_accounts() -> tuple[tuple[Way, ...], ...]:
    """Return every way to ask about an account, which a customer is too."""
    return tuple(tuple(_ways(route)) for route in ROUTES if route.thing is Thing.ACCOUNT and not route.why_public)


def targets_of(stage: Stage, *, cases: bool) -> tuple[Target, ...]:
    if not cases:
        return tuple(_customer(stage, name) for name, kind in stage.world.kinds.items() if kind == "customer")
    found = [_target(stage, name, stage.attachments[name], is_note=False) for name in stage.cases]
    return (*found, *(_target(stage, name, file, is_note=True) for name, file in stage.note_files.items()))


def name_for(way: Way, target: Target) -> str | None:
    """Return how the address of a way names a target; None where it has nothing of this kind."""
    return dict(target.things).get(way.route.thing)


def nothing_for(way: Way, within: str = "") -> str:
    """Return the same of what is not there; in the case of this number, or of this customer, where one is given."""
    nothing = {
        Thing.CASE: NO_NUMBER,
        Thing.CASE_ATTACHMENT: f"{within or NO_NUMBER}/{NOBODY}",
        Thing.CUSTOMER_REQUEST: f"{within or NOBODY}/{NOBODY}",
    }
    return nothing.get(way.route.thing, NOBODY)


class Asker:
    """Somebody with a browser in which it is signed in, and with a token. Nothing that it does stays done."""

    def __init__(self, stage: Stage, person: str) -> None:
        identity = stage.people[person]
        self.client = sign_in(Client(headers=_HEADERS), identity)
        self.secret = secret_of(identity) if identity.suspended_at is None else NO_TOKEN
        self._answers: dict[Hashable, Answer] = {}

    def ask(self, way: Way, name: str) -> Answer:
        """Ask in this way about what has this name."""
        path = address(way.route, name)
        return self.answer(lambda: self._send(way, path), name)

    def ask_once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Ask about what is not there; the second time tell the first answer again."""
        if key not in self._answers:
            self._answers[key] = ask()
        return self._answers[key]

    def answer(self, send: Callable[[], Any], name: str) -> Answer:
        """Send something that names this; whatever it changed is taken back."""
        reset_queries()  # the log holds so many, and loses count when it is full
        with transaction.atomic():
            with CaptureQueriesContext(connection) as statements:
                answer = send()
                body = _body(answer)
            transaction.set_rollback(True)
        hidden = (answer.status_code, body) if answer.streaming else masked(answer, name)
        return Answer(answer.status_code, body, hidden, len(statements))

    def open(self, path: str, *, fragment: bool = False) -> Answer:
        """Open a page of slot 0, or only what changes on it."""
        answer = self.client.get(f"/u/0{path}", headers=_FRAGMENT if fragment else _HEADERS)
        return Answer(answer.status_code, _body(answer), (), 0)

    def call(self, path: str, **query: str) -> Any:
        """Read something of the API."""
        return Client(headers=_HEADERS).get(
            f"/api/v1{path}", query_params=query, headers={"Authorization": f"Bearer {self.secret}"}
        )

    def browse(self, how: str, path: str, query: dict[str, str], form: Any) -> Any:
        """Open a page of slot 0 with a query, only what changes on it, or send it a form."""
        headers = _FRAGMENT if how == "fragment" else _HEADERS
        if how == "post":
            return self.client.post(f"/u/0{path}", form, headers=headers, query_params=query)
        return self.client.get(f"/u/0{path}", headers=headers, query_params=query)

    def _send(self, way: Way, path: str) -> Any:
        if way.how == "api":
            return self._call(way.route, path)
        if way.how == "post":
            return self.client.post(f"/u/0{path}", FORM, headers=_HEADERS)
        return self.client.get(f"/u/0{path}", headers=_FRAGMENT if way.how == "fragment" else _HEADERS)

    def _call(self, route: Route, path: str) -> Any:
        key = route.key.replace("api/v1/", "")
        return self.send(route.method, path, QUERIES.get(key), BODIES.get(key))

    def send(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        """Call the API with a query and a body, if there is one."""
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        headers = _HEADERS | {"Authorization": f"Bearer {self.secret}"}
        return getattr(Client(), method.lower())(path, headers=headers, query_params=query, **more)


def _is_wanted(route: Route, *, cases: bool) -> bool:
    return route.why_public is None and route.thing in (OF_A_CASE if cases else _OF_A_CUSTOMER)


def _ways(route: Route) -> Iterator[Way]:
    yield from (Way(route, how) for how in (("api",) if route.method else ("get", "fragment", "post")))


def _customer(stage: Stage, name: str) -> Target:
    things = {Thing.CUSTOMER: name, Thing.ACCOUNT: name}
    if asked := stage.requests.get(name):
        things |= {Thing.ACCESS_REQUEST: asked, Thing.CUSTOMER_REQUEST: f"{name}/{asked}"}
    if correction := stage.corrections.get(name):
        things |= {Thing.CORRECTION: correction}
    return Target(name, tuple(things.items()))


def _target(stage: Stage, name: str, file: str, *, is_note: bool) -> Target:
    number = stage.cases[name].number
    things = {Thing.ATTACHMENT: file, Thing.CASE_ATTACHMENT: f"{number}/{file}"}
    shares = [share.public_id for (case, _to), share in stage.shares.items() if case == name]
    if not is_note:
        things |= {Thing.CASE: number} | ({Thing.SHARE: shares[0]} if shares else {})
    return Target(name, tuple(things.items()), is_note)


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
