"""Who grants, narrows, revokes, asks, begins, ends and hands over, by pages and API, is what the oracle says.

What may not be done changes nothing, and is refused as what is not there to whoever may not see the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import pytest
from django.db import transaction

from liaison.cases.models import HandOver
from liaison.delegation.models import AccessRequest, Bond, Correction, Grant
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action, Kind, Level, World
from tests.delegation.oracle import allowed
from tests.delegation.scene import ACTORS, make_scene
from tests.delegation.staging import Stage
from tests.matrix.comparing import IS_FULL, Note, each_actor, tell, unlike_nothing
from tests.matrix.walk import NOBODY
from tests.matrix.ways import NO_TOKEN, Answer, Asker

_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_SIGNED_OUT: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FOUND})
# One of each sort at what it may, and the others at what they may not.
_SOME: Final = ("ugo", "rosa", "edo", "rita", "hal", "vic", "agent")


# Whose time opens not every open case of the customer.
_LACKS_OPEN_CASES: Final = frozenset({("trattoria", "alpha"), ("trattoria", "helper"), ("cantina", "alpha")})


@dataclass(frozen=True)
class Deed:
    """Something done for a customer. `how` is `post` for a page, else the method of an operation.

    `takes` is what the oracle is asked for, of the customer; for pages of a customer's own it is the actor's.
    """

    name: str
    takes: Callable[[World, str, str, datetime], Action]
    how: str
    path: str
    sends: dict[str, Any]

    @property
    def is_own(self) -> bool:
        """Whether the page is about the actor's own account, and names the other account alone."""
        return "{customer}" not in self.path and "{customer}" not in self.sends.values()

    def by(self, asker: Asker, customer: str, account: str, request: str) -> Any:
        """Do it for a customer, with an account, about what was asked."""
        names = {"customer": customer, "account": account, "request": request}
        sent = {key: value.format(**names) if isinstance(value, str) else value for key, value in self.sends.items()}
        path = self.path.format(**names)
        if self.how == "post":
            return asker.browse("post", path, {}, sent)
        return asker.send(self.how, f"/api/v1{path}", None, sent or None)


def _to(level: Level) -> Callable[[World, str, str, datetime], Action]:
    """Return what a level takes: to widen is to grant, and all else is to narrow, which is to revoke (W5)."""

    def action(world: World, customer: str, account: str, now: datetime) -> Action:
        held = [one.level for one in world.granted if (one.customer, one.account) == (customer, account)
                and one.span.holds(now)]  # fmt: skip
        is_held = Level.MANAGE in held or level in held
        return Action.REVOKE if is_held else Action.GRANT

    return action


def _always(action: Action) -> Callable[[World, str, str, datetime], Action]:
    return lambda _world, _customer, _account, _now: action


_OWN: Final = "/account/access"
_ACCESS: Final = "/customers/{customer}/access/{account}"
_PARTNERS: Final = "/customers/{customer}/support-partners"
_GRANT, _REVOKE, _END, _ASK = (_always(one) for one in (Action.GRANT, Action.REVOKE, Action.END_SUPPORT, Action.ASK))
_HAND_OVER: Final = _always(Action.HAND_OVER)
DEEDS: Final[tuple[Deed, ...]] = (
    Deed("manage", _to(Level.MANAGE), "PUT", _ACCESS, {"level": "manage"}),
    Deed("view", _to(Level.VIEW), "PUT", _ACCESS, {"level": "view"}),
    Deed("revoke", _REVOKE, "DELETE", _ACCESS, {}),
    Deed("begin", _GRANT, "POST", _PARTNERS, {"partner": "helper"}),
    Deed("end", _END, "DELETE", _PARTNERS + "/{account}", {}),
    Deed("ask", _ASK, "POST", "/customers/{customer}/access-requests", {"level": "manage"}),
    Deed("manage", _to(Level.MANAGE), "post", _OWN + "/accounts/{account}/grant", {"level": "manage"}),
    Deed("view", _to(Level.VIEW), "post", _OWN + "/accounts/{account}/grant", {"level": "view"}),
    Deed("revoke", _REVOKE, "post", _OWN + "/accounts/{account}/revoke", {}),
    Deed("begin", _GRANT, "post", _OWN + "/partners/helper/begin", {}),
    Deed("end", _END, "post", _OWN + "/partners/{account}/end", {}),
    Deed("end", _END, "post", "/customers/{customer}/end-support", {}),
    Deed("ask", _ASK, "post", "/access-requests", {"customer": "{customer}", "level": "manage"}),
    Deed("answer", _GRANT, "PUT", "/customers/{customer}/access-requests/{request}", {"level": None}),
    Deed("answer", _GRANT, "post", _OWN + "/requests/{request}/decline", {}),
    Deed("hand over", _HAND_OVER, "POST", "/hand-overs", {"account": "{account}", "all_open": True}),
    Deed("hand over", _HAND_OVER, "post", "/cases/hand-over", {"account": "{account}", "all": "1"}),
)


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@each_actor
def test_whoever_may_decides_about_access(scene: Stage, actors: tuple[str, ...], record_property: Note) -> None:
    """D3, D11, W4, W5, W14."""
    now, asked, wrong = utc_now(), 0, []
    for turn, actor in enumerate(actors):
        if IS_FULL or actor in _SOME:
            asker = Asker(scene, actor)
            cells = list(_cells(scene, actor))
            for deed, customer, account in cells if IS_FULL else cells[turn % 5 :: 5]:
                asked += 1
                problem = _judge(scene, asker, (deed, actor, customer, account), now)
                wrong += [f"{actor}, {deed.name} {deed.how} {deed.path}, {customer}, {account}: {problem}"] * bool(
                    problem
                )
    tell(asked, wrong, record_property)


