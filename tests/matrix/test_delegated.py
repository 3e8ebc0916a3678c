"""The matrix of delegated support: actors, cases and customers, actions, and every way to ask (D5, W7, invariant 6).

`make matrix` asks everything of everybody; the suite asks so much that any two of actor, way and target meet.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

import pytest

from liaison.accounts.rights import Privilege
from liaison.lib.clock import utc_now
from tests.delegation.facts import Action, Kind, Level
from tests.delegation.oracle import allowed
from tests.delegation.scene import ACTORS, make_scene
from tests.delegation.staging import Stage
from tests.matrix.expected import More, Takes, takes
from tests.matrix.sampling import everything, pairwise
from tests.matrix.vocabulary import Thing
from tests.matrix.ways import Answer, Asker, Target, Way, name_for, nothing_for, targets_of, ways_about

IS_FULL: Final = os.environ.get("MATRIX") == "full"
_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
# A form about another case, an incident or an account that is not there is answered as missing, whoever asks.
_NAME_MORE: Final = frozenset({"links", "remove", "take-back", "hand-overs"})
Cell = tuple[str, Way, Target]
Note = Callable[[str, object], None]
# Asking everything takes an hour: each actor is a test of its own, so that one says at once what differs for it.
each_actor: Final = pytest.mark.parametrize("actors", [(one,) for one in ACTORS] if IS_FULL else [ACTORS], ids="-".join)


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
    note("asked", asked)
    note("differed", len(wrong))
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong if IS_FULL else wrong[:40])


def _judge_case(scene: Stage, cell: Cell, asker: Asker, now: datetime) -> str:
    actor, way, target = cell
    name = name_for(way, target) or ""
    door = Action.READ_NOTES if target.is_note else Action.SEE
    answer = asker.ask(way, name)
    sees_case = allowed(scene.world, actor, Action.SEE, target.name, now)
    if not allowed(scene.world, actor, door, target.name, now):
        number = scene.cases[target.name].number if sees_case else ""
        return _looks_like_nothing(way, name, answer, asker, number)
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
    if what is More.OWN_OR_STAFF:
        return who.account == world.cases[case].customer or world.kinds[who.account] is Kind.OPERATOR
    if what is More.OWN_WRITER:
        return who.account == world.cases[case].customer and who.role in {"administrator", "editor"}
    closed_at = world.cases[case].closed_at
    scene.chronicle.closed(case, None)  # W9: sharing goes on when a case is closed
    found = allowed(world, actor, Action.CHANGE, case, now)
    scene.chronicle.closed(case, closed_at)
    return found


def _judge_customer(scene: Stage, cell: Cell, asker: Asker, now: datetime) -> str:
    actor, way, target = cell
    answer = asker.ask(way, target.name)
    if not allowed(scene.world, actor, Action.SEE_CUSTOMER, target.name, now):
        return _looks_like_nothing(way, target.name, answer, asker)
    is_delegate = scene.world.kinds[scene.world.people[actor].account] in {Kind.RESELLER, Kind.SUPPORT_PARTNER}
    is_for_delegates = Privilege.VIEW_CUSTOMERS in way.route.privileges
    if is_delegate and is_for_delegates and not way.changes and answer.status in _REFUSED:
        return f"refused with {answer.status}"
    return ""


def _looks_like_nothing(way: Way, name: str, answer: Answer, asker: Asker, number: str = "") -> str:
    """Say how the answer differs from that for what is not there: in its bytes, or in the number of statements."""
    nothing = nothing_for(way, number)
    missing = asker.ask_once(way, nothing)
    if (answer.masked, answer.statements) != (missing.masked, missing.statements):  # when everything was asked once
        answer, missing = asker.ask(way, name), asker.ask(way, nothing)
    if answer.masked != missing.masked:
        return f"{answer.status}, and what is not there {missing.status}: {_difference(answer.body, missing.body)}"
    if answer.statements != missing.statements:
        return f"{answer.statements} statements, and what is not there takes {missing.statements}"
    return ""


def _difference(one: bytes, other: bytes) -> str:
    at = next((at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), 0)
    return f"…{one[max(0, at - 60) : at + 60]!r}… …{other[max(0, at - 60) : at + 60]!r}…"


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
