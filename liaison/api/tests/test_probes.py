"""Health checks and heartbeats by the API."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.api.tests.house import Caller, House, problem_of
from liaison.integrations.testing import environment_of, make_key
from liaison.lib.clock import utc_now
from liaison.probes.models import HealthCheck, Heartbeat
from liaison.probes.testing import make_check, make_heartbeat, make_result

NOW = utc_now()


@pytest.fixture
def path(house: House) -> str:
    return f"/integrations/{house.integration.public_id}/environments/production"


def test_a_health_check_is_set_read_tried_and_removed(house: House, path: str) -> None:
    caller, check = Caller(house.cast.colleague), f"{path}/health-check"
    problem_of(caller.get(check), 404)
    made = caller.put(check, {"url": "https://1.1.1.1/health", "interval_seconds": 30}).json()
    assert (made["interval_seconds"], made["timeout_seconds"], made["is_on"], made["is_healthy"]) == (
        30,
        10,
        True,
        None,
    )
    assert caller.get(check).json() == made
    assert caller.post(f"{check}/tries").status_code == 200
    assert HealthCheck.objects.get().next_at <= utc_now()
    make_result(HealthCheck.objects.get(), NOW)
    assert [result["outcome"] for result in caller.get(f"{check}/results").json()] == ["healthy"]
    assert caller.delete(check).status_code == 204
    assert not HealthCheck.objects.exists()


def test_an_address_of_our_own_network_is_refused(house: House, path: str) -> None:
    problem = problem_of(Caller(house.cast.owner).put(f"{path}/health-check", {"url": "http://169.254.169.254/"}), 422)
    assert problem["errors"][0]["code"] == "health_check_address_not_allowed"


def test_readers_change_nothing(house: House, path: str) -> None:
    make_check(environment_of(house.integration), now=NOW)
    reader = Caller(house.cast.reader)
    assert reader.get(f"{path}/health-check").status_code == 200
    problem_of(reader.put(f"{path}/health-check", {"url": "https://1.1.1.1/"}), 403)
    problem_of(reader.post(f"{path}/health-check/tries"), 403)
    problem_of(reader.delete(f"{path}/health-check"), 403)


@pytest.mark.parametrize("body", [{}, {"every_seconds": 60}])
def test_a_heartbeat_needs_a_key_and_a_name(house: House, body: dict[str, int]) -> None:
    """C3: behind the gate as well."""
    key = make_key(house.gated)
    client = Client(headers={"Authorization": f"Bearer {key.secret}"})
    answer = client.post("/api/v1/heartbeats/order-worker", body, content_type="application/json")
    assert answer.status_code == 200
    beat = Heartbeat.objects.get()
    assert answer.json()["expected_every"] == beat.expected_every == (60 if body else 300)
    assert answer.json()["due_at"] > answer.json()["last_at"]


def test_a_bare_post_of_curl_is_a_heartbeat(house: House) -> None:
    """`curl -X POST` says no content type, `curl -d ''` that of a form; there is nothing to read either way."""
    client = Client(headers={"Authorization": f"Bearer {make_key(house.integration).secret}"})
    for kind in ("", "application/x-www-form-urlencoded"):
        assert client.generic("POST", "/api/v1/heartbeats/worker", b"", content_type=kind).status_code == 200


def test_a_heartbeat_without_a_key_is_refused(house: House) -> None:
    assert Client().generic("POST", "/api/v1/heartbeats/worker").status_code == 401
    problem_of(Caller(house.cast.owner).post("/heartbeats/worker", {}), 403)


def test_people_change_and_remove_heartbeats(house: House, path: str) -> None:
    make_heartbeat(environment_of(house.integration), now=NOW, last_at=NOW)
    caller = Caller(house.cast.colleague)
    assert [beat["name"] for beat in caller.get(f"{path}/heartbeats").json()] == ["worker"]
    changed = caller.put(f"{path}/heartbeats/worker", {"expected_every": 90, "is_watched": False}).json()
    assert (changed["expected_every"], changed["is_watched"]) == (90, False)
    problem_of(caller.put(f"{path}/heartbeats/nobody", {"expected_every": 90}), 404)
    assert caller.delete(f"{path}/heartbeats/worker").status_code == 204
