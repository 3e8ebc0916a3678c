"""The words of the register: what a route is, who may use it, and why some routes are for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from liaison.accounts.rights import Privilege

Verb = Callable[..., Any]


class Read(StrEnum):
    """What a route does that changes nothing."""

    READ = "shows something"
    LEAD = "leads to another page"


class Anybody(StrEnum):
    """Needs that are no privilege."""

    SIGNED_IN = "everybody who is signed in, about themselves"
    SEES = "everybody who sees the object"


class Why(StrEnum):
    """Why a route asks for no sign-in."""

    SIGN_IN = "it is how people come in and go out"
    MAILED_CODE = "the code that was mailed is the proof, and it counts for five tries"
    MAILED_LINK = "the link that was mailed is the proof"
    INTAKE_KEY = "the intake key is the proof"
    END_USERS = "it is for end users"
    HELP = "help is for everybody, also behind the gate and signed out"
    PREFERENCES = "it keeps a choice in the visitor's own browser"
    LOOKS = "it is part of how every page looks"
    OPERATION = "it says whether the installation works"
    DESCRIPTION = "it describes the API and shows no data"
    NOWHERE = "it leads nowhere"
    DEMO = "it exists in the demo only"


class Thing(StrEnum):
    """What a route's address names; the walk puts in one that exists and one that does not."""

    NOTHING = ""
    ACCOUNT = "account"
    USER = "user"
    INVITATION = "invitation"
    TOKEN = "token"  # the name of a thing
    INTEGRATION = "integration"
    PAUSE = "pause"
    FEED = "feed"
    KEY = "key"
    BRAND = "brand"
    INCIDENT = "incident"
    ESCALATION = "escalation"
    ENDPOINT = "endpoint"
    DELIVERY = "delivery"
    ROTA = "rota"
    LAYER = "layer"
    OVERRIDE = "override"
    SWAP = "swap"
    HOLIDAY = "holiday"
    INCOMING_MAIL = "incoming_mail"
    DRILL = "drill"
    TEST = "test message"
    NOTICE = "notice"
    SIGNAL_SOURCE = "signal source"
    EXPECTATION = "expectation"
    CASE = "case"
    CASE_DRAFT = "draft of a case"
    ATTACHMENT = "attachment of a case"
    CASE_ATTACHMENT = "case and attachment"
    CASE_VIEW = "saved view of cases"
    SHARE = "share of a case"
    GROUP = "group"
    UPLOAD = "upload"
    RULE = "rule"
    HELP_ARTICLE = "help article"
    HELP_ANSWER = "help answer"
    HELP_PICTURE = "help picture"
    INTEREST = "interest"
    CUSTOMER = "customer"
    CORRECTION = "correction"
    ACCESS_REQUEST = "request for access"
    CUSTOMER_REQUEST = "customer and request for access"


@dataclass(frozen=True)
class Route:
    """One route. `needs` are alternatives: one privilege of the account's own people or one of staff is enough.

    `does` are the verbs that the route calls, or what it shows. A page has no `method`: it knows its own.
    """

    path: str
    does: tuple[Verb | Read, ...]
    needs: tuple[Privilege | Anybody | Why, ...]
    thing: Thing = Thing.NOTHING
    method: str = ""

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}".strip()

    @property
    def why_public(self) -> Why | None:
        return next((need for need in self.needs if isinstance(need, Why)), None)

    @property
    def privileges(self) -> tuple[Privilege, ...]:
        return tuple(need for need in self.needs if isinstance(need, Privilege))

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return tuple(one for one in self.does if not isinstance(one, Read))


def page(path: str, does: Any, needs: Any, thing: Thing = Thing.NOTHING) -> Route:
    return Route(path, _several(does), _several(needs), thing)


def call(method: str, path: str, does: Any, needs: Any, thing: Thing = Thing.NOTHING) -> Route:
    """Return an operation of the API; `path` stands behind `api/v1/`."""
    return Route(f"api/v1/{path}", _several(does), _several(needs), thing, method)


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
