"""Notices, the digest and quiet hours by API: the same verbs, rights and words as on the pages."""

from __future__ import annotations

import pytest

from liaison.api.tests.house import Caller, House, problem_of
from liaison.notices.models import Notice

BODY = {
    "account": "bistro",
    "topic": "user_escalation",
    "title": "A booking was not honoured",
    "text": "Please call the guest.",
    "language": "en",
    "is_urgent": True,
}


@pytest.fixture
def raised(house: House) -> dict[str, object]:
    answer = Caller(house.cast.agent).post("/notices", BODY)
    assert answer.status_code == 201
    found: dict[str, object] = answer.json()
    return found


def test_staff_raise_one_and_both_sides_read_it(house: House, raised: dict[str, object]) -> None:
    for reader in (house.cast.agent, house.cast.reader):
        assert Caller(reader).get(f"/notices/{raised['id']}").json() == raised
        assert Caller(reader).get("/notices").json()["items"] == [raised]
    (announced,) = Caller(house.cast.reader).get(f"/notices/{raised['id']}/announcements").json()
    assert announced["topics"] == ["user_escalation"]
    assert [one["held"] for one in announced["deliveries"]] == [[] for _ in announced["deliveries"]]


def test_the_plan_says_who_and_sends_nothing(house: House) -> None:
    plan = Caller(house.cast.agent).post("/notices/plan", BODY).json()
    assert [one["because"][0]["reason"] for one in plan["told"]] == ["operator_contact"]
    assert not Notice.objects.exists()


def test_it_is_withdrawn_once(house: House, raised: dict[str, object]) -> None:
    path = f"/notices/{raised['id']}/withdrawal"
    assert Caller(house.cast.agent).put(path).json()["withdrawn_at"]
    assert problem_of(Caller(house.cast.agent).put(path), 409)["code"] == "notice_already_withdrawn"


def test_others_do_not_raise_or_see_it(house: House, raised: dict[str, object]) -> None:
    problem_of(Caller(house.cast.owner).post("/notices", BODY), 403)
    problem_of(Caller(house.cast.manager).post("/notices", BODY | {"account": "elsewhere"}), 404)
    problem_of(Caller(house.cast.manager).post("/notices", BODY | {"account": "nobody"}), 404)
    problem_of(Caller(house.cast.engineer).get(f"/notices/{raised['id']}"), 404)


def test_every_problem_is_named_at_once(house: House) -> None:
    bad = BODY | {"topic": "gossip", "title": "", "text": "", "language": "xx"}
    problem = problem_of(Caller(house.cast.agent).post("/notices", bad), 422)
    assert {one["field"] for one in problem["errors"]} == {"topic", "title", "text", "language"}


def test_the_digest_is_read_and_chosen(house: House) -> None:
    path = "/accounts/bistro/contact-information/digest"
    before = Caller(house.cast.reader).get(path).json()
    assert (before["waits_for_hours"], before["holiday_region"]) == (False, "")
    after = Caller(house.cast.colleague).put(path, {"waits_for_hours": True, "holiday_region": "PL"}).json()
    assert (after["waits_for_hours"], after["holiday_region"]) == (True, "PL")
    problem_of(Caller(house.cast.reader).put(path, {"waits_for_hours": False}), 403)
    problem_of(Caller(house.cast.owner).put(path, {"waits_for_hours": True, "holiday_region": "XX"}), 422)


def test_quiet_hours_are_read_and_chosen(house: House) -> None:
    caller = Caller(house.cast.reader)
    chosen = caller.put("/me/quiet-hours", {"days": [5, 6], "start": "22:00", "end": "7:30"}).json()["quiet_hours"]
    assert chosen == {"days": [5, 6], "start": "22:00", "end": "07:30"}
    assert caller.get("/me").json()["quiet_hours"] == chosen
    problem_of(caller.put("/me/quiet-hours", {"days": [1], "start": "late", "end": "7:30"}), 422)
    problem_of(caller.put("/me/quiet-hours", {"days": [8], "start": "22:00", "end": "7:30"}), 422)
    assert caller.put("/me/quiet-hours", {"days": []}).json()["quiet_hours"]["days"] == []
