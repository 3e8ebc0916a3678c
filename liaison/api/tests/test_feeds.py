"""Feeds by the API: runs come from keys and from the operator's programs, settings from people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from liaison.api.tests.house import Caller, House, problem_of
from liaison.feeds.models import FeedRun
from liaison.feeds.testing import make_feed, make_run
from liaison.integrations.models import EnvironmentName
from liaison.integrations.testing import environment_of, make_key
from liaison.lib.clock import utc_now

NOW = utc_now().replace(microsecond=0)
RUN = {
    "feed": "inventory",
    "run_id": "2026-11-20-1",
    "started_at": (NOW - timedelta(minutes=9)).isoformat(),
    "ended_at": NOW.isoformat(),
    "entities": 200,
    "errors": {"no_price": 20, "no_photo": 10},
    "stale_entities": 4,
}


def reported(secret: str, body: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})
    return client.post("/api/v1/feeds/runs", body, content_type="application/json")


@pytest.fixture
def secret(house: House) -> str:
    return make_key(house.integration).secret


def test_a_key_reports_a_run_and_hears_what_is_known_of_it(house: House, secret: str) -> None:
    begun = reported(secret, {key: RUN[key] for key in ("feed", "run_id", "started_at")})
    assert (begun.status_code, begun.json()["ended_at"], begun.json()["error_rate"]) == (200, None, None)
    ended = reported(secret, RUN).json()
    assert (ended["failed_entities"], ended["error_rate"], ended["stale_share"]) == (30, 0.15, 0.02)
    assert ended["errors"] == RUN["errors"]
    assert FeedRun.objects.get().feed.environment == environment_of(house.integration)


def test_the_gate_never_locks_reports(house: House) -> None:
    """C3."""
    assert reported(make_key(house.gated).secret, RUN).status_code == 200


def test_a_key_that_names_another_environment_is_refused(house: House, secret: str) -> None:
    own = {"integration": house.integration.public_id, "environment": "production"}
    assert reported(secret, RUN | own).status_code == 200
    for wrong in ({"environment": "sandbox"}, {"integration": house.gated.public_id}):
        problem = problem_of(reported(secret, RUN | wrong), 422)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [
            (next(iter(wrong)), "value_other_environment")
        ]


def test_programs_of_the_operator_name_integration_and_environment(house: House) -> None:
    caller = Caller(house.cast.administrator)
    problem = problem_of(caller.post("/feeds/runs", RUN), 422)
    assert {error["field"] for error in problem["errors"]} == {"integration", "environment"}
    unknown = {"integration": "nothing", "environment": "sandbox"}
    assert problem_of(caller.post("/feeds/runs", RUN | unknown), 422)["errors"][0]["field"] == "integration"
    named = {"integration": house.integration.public_id, "environment": "sandbox"}
    assert caller.post("/feeds/runs", RUN | named).status_code == 200
    assert FeedRun.objects.get().feed.environment.name == EnvironmentName.SANDBOX


def test_nobody_else_reports(house: House) -> None:
    named = {"integration": house.integration.public_id, "environment": "production"}
    for person in (house.cast.owner, house.cast.agent):
        problem_of(Caller(person).post("/feeds/runs", RUN | named), 403)
    assert reported("lk_unknown", RUN).status_code == 401


def test_every_wrong_value_has_its_field(house: House, secret: str) -> None:
    problem = problem_of(reported(secret, RUN | {"feed": "a\nb", "run_id": "", "stale_entities": -1}), 422)
    assert problem["errors"]
    wrong = RUN | {"feed": "a\nb", "run_id": "", "errors": {"x" * 101: 1}}
    codes = {error["code"] for error in problem_of(reported(secret, wrong), 422)["errors"]}
    assert codes == {"feed_name_unusable", "feed_run_id_unusable", "feed_type_unusable"}


def test_people_see_feeds_and_say_how_often_one_is_expected(house: House) -> None:
    feed = make_feed(environment_of(house.integration), now=NOW)
    for minutes in (30, 20, 10):
        make_run(feed, NOW - timedelta(minutes=minutes), run_id=f"run-{minutes}")
    caller = Caller(house.cast.colleague)
    (shown,) = caller.get(f"/integrations/{house.integration.public_id}/environments/production/feeds").json()
    assert (shown["name"], shown["expected_every"], shown["running"]) == ("inventory", 1440, None)
    assert shown["last_run"]["entities"] == 1000
    first = caller.get(f"/feeds/{feed.public_id}/runs", limit=2).json()
    assert [run["run_id"] for run in first["items"]] == ["run-10", "run-20"]
    second = caller.get(f"/feeds/{feed.public_id}/runs", cursor=first["next"]).json()
    assert [run["run_id"] for run in second["items"]] == ["run-30"]
    changed = caller.put(f"/feeds/{feed.public_id}", {"expected_every": 60, "is_watched": False}).json()
    assert (changed["expected_every"], changed["is_watched"]) == (60, False)
    problem_of(Caller(house.cast.reader).put(f"/feeds/{feed.public_id}", {"expected_every": 60}), 403)
