"""Drills by a program: start, answer, read the times, schedule; and test messages (C7)."""

from __future__ import annotations

import pytest

from liaison.api.tests.house import Caller, House
from liaison.drills.models import Drill

SCHEDULE = "/accounts/bistro/drill-schedule"


def test_a_drill_is_started_read_answered_and_listed(house: House) -> None:
    caller = Caller(house.cast.owner)
    made = caller.post("/accounts/bistro/drills", {"field": "alert_contacts"})
    assert made.status_code == 201, made.content
    drill = made.json()
    assert (drill["outcome"], drill["told"], drill["answered"]) == (None, 1, 0)
    assert [one["name"] for one in drill["people"]] == ["Olivia Owner"]
    answered = caller.post(f"/drills/{drill['id']}/answer").json()
    assert answered["answered"] == 1
    assert answered["people"][0]["seconds"] is not None
    assert caller.get(f"/drills/{drill['id']}").json()["people"][0]["ways"][0]["channel"] == "email"
    listed = Caller(house.cast.reader).get("/accounts/bistro/drills").json()
    assert [one["id"] for one in listed["items"]] == [drill["id"]]


def test_a_second_drill_is_refused_until_the_first_is_stopped(house: House) -> None:
    caller = Caller(house.cast.colleague)
    first = caller.post("/accounts/bistro/drills", {"field": "technical_emergency_contacts", "everybody": True}).json()
    refused = caller.post("/accounts/bistro/drills", {"field": "operator_contacts"})
    assert (refused.status_code, refused.json()["code"]) == (409, "drill_runs_already")
    assert caller.post(f"/drills/{first['id']}/stop").json()["outcome"] == "stopped"
    assert caller.post("/accounts/bistro/drills", {"field": "operator_contacts"}).status_code == 201


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("agent", 403), ("engineer", 403)])
def test_whoever_may_not_start_one_is_refused(house: House, who: str, status: int) -> None:
    answer = Caller(getattr(house.cast, who)).post("/accounts/bistro/drills", {"field": "alert_contacts"})
    assert answer.status_code == status
    assert not Drill.objects.exists()


def test_somebody_whom_it_did_not_tell_cannot_answer(house: House) -> None:
    drill = Caller(house.cast.owner).post("/accounts/bistro/drills", {"field": "alert_contacts"}).json()
    answer = Caller(house.cast.reader).post(f"/drills/{drill['id']}/answer")
    assert (answer.status_code, answer.json()["code"]) == (403, "drill_not_told")


def test_the_schedule_is_put_read_and_paused(house: House) -> None:
    caller = Caller(house.cast.manager)
    assert caller.get(SCHEDULE).json() is None
    wish = {"field": "operator_contacts", "minute": 600, "time_zone": "Asia/Seoul", "weekday": 2, "week": 2}
    kept = caller.put(SCHEDULE, wish).json()
    assert kept["next_at"] is not None
    assert caller.get(SCHEDULE).json() == kept
    assert caller.put(SCHEDULE, wish | {"paused": True}).json()["next_at"] is None
    assert caller.put(SCHEDULE, wish | {"time_zone": "Nowhere"}).status_code == 422
    assert Caller(house.cast.reader).put(SCHEDULE, wish).status_code == 403


def test_a_test_message_is_sent_and_read(house: House) -> None:
    caller = Caller(house.cast.owner)
    made = caller.post("/accounts/bistro/test-messages", {"contact": "emergency@bistro.test", "way": "email"})
    assert made.status_code == 201, made.content
    (way,) = caller.get(f"/test-messages/{made.json()['id']}").json()["ways"]
    assert (way["address"], way["state"], way["arrived_at"]) == ("emergency@bistro.test", "pending", None)
    stranger = caller.post("/accounts/bistro/test-messages", {"contact": "stranger@bistro.test"})
    assert (stranger.status_code, stranger.json()["errors"][0]["code"]) == (422, "test_unknown_contact")
