"""Requests that name a case or a customer elsewhere than in their address: in a form, a body or a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from liaison.cases.lists.statements import Place
from liaison.cases.numbers import shown
from tests.matrix.ways import Answer, Asker

_DRAFT: Final = "draft000000000"
_FILED: Final = {
    "product": "other",
    "category": "question",
    "title": "New",
    "description": "New",
    "severity": "low",
}


class Kind(StrEnum):
    """What is named."""

    CASE = "case"
    ATTACHMENT = "attachment"
    FILE = "file"
    CUSTOMER = "customer"
    INTEGRATION = "integration"


@dataclass(frozen=True)
class Own:
    """What a request has beside the name: a case that the actor sees, and an account that works for its customer.

    `updated` and `created` are the case's, in microseconds, and `slug` is whose it is: a place in a list is made up of
    these, and told apart from another one at the same moment by the number.
    """

    case: str
    account: str
    slug: str
    updated: int
    created: int


@dataclass(frozen=True)
class Naming:
    """`how` is `get`, `fragment`, `post`, or the method of an operation. `sends` gets the name and what is one's own.

    In the path stand the case and the customer of one's own, `{own}` and `{slug}`. `about` says what is named.
    `tells` is false where nobody learns anything, whoever sees what is named.
    """

    about: Kind
    how: str
    path: str
    sends: Callable[[str, Own], dict[str, Any]]
    in_query: bool = False
    tells: bool = True

    def __str__(self) -> str:
        return f"{self.how} {self.path} with {self.sends('…', Own('own', 'its', 'whose', 0, 0))}"

    @property
    def is_list(self) -> bool:
        """Whether it asks for cases, and the customer is what they are narrowed to."""
        return self.path in {"/cases", "/cases/export"} and self.how in {"get", "fragment", "GET"}


def ask(asker: Asker, naming: Naming, own: Own, name: str) -> Answer:
    """Ask with this name in the request; whatever that changed is taken back."""
    path = naming.path.format(own=own.case, slug=own.slug, draft=_DRAFT)
    values = naming.sends(name, own)
    query, sent = (values, None) if naming.in_query else ({}, values)

    def send() -> Any:
        if naming.how.isupper():
            return asker.send(naming.how, f"/api/v1{path}", query, sent)
        return asker.browse(naming.how, path, query, sent)

    return asker.answer(send, f"{name}/{shown(name)}")


def _narrowing(name: str) -> tuple[Naming, ...]:
    """Return how lists are asked for by a parameter that names a customer."""
    sends = {name: lambda slug, _own: {name: slug}}[name]
    return (
        Naming(Kind.CUSTOMER, "get", "/cases", sends, in_query=True),
        Naming(Kind.CUSTOMER, "fragment", "/cases", sends, in_query=True),
        Naming(Kind.CUSTOMER, "get", "/cases/export", sends, in_query=True),
        Naming(Kind.CUSTOMER, "GET", "/cases", sends, in_query=True),
        Naming(Kind.CUSTOMER, "get", "/cases/new", sends, in_query=True),
        Naming(Kind.CUSTOMER, "get", "/cases/new/{draft}", sends, in_query=True),
        Naming(Kind.CUSTOMER, "POST", "/cases", lambda slug, _own: _FILED | {name: slug}),
    )


def _places(parameter: str, how: str) -> tuple[Naming, ...]:
    """Return how a place in a list is asked for that is a case, in the orders that there are."""
    return (
        Naming(
            Kind.CASE, how, "/cases", lambda number, own: {parameter: str(Place(0, own.updated, number))}, in_query=True
        ),
        Naming(
            Kind.CASE,
            how,
            "/cases",
            lambda number, own: {parameter: str(Place(0, own.created, number)), "sort": "created"},
            in_query=True,
        ),
        Naming(
            Kind.CASE,
            how,
            "/cases",
            lambda number, own: {parameter: str(Place(own.slug, own.updated, number)), "sort": "customer"},
            in_query=True,
        ),
    )


def _filed_after(path: str, how: str) -> Naming:
    return Naming(Kind.CASE, how, path, lambda number, _own: {"follows": number}, in_query=True)


CASE_NAMINGS: Final[tuple[Naming, ...]] = (
    Naming(Kind.CASE, "post", "/cases/{own}/links", lambda number, _own: {"number": number, "kind": "related"}),
    Naming(Kind.CASE, "post", "/cases/{own}/links/remove", lambda number, _own: {"number": number}),
    Naming(Kind.CASE, "post", "/cases/close", lambda number, _own: {"number": number}),
    Naming(
        Kind.CASE,
        "post",
        "/cases/close",
        lambda number, own: {"number": [own.case, number], "close": "1", "reason": "solved"},
    ),
    Naming(Kind.CASE, "post", "/cases/hand-over", lambda number, own: {"account": own.account, "number": number}),
    _filed_after("/cases/new", "get"),
    _filed_after("/cases/new/{draft}", "get"),
    _filed_after("/cases/new/{draft}", "fragment"),
    *_places("older", "get"),
    *_places("newer", "fragment"),
    *_places("cursor", "GET"),
    Naming(Kind.CASE, "get", "/cases", lambda number, _own: {"q": number}, in_query=True),
    Naming(Kind.CASE, "get", "/cases/export", lambda number, _own: {"q": number}, in_query=True),
    Naming(Kind.CASE, "GET", "/cases", lambda number, _own: {"q": number}, in_query=True),
    Naming(Kind.CASE, "POST", "/cases/{own}/links", lambda number, _own: {"case": number}),
    Naming(Kind.CASE, "DELETE", "/cases/{own}/links", lambda number, _own: {"case": number}, in_query=True),
    Naming(
        Kind.CASE, "POST", "/case-closings", lambda number, own: {"numbers": [own.case, number], "reason": "solved"}
    ),
    Naming(Kind.CASE, "POST", "/hand-overs", lambda number, own: {"account": own.account, "numbers": [number]}),
    Naming(Kind.CASE, "POST", "/cases", lambda number, _own: _FILED | {"follows": number}),
    Naming(
        Kind.ATTACHMENT,
        "POST",
        "/cases/{own}/updates",
        lambda file, _own: {"text": "New", "ask_deletion": [{"attachment": file, "reason": "New"}]},
    ),
    # A file that was sent belongs to where it was sent, for whoever names it again.
    Naming(Kind.FILE, "POST", "/cases/{own}/updates", lambda file, _own: {"text": "New", "files": [file]}, tells=False),
    Naming(Kind.FILE, "POST", "/cases", lambda file, _own: _FILED | {"files": [file]}, tells=False),
)
CUSTOMER_NAMINGS: Final[tuple[Naming, ...]] = (
    *_narrowing("account"),
    *_narrowing("customer"),
    Naming(Kind.CUSTOMER, "post", "/access-requests", lambda slug, _own: {"customer": slug, "level": "view"}),
    Naming(Kind.CUSTOMER, "post", "/access-requests", lambda slug, _own: {"one": slug, "back": "customer"}),
    Naming(Kind.CUSTOMER, "get", "/customers", lambda slug, _own: {"after": slug}, in_query=True),
    Naming(Kind.CUSTOMER, "GET", "/customers", lambda slug, _own: {"cursor": slug}, in_query=True),
    # No customer is a support partner.
    Naming(
        Kind.CUSTOMER, "POST", "/customers/{slug}/support-partners", lambda slug, _own: {"partner": slug}, tells=False
    ),
)
INTEGRATION_NAMINGS: Final[tuple[Naming, ...]] = (
    Naming(Kind.INTEGRATION, "get", "/cases", lambda key, _own: {"integration": key}, in_query=True),
    # No case of the scene is about it.
    Naming(Kind.INTEGRATION, "GET", "/cases", lambda key, _own: {"integration": key}, in_query=True, tells=False),
    Naming(Kind.INTEGRATION, "get", "/cases/new", lambda key, _own: {"integration": key}, in_query=True),
    Naming(Kind.INTEGRATION, "get", "/cases/new/{draft}", lambda key, _own: {"integration": key}, in_query=True),
    Naming(
        Kind.INTEGRATION,
        "get",
        "/cases/new",
        lambda key, own: {"integration": key, "customer": own.slug},
        in_query=True,
        tells=False,  # it is no customer's
    ),
    Naming(
        Kind.INTEGRATION, "POST", "/cases", lambda key, _own: _FILED | {"product": "things_to_do", "integration": key}
    ),
)