def test_who_keeps_accounts_deals_with_corrections(scene: Stage) -> None:
    """D2, W2: whoever asked for one has said it all."""
    (key,) = scene.corrections.values()
    for actor in ACTORS if IS_FULL else (*_SOME, "administrator", "engineer", "manager"):
        asker = Asker(scene, actor)
        for send in (
            partial(asker.browse, "post", f"/desk/corrections/{key}/done", {}, {}),
            partial(asker.send, "PUT", f"/api/v1/corrections/{key}/done"),
        ):
            with transaction.atomic():
                status = send().status_code
                is_done = Correction.objects.exclude(done_at=None).exists()
                transaction.set_rollback(True)
            assert is_done == (scene.world.people[actor].role == "operator_administrator"), (actor, status)


def _cells(scene: Stage, actor: str) -> Iterator[tuple[Deed, str, str]]:
    """Yield each deed for each customer and account that works for it now; pages of one's own for one's own."""
    world, own = scene.world, scene.world.people[actor].account
    pairs = {(one.customer, one.account) for one in world.managed if one.span.until is None}
    pairs |= {(one.customer, one.account) for one in world.supported if one.span.until is None}
    whose = own if world.kinds[own] is Kind.CUSTOMER else "trattoria"
    for deed in DEEDS:
        yield from ((deed, *pair) for pair in sorted(pairs) if not deed.is_own or pair[0] == whose)


def _judge(scene: Stage, asker: Asker, cell: tuple[Deed, str, str, str], now: datetime) -> str:
    deed, _actor, customer, account = cell
    with transaction.atomic():
        before = _state()
        status = deed.by(asker, customer, account, scene.requests.get(customer, NOBODY)).status_code
        is_changed = _state() != before
        transaction.set_rollback(True)
    if not _may(scene, cell, now):
        is_out = asker.secret == NO_TOKEN  # nobody who is suspended has a session or a token (W13)
        if is_changed or not (_is_refusal(deed, status) or (is_out and status in _SIGNED_OUT)):
            return f"{status} and {'changed' if is_changed else 'nothing changed'}"
        return _unseen(scene, asker, cell, now)
    if is_changed != _is_new(scene, cell, now):
        return f"{status} and {'changed' if is_changed else 'nothing changed'}"
    return f"refused with {status}" if status in _REFUSED and not _is_missing(scene, cell, now) else ""


def _may(scene: Stage, cell: tuple[Deed, str, str, str], now: datetime) -> bool:
    deed, actor, customer, account = cell
    action = deed.takes(scene.world, customer, account, now)
    if deed.is_own and scene.world.people[actor].account != customer:
        return False
    if action is Action.END_SUPPORT and "end-support" in deed.path:  # the partner's own page
        is_partner = scene.world.kinds[scene.world.people[actor].account] is Kind.SUPPORT_PARTNER
        return is_partner and allowed(scene.world, actor, action, customer, now)
    return allowed(scene.world, actor, action, customer, now)


def _is_refusal(deed: Deed, status: int) -> bool:
    """Whether the answer says no. The page that asks several customers says of each what became of it."""
    return status in _REFUSED or (deed.path == "/access-requests" and status == HTTPStatus.OK)


def _is_missing(scene: Stage, cell: tuple[Deed, str, str, str], now: datetime) -> bool:
    """Whether there is nothing to end or to answer: the account manages, and supports not, or nobody asked."""
    deed, actor, customer, account = cell
    if deed.name != "end":
        return deed.name == "answer" and customer not in scene.requests
    named = scene.world.people[actor].account if "end-support" in deed.path else account
    return not _supports(scene, customer, named, now)


def _is_new(scene: Stage, cell: tuple[Deed, str, str, str], now: datetime) -> bool:
    """Whether what may be done is still to do: not the same level again, nor what is over or begun already."""
    deed, _actor, customer, account = cell
    held = [one.level for one in scene.world.granted if (one.customer, one.account) == (customer, account)
            and one.span.holds(now)]  # fmt: skip
    match deed.name:
        case "manage" | "view":
            return held != [Level(deed.name)]
        case "revoke":
            return bool(held)
        case "begin":
            return not _supports(scene, customer, "helper", now)
        case "end" | "answer":
            return not _is_missing(scene, cell, now)
        case "hand over":
            return (customer, account) in _LACKS_OPEN_CASES
        case _:  # to ask once more, or for what one has, is refused with the reason
            return held != [Level.MANAGE] and customer not in scene.requests


def _supports(scene: Stage, customer: str, account: str, now: datetime) -> bool:
    return any((one.customer, one.account) == (customer, account) and one.span.holds(now)
               for one in scene.world.supported)  # fmt: skip


def _unseen(scene: Stage, asker: Asker, cell: tuple[Deed, str, str, str], now: datetime) -> str:
    deed, actor, customer, account = cell
    if deed.is_own or allowed(scene.world, actor, Action.SEE_CUSTOMER, customer, now):
        return ""

    def ask(name: str) -> Answer:
        return asker.answer(lambda: deed.by(asker, name, account, NOBODY), name)

    return unlike_nothing(asker, (deed.how, deed.path, deed.name, account), ask, (customer, NOBODY))


def _state() -> list[Any]:
    """Return everything that a deed can change."""
    spans = (Grant.objects.values_list("pk", "level", "ended_at"), Bond.objects.values_list("pk", "ended_at"))
    asked = AccessRequest.objects.values_list("pk", "state", "asked_at")
    return [sorted(map(str, rows)) for rows in (*spans, asked, HandOver.objects.values_list("pk", "ended_at"))]
