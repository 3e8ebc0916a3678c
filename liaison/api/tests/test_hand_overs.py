"""Programs of a customer hand cases over, take them back, and read who could see a case (D5, W4)."""

from __future__ import annotations

import pytest

from liaison.api.tests.house import Caller, problem_of
from liaison.cases import access
from liaison.cases.tests.delegates import World, make_world
from liaison.lib.clock import utc_now


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_a_program_hands_over_and_takes_back(world: World) -> None:
    first, second = world.files(1), world.files(2)
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    ugo, later = Caller(world.ugo), world.nina.account.slug
    (target,) = ugo.get("/hand-overs").json()
    assert target == {"account": later, "name": "Later", "tie": "manages", "granted": "manage", "unseen": 2}
    assert ugo.post("/hand-overs", {"account": later, "numbers": [first.number]}).json() == [first.number]
    assert ugo.post("/hand-overs", {"account": later, "all_open": True}).json() == [second.number]
    assert ugo.post("/hand-overs", {"account": later, "all_open": True}).json() == []
    assert problem_of(ugo.post("/hand-overs", {"account": later}), 422)["errors"][0]["code"] == (
        "hand_over_nothing_chosen"
    )
    problem_of(ugo.post("/hand-overs", {"account": "\x00", "all_open": True}), 400)
    problem_of(ugo.post("/hand-overs", {"account": world.rita.account.slug, "all_open": True}), 404)
    assert ugo.delete(f"/cases/{first.number}/hand-overs/{later}").status_code == 204
    assert problem_of(ugo.delete(f"/cases/{first.number}/hand-overs/{later}"), 409)["code"] == "hand_over_not_given"
    seen = access.visible_cases(world.nina, utc_now()).values_list("number", flat=True)
    assert list(seen) == [second.number]


def test_who_could_see_a_case_is_read_by_its_account_and_looks_are_kept(world: World) -> None:
    """D5: each reading through the API by another account is kept, once a minute."""
    case = world.files(1)
    rita = Caller(world.rita)
    for _again in range(2):
        assert rita.get(f"/cases/{case.number}").status_code == 200
        assert rita.get(f"/cases/{case.number}/updates").status_code == 200
    found = Caller(world.rosa).get(f"/cases/{case.number}/access").json()
    assert [(one["name"], one["rule"], one["right"]) for one in found["seeing"]] == [
        ("Trattoria", "own", ""), ("", "staff", ""), ("Resold", "bound_when_filed", "manage"),
    ]  # fmt: skip
    assert [(one["person"], one["way"], one["is_refused"]) for one in found["looks"]] == [
        ("Rita Reseller", "api", False)
    ]
    then = Caller(world.rosa).get(f"/cases/{case.number}/access", at="2026-03-01T00:00:00Z").json()
    assert (then["seeing"], then["looks"]) == ([], [])
    problem_of(rita.get(f"/cases/{case.number}/access"), 403)
    problem_of(Caller(world.nina).get(f"/cases/{case.number}/access"), 404)
    problem_of(Caller(world.rosa).get(f"/cases/{case.number}/access", at="x"), 422)


def test_only_users_of_a_customer_who_manage_cases_hand_over(world: World) -> None:
    case = world.files(1)
    later = world.nina.account.slug
    for person, status in ((world.rosa, 403), (world.rita, 404), (world.nina, 404)):
        problem_of(Caller(person).get("/hand-overs"), status)
        problem_of(Caller(person).post("/hand-overs", {"account": later, "all_open": True}), status)
    for person, status in ((world.rosa, 403), (world.rita, 403), (world.nina, 404)):
        problem_of(Caller(person).delete(f"/cases/{case.number}/hand-overs/{later}"), status)
