"""Programs read what is expected, answer it, and, of staff, change and close it (S7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaison.api.tests.house import Caller, House, problem_of
from liaison.lib.clock import utc_now

NOTICE = {
    "account": "bistro",
    "topic": "technical_notice",
    "title": "Move to version 3",
    "text": "Version 2 ends.",
    "language": "en",
}


@pytest.fixture
def expected(house: House) -> dict[str, Any]:
    answer = Caller(house.cast.agent).post("/notices", NOTICE)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()["expectation"]
    return found


def test_a_notice_says_what_is_expected_and_by_when(house: House, expected: dict[str, Any]) -> None:
    assert (expected["expected"], expected["answer"], expected["is_overdue"]) == ("answer", None, False)
    nothing = Caller(house.cast.agent).post("/notices", NOTICE | {"expected": ""}).json()
    assert nothing["expectation"] is None
    due_at = (utc_now() + timedelta(days=90)).isoformat()
    chosen = Caller(house.cast.agent).post("/notices", NOTICE | {"expected": "change", "due_at": due_at}).json()
    assert chosen["expectation"]["expected"] == "change"
    plan = Caller(house.cast.agent).post("/notices/plan", NOTICE | {"expected": "fix"}).json()
    assert plan["due_at"] is not None
    wrong = Caller(house.cast.agent).post("/notices", NOTICE | {"expected": "gossip"})
    assert [one["field"] for one in problem_of(wrong, 422)["errors"]] == ["expected"]
    listed = Caller(house.cast.owner).get("/notices").json()["items"]
    assert {one["expectation"] and one["expectation"]["expected"] for one in listed} == {None, "answer", "change"}


def test_a_program_of_the_partner_answers(house: House, expected: dict[str, Any]) -> None:
    owner, path = Caller(house.cast.owner), f"/expectations/{expected['id']}"
    assert owner.get(path).json()["about"] == "Move to version 3"
    estimate = (utc_now() + timedelta(days=2)).isoformat()
    answer = owner.post(f"{path}/answers", {"answer": "working", "estimate_at": estimate, "note": "Soon."})
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["answer"], shown["due_at"]) == ("working", shown["estimate_at"])
    assert [(one["answer"], one["via"], one["note"]) for one in shown["answers"]] == [("working", "api", "Soon.")]
    problem = problem_of(owner.post(f"{path}/answers", {"answer": "working"}), 422)
    assert [(one["field"], one["code"]) for one in problem["errors"]] == [
        ("estimate_at", "expectation_estimate_needed")
    ]
    assert owner.post(f"{path}/answers", {"answer": "solved"}).json()["closed_because"] == "solved"
    assert problem_of(owner.post(f"{path}/answers", {"answer": "seen"}), 409)["code"] == "expectation_closed"


def test_the_list_is_filtered(house: House, expected: dict[str, Any]) -> None:
    for caller in (Caller(house.cast.owner), Caller(house.cast.agent)):
        assert [one["id"] for one in caller.get("/expectations").json()["items"]] == [expected["id"]]
        assert caller.get("/expectations", overdue="true").json()["items"] == []
        assert len(caller.get("/expectations", overdue="false", open="true", account="bistro").json()["items"]) == 1
        assert caller.get("/expectations", open="false").json()["items"] == []
    assert Caller(house.cast.outsider).get("/expectations").json()["items"] == []


def test_staff_change_and_close_and_partners_do_not(house: House, expected: dict[str, Any]) -> None:
    path, due_at = f"/expectations/{expected['id']}", (utc_now() + timedelta(days=9)).isoformat()
    change = {"expected": "fix", "due_at": due_at}
    problem_of(Caller(house.cast.owner).put(path, change), 403)
    problem_of(Caller(house.cast.agent).post(f"{path}/answers", {"answer": "seen"}), 403)
    problem_of(Caller(house.cast.reader).post(f"{path}/answers", {"answer": "seen"}), 403)
    assert Caller(house.cast.agent).put(path, change).json()["expected"] == "fix"
    assert Caller(house.cast.agent).put(f"{path}/closure").json()["closed_because"] == "staff"
    problem_of(Caller(house.cast.agent).put(f"{path}/closure"), 409)
