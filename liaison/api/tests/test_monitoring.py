"""How integrations do, by the API: lists with cursors, series in pieces, and who sees which."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import make_partner
from liaison.api.tests.house import Caller, House, problem_of
from liaison.integrations.models import EnvironmentName
from liaison.integrations.testing import environment_of, make_launched
from liaison.lib.clock import utc_now
from liaison.monitoring.testing import make_history, make_standing
from liaison.signals.testing import Calls, write_minutes


def path_of(house: House) -> str:
    return f"/integrations/{house.integration.public_id}/environments/production/monitoring"


def test_it_lists_every_environment_once_the_worst_first(house: House) -> None:
    now = utc_now()
    for number in range(5):
        made = make_launched(make_partner(f"partner{number}"))
        make_standing(environment_of(made), now, level=number % 4, since=now - timedelta(minutes=number % 2))
    caller, cursor, found = Caller(house.cast.agent), "", []
    for _page in range(20):
        answer = caller.get(f"/monitoring?limit=3&cursor={cursor}").json()
        found += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            break
    assert cursor is None
    keys = [(one["integration"], one["environment"]) for one in found]
    assert len(keys) == len(set(keys)) == 2 * 7
    order = {"critical": 3, "error": 2, "warning": 1, "good": 0, "no_data": 0}
    levels = [order[one["level"]] for one in found]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("order", ["worst", "name", "error_rate", "last_call"])
def test_no_order_loses_a_row_between_two_pages(house: House, order: str) -> None:
    now = utc_now()
    for number in range(6):
        account = make_partner(f"partner{number}", name="One name")
        make_standing(environment_of(make_launched(account)), now, calls=9, errors=number % 3, last_call=None)
    caller = Caller(house.cast.agent)
    whole = caller.get(f"/monitoring?order={order}").json()["items"]
    cursor: str | None = ""
    found: list[object] = []
    while cursor is not None:
        answer = caller.get(f"/monitoring?order={order}&limit=2&cursor={cursor}").json()
        found, cursor = found + answer["items"], answer["next"]
    assert found == whole
    assert len(found) == 2 * 8


def test_a_partner_sees_its_own_alone(house: House) -> None:
    """Invariant 6."""
    found = Caller(house.cast.reader).get("/monitoring").json()["items"]
    assert {one["account"] for one in found} == {"bistro"}
    assert {one["environment"] for one in found} == {"production", "sandbox"}
    theirs = f"/integrations/{house.gated.public_id}/environments/production/monitoring"
    assert problem_of(Caller(house.cast.reader).get(theirs), 404)["code"] == "missing"


def test_a_list_is_narrowed_to_what_is_asked_for(house: House) -> None:
    make_standing(environment_of(house.integration), utc_now(), level=3)
    caller = Caller(house.cast.agent)
    assert [one["account"] for one in caller.get("/monitoring?level=critical").json()["items"]] == ["bistro"]
    assert caller.get("/monitoring?status=paused").json()["items"] == []
    assert len(caller.get("/monitoring?account=elsewhere&environment=sandbox").json()["items"]) == 1


def test_a_cursor_that_is_none_is_refused(house: House) -> None:
    for cursor in ("nothing", f"{house.gated.public_id}.production"):
        answer = Caller(house.cast.reader).get(f"/monitoring?cursor={cursor}")
        assert problem_of(answer, 422)["errors"][0]["code"] == "value_unknown_cursor"


def test_it_tells_what_is_known_of_an_environment(house: House) -> None:
    make_history(environment_of(house.integration), utc_now())
    found = Caller(house.cast.reader).get(path_of(house)).json()
    assert found["standing"]["level"] == "error"
    assert found["standing"]["last_hour"]["error_rate"] == pytest.approx(160 / 3600)
    assert found["minutes_per_piece"] == 10
    calls = {one["action"]: one["total"]["calls"] for one in found["actions"]}
    assert calls == {"CheckAvailability": 180 * 40, "CreateBooking": 180 * 20}
    for one in found["actions"]:
        assert sum(piece["calls"]["calls"] for piece in one["pieces"]) == one["total"]["calls"]
    assert found["objective"]["objective"] == 0.99
    assert found["objective"]["left"] < 1
    assert found["codes"][0]["code"] == "500"
    assert found["merchants"]


def test_the_range_is_what_was_asked_for(house: House) -> None:
    now = utc_now().replace(second=0, microsecond=0)
    write_minutes(environment_of(house.integration), "Book", now - timedelta(minutes=10), [Calls(1)] * 10)
    start, end = now - timedelta(minutes=5), now - timedelta(minutes=2)
    moments = {"start": start.isoformat().replace("+00:00", "Z"), "end": end.isoformat().replace("+00:00", "Z")}
    found = Caller(house.cast.reader).get(f"{path_of(house)}?start={moments['start']}&end={moments['end']}").json()
    assert (found["start"], found["end"]) == (moments["start"], moments["end"])
    assert found["actions"][0]["total"]["calls"] == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("start=2999-01-01T00:00:00Z", "range_backwards"),
        ("start=2020-01-01T00:00:00Z&end=2021-01-01T00:00:00Z", "range_too_long"),
        ("end=0001-01-01T00:00:00Z", "range_unreadable"),
    ],
)
def test_a_range_that_cannot_be_shown_is_refused(house: House, query: str, code: str) -> None:
    assert problem_of(Caller(house.cast.reader).get(f"{path_of(house)}?{query}"), 422)["errors"][0]["code"] == code


def test_both_environments_are_told_apart(house: House) -> None:
    make_history(environment_of(house.integration, EnvironmentName.SANDBOX), utc_now(), hours=1)
    assert Caller(house.cast.reader).get(path_of(house)).json()["actions"] == []
    sandbox = path_of(house).replace("production", "sandbox")
    found = Caller(house.cast.reader).get(sandbox).json()
    assert len(found["actions"]) == 2
    assert found["objective"] is None
