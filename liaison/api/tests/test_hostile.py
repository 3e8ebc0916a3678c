"""Texts that no database keeps are unknown, never an error of ours (issue 5)."""

from __future__ import annotations

import pytest

from liaison.api.tests.house import Caller, House

PATHS = (
    "/marks?account=%00",
    "/marks?integration=%00",
    "/monitoring?account=%00",
    "/monitoring?kind=%00",
    "/monitoring?cursor=%00",
    "/monitoring?cursor=a.%00",
    "/expectations?account=%00",
    "/expectations/%00",
    "/pauses/%00",
    "/feeds/%00/runs",
    "/rules/%00",
    "/incidents/%00/timeline",
    "/incidents/%00/comments",
    "/integrations/%00/pauses",
    "/integrations/%00/rules",
    "/integrations/%00/environments/production/monitoring",
    "/integrations/%00/environments/production/feeds",
    "/integrations/%00/environments/production/health-check",
    "/integrations/%00/environments/production/heartbeats",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_in_an_address_finds_nothing(house: House, path: str) -> None:
    for identity in (house.cast.agent, house.cast.owner):
        assert Caller(identity).get(path).status_code in {200, 400, 403, 404, 422}


def test_a_nul_in_the_name_of_an_action_or_a_heartbeat_finds_nothing(house: House) -> None:
    place = f"/integrations/{house.integration.public_id}/environments/production"
    caller = Caller(house.cast.owner)
    assert caller.get(f"{place}/monitoring?action=%00").status_code == 400
    assert caller.get(f"{place}/monitoring?start=0001-01-01T00:00:00%2B14:00").status_code == 422
    assert caller.get(f"{place}/monitoring?end=9999-12-31T23:59:00-14:00").status_code == 422
    assert caller.get(f"{place}/monitoring?end=9999-12-31T23:59:00Z&start=9999-12-31T00:00:00Z").status_code in {
        200,
        422,
    }
    assert caller.delete(f"{place}/heartbeats/%00").status_code == 400
    body = {"expected_every": 60, "is_watched": True}
    assert caller.put(f"{place}/heartbeats/a%00", body).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/marks", {"title": "a\x00", "at": "0001-01-01T00:00:00+14:00"}),
        ("/marks", {"title": "a\x00b", "at": "0001-01-01T00:00:00Z"}),
        ("/marks", {"title": "\ud800"}),
        ("/marks", {"title": "a", "link": "javascript:alert(1)"}),
        ("/marks", {"title": "a", "link": "https://[::1"}),
        ("/marks", {"title": "a", "link": "https://a\x00b/"}),
        ("/marks", {"title": "a", "link": "https://a/\ud800"}),
        ("/marks", {"title": "a", "integration": "\x00"}),
    ],
)
def test_a_hostile_mark_is_no_error_of_ours(house: House, path: str, body: dict[str, str]) -> None:
    caller = Caller(house.cast.owner)
    assert caller.post(path, body).status_code in {201, 400, 422}
    assert caller.get("/marks").status_code == 200


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("field", ["starts_at", "until"])
def test_a_pause_at_the_end_of_the_calendar_is_refused(house: House, field: str, until: str) -> None:
    caller = Caller(house.cast.owner)
    answer = caller.post(f"/integrations/{house.integration.public_id}/pauses", {field: until, "reason": "a\x00\ud800"})
    assert answer.status_code in {400, 422}
    answer = caller.post(f"/integrations/{house.integration.public_id}/pauses", {field: until})
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("number", [10**400, 1e308, -1, 0, 10**10])
@pytest.mark.parametrize("name", ["threshold", "minutes", "clear_below", "for_minutes", "min_calls"])
def test_a_hostile_number_of_a_rule_is_refused(house: House, name: str, number: float) -> None:
    caller = Caller(house.cast.administrator)
    rule = caller.get(f"/integrations/{house.integration.public_id}/rules").json()[0]["key"]
    answer = caller.put(f"/rules/{rule}/changes/everybody", {"parameters": {name: number}, "is_on": True})
    assert answer.status_code in {200, 422}
    assert answer.status_code == 422 or number <= 0
