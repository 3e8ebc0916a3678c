"""The matrix of delegated support: actors, cases and customers, actions, and every way to ask (D5, W7, invariant 6).

`make matrix` asks everything of everybody; the suite asks so much that any two of actor, way and target meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from itertools import cycle
from typing import Final

import pytest

from liaison.accounts.rights import Privilege
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action, Kind, Level
from tests.delegation.oracle import allowed
from tests.delegation.scene import ACTORS, make_scene
from tests.delegation.staging import Stage
from tests.matrix.comparing import IS_FULL, Note, each_actor, tell, unlike_nothing
from tests.matrix.expected import More, Takes, takes
from tests.matrix.sampling import everything, pairwise
from tests.matrix.vocabulary import Thing
from tests.matrix.ways import (
    Answer,
    Asker,
    Target,
    Way,
    name_for,
    nothing_for,
    targets_of,
    ways_about,
    ways_of_accounts,
)

_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
# A form about another case, an incident or an account that is not there is answered as missing, whoever asks.
_NAME_MORE: Final = frozenset({"links", "remove", "take-back", "hand-overs"})
Cell = tuple[str, Way, Target]


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()


@each_actor
def test_every_answer_about_a_case_is_what_the_oracle_says(
    scene: Stage, actors: tuple[str, ...], record_property: Note
) -> None:
    """What may not be seen looks like what is not there, byte for byte and in the number of statements."""
    cells = list(_cells(targets_of(scene, cases=True), ways_about(cases=True)))
    _walk(scene, actors, cells, _judge_case, record_property)


@each_actor
def test_every_answer_about_a_customer_is_what_the_oracle_says(
    scene: Stage, actors: tuple[str, ...], record_property: Note
) -> None:
    """D1: only the customers assigned to the domain that is signed in."""
    cells = list(_cells(targets_of(scene, cases=False), ways_about(cases=False)))
    _walk(scene, actors, cells, _judge_customer, record_property)


@each_actor
def test_every_answer_about_a_customers_account_is_what_the_oracle_says(
    scene: Stage, actors: tuple[str, ...], record_property: Note
) -> None:
    """D1, W2: what works for every account works not for a customer that one does not belong to."""
    routes, targets = ways_of_accounts(), targets_of(scene, cases=False)
    if IS_FULL:
        cells = list(_cells(targets, routes))
    else:  # each route once, in turn by those for whom a mistake would be worst
        turns = zip(cycle(("rita", "hal", "olga", "manager", "vic")), cycle(targets), routes, strict=False)
        cells = [(actor, ways[turn % len(ways)], target) for turn, (actor, target, ways) in enumerate(turns)]
    _walk(scene, actors, cells, _judge_account, record_property)


def _cells(targets: Sequence[Target], routes: Sequence[tuple[Way, ...]]) -> Iterator[Cell]:
    if IS_FULL:
        every = [way for ways in routes for way in ways]
        yield from (cell for cell in everything(ACTORS, every, targets) if name_for(cell[1], cell[2]))
        return
    found = pairwise(ACTORS, routes, targets, lambda ways, target: name_for(ways[0], target) is not None)
    for number, (actor, ways, target) in enumerate(found):
        yield actor, ways[(number + number // len(routes)) % len(ways)], target


def _walk(
    scene: Stage,
    actors: tuple[str, ...],
    cells: list[Cell],
    judge: Callable[[Stage, Cell, Asker, datetime], str],
    note: Note,
) -> None:
    """Ask all of each actor in turn, and say of everything that is wrong."""
    now, asked, wrong = utc_now(), 0, []
    for actor in actors:
        asker = Asker(scene, actor)
        own = [cell for cell in cells if cell[0] == actor]
        asked += len(own)
        judged = ((cell, judge(scene, cell, asker, now)) for cell in own)
        wrong += [f"{actor}, {cell[1]}, {cell[2]}: {problem}" for cell, problem in judged if problem]
    tell(asked, wrong, note)


def _judge_case(scene: Stage, cell: Cell, asker: Asker, now: datetime) -> str:
    actor, way, target = cell
    name = name_for(way, target) or ""
    door = Action.READ_NOTES if target.is_note else Action.SEE
    answer = asker.ask(way, name)
    sees_case = allowed(scene.world, actor, Action.SEE, target.name, now)
    if not allowed(scene.world, actor, door, target.name, now):
        nothing = nothing_for(way, scene.cases[target.name].number if sees_case else "")
        return unlike_nothing(asker, way, partial(asker.ask, way), (name, nothing), answer)
    if way.route.thing is Thing.SHARE:  # W6: who else reads a case is for whoever sees it without a share
        return ""
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return "" if way.how != "api" else "405"
    return _visible(scene, cell, answer, now)


def _visible(scene: Stage, cell: Cell, answer: Answer, now: datetime) -> str:
    """Judge the answer about a case that is seen: what may be done is not refused, and the other way round."""
    actor, way, target = cell
    may = any(_may(scene, actor, one, target.name, now) for one in _needed(way))
    is_refused = answer.status in _REFUSED or (way.changes and answer.status == HTTPStatus.CONFLICT)
    if may and answer.status in _REFUSED and not _NAME_MORE & set(way.route.path.split("/")):
        return f"refused with {answer.status}"
    is_closed = scene.world.cases[target.name].closed_at is not None
    if way.changes and not may and not is_refused and not is_closed:
        return f"not refused: {answer.status}"
    return ""


def _needed(way: Way) -> tuple[Takes, ...]:
    if way.route.path.endswith("/shares"):
        return (More.SHARE,)
    if way.route.path.endswith("/access"):
        return (More.OWN_OR_STAFF,)
    of_staff: dict[str, Takes] = {"staff.work_cases": More.AGENT, "staff.view_cases": Action.READ_NOTES}
    needs = {one.value for one in way.route.privileges}
    if len(needs) == 1 and needs <= set(of_staff):
        return (of_staff[next(iter(needs))],)
    found = takes(way.route)
    beyond = tuple(one for one in found if one is not Action.SEE)
    return beyond if way.changes and beyond else found


def _may(scene: Stage, actor: str, what: Takes, case: str, now: datetime) -> bool:
    world, who = scene.world, scene.world.people[actor]
    if isinstance(what, Action):
        return allowed(world, actor, what, case, now)
    if what is More.AGENT:
        return who.role == "support_agent"
    if what is More.OWN_OR_STAFF:  # D4: the page shows a customer's users with portal access who can see their cases
        is_own = who.account == world.cases[case].customer and who.role in {"administrator", "editor", "reader"}
        return is_own or world.kinds[who.account] is Kind.OPERATOR
    if what is More.OWN_WRITER:
        return who.account == world.cases[case].customer and who.role in {"administrator", "editor"}
    closed_at = world.cases[case].closed_at
    scene.chronicle.closed(case, None)  # W9: sharing goes on when a case is closed
    found = allowed(world, actor, Action.CHANGE, case, now)
    scene.chronicle.closed(case, closed_at)
    return found


def _judge_customer(scene: Stage, cell: Cell, asker: Asker, now: datetime) -> str:
    actor, way, target = cell
    name = name_for(way, target) or ""
    answer, kind = asker.ask(way, name), scene.world.kinds[scene.world.people[actor].account]
    sees_customer = allowed(scene.world, actor, Action.SEE_CUSTOMER, target.name, now)
    if not (sees_customer and _is_for(kind, way.route.thing)):
        nothing = nothing_for(way, target.name if sees_customer else "")
        return unlike_nothing(asker, way, partial(asker.ask, way), (name, nothing), answer)
    is_delegate = kind in {Kind.RESELLER, Kind.SUPPORT_PARTNER}
    is_for_delegates = Privilege.VIEW_CUSTOMERS in way.route.privileges
    if is_delegate and is_for_delegates and not way.changes and answer.status in _REFUSED:
        return f"refused with {answer.status}"
    return ""


def _is_for(kind: Kind, thing: Thing) -> bool:
    """Say whether this kind of account may know of such a thing of a customer that it sees."""
    return {
        Thing.ACCESS_REQUEST: kind is Kind.CUSTOMER,  # an answer is the customer's (D3)
        Thing.CUSTOMER_REQUEST: kind in {Kind.CUSTOMER, Kind.OPERATOR},  # a delegate learns not who else asked (W14)
        Thing.CORRECTION: kind is Kind.OPERATOR,  # whoever asks gets no answer but the record (D2)
    }.get(thing, True)


def _judge_account(scene: Stage, cell: Cell, asker: Asker, now: datetime) -> str:
    """Judge a customer's account itself: its own people and staff see it, a delegate its place in lists alone (D2)."""
    actor, way, target = cell
    who, answer = scene.world.people[actor], asker.ask(way, target.name)
    is_staff = scene.world.kinds[who.account] is Kind.OPERATOR
    if is_staff and allowed(scene.world, actor, Action.SEE_CUSTOMER, target.name, now):
        return ""
    if who.account == target.name and way.route.path.removeprefix("api/v1/").startswith("accounts/"):
        return ""
    return unlike_nothing(asker, way, partial(asker.ask, way), (target.name, nothing_for(way)), answer)


def test_it_notices_what_it_is_for(scene: Stage) -> None:
    """A matrix that compares nothing passes too: let one case be opened to somebody behind the oracle's back."""
    way = next(way for ways in ways_about(cases=True) for way in ways if str(way) == "get cases/<str:number>")
    target = next(one for one in targets_of(scene, cases=True) if one.name == "t_own")
    asker, now = Asker(scene, "rita"), utc_now()
    assert _judge_case(scene, ("rita", way, target), asker, now) == ""
    scene.hand_over("t_own", "ugo", "alpha", now)
    scene.world.handed_over.pop()
    assert "and what is not there 404" in _judge_case(scene, ("rita", way, target), asker, now)
    scene.revoke("trattoria", "ugo", "alpha", now)
    scene.chronicle.granted("trattoria", "alpha", Level.MANAGE, now)
    seen = next(one for one in targets_of(scene, cases=True) if one.name == "t_late")
    assert "refused" in _judge_case(scene, ("rita", way, seen), asker, now)
