"""Pauses by API (S5, W9)."""

from __future__ import annotations

from datetime import timedelta

from liaison.api.tests.house import Caller, House, problem_of
from liaison.lib.clock import utc_now

HOUR = timedelta(hours=1)


def test_a_pause_is_planned_read_changed_and_cancelled(house: House) -> None:
    caller, now = Caller(house.cast.colleague), utc_now()
    path = f"/integrations/{house.integration.public_id}/pauses"
    asked = {"starts_at": (now + HOUR).isoformat(), "until": (now + 2 * HOUR).isoformat(), "reason": "New database"}
    made = caller.post(path, asked)
    assert made.status_code == 201, made.content
    pause = made.json()
    assert (pause["state"], pause["reason"], pause["ends_by_itself"]) == ("scheduled", "New database", False)
    assert caller.get(path).json()["items"] == [pause]
    one = f"/pauses/{pause['id']}"
    assert Caller(house.cast.reader).get(one).json() == pause
    changed = caller.put(one, {"until": None, "reason": "x"}).json()
    assert (changed["ends_at"], changed["starts_at"], changed["reason"]) == (None, pause["starts_at"], "x")
    assert problem_of(caller.post(path, asked), 409)["code"] == "integration_pause_overlaps"
    problem_of(Caller(house.cast.reader).put(one, {"until": None}), 403)
    problem_of(Caller(house.cast.outsider).get(one), 404)
    assert caller.delete(one).status_code == 204
    assert problem_of(caller.delete(one), 409)["code"] == "integration_pause_not_planned"
    assert caller.get(one).json()["state"] == "cancelled"


def test_a_pause_now_is_the_one_that_the_status_shows(house: House) -> None:
    caller, now = Caller(house.cast.owner), utc_now()
    path = f"/integrations/{house.integration.public_id}"
    pause = caller.post(f"{path}/pauses", {"until": (now + HOUR).isoformat(), "ends_by_itself": True}).json()
    assert pause["state"] == "running"
    assert caller.get(path).json()["paused_until"] == pause["ends_at"]
    again = caller.post(f"{path}/pauses", {"until": (now + 2 * HOUR).isoformat()}).json()
    assert (again["id"], again["ends_at"] > pause["ends_at"]) == (pause["id"], True)
    too_long = problem_of(caller.put(f"/pauses/{pause['id']}", {"until": (now + 100 * HOUR).isoformat()}), 422)
    assert too_long["errors"][0]["field"] == "until"
    assert "ask your partner manager" in str(too_long["errors"][0])
    staff = Caller(house.cast.administrator)
    granted = staff.put(f"/pauses/{pause['id']}", {"until": (now + 100 * HOUR).isoformat()})
    assert granted.status_code == 200, granted.content
    assert caller.delete(f"{path}/pause").status_code == 204
    assert caller.get(f"/pauses/{pause['id']}").json()["state"] == "over"


def test_staff_may_say_why_they_disable(house: House) -> None:
    staff = Caller(house.cast.administrator)
    path = f"/integrations/{house.integration.public_id}/disablement"
    assert staff.put(path, {"reason": "Every booking fails."}).json()["status"] == "disabled"
    house.integration.refresh_from_db()
    assert house.integration.disabled_reason == "Every booking fails."
