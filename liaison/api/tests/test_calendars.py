"""On-call rotas and holidays by API: programs of the operator read who is on call, and let somebody take over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.api.tests.house import Caller
from liaison.calendars.models import Layer, Override
from liaison.calendars.testing import make_layer, make_rota
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def layer(cast: Cast) -> Layer:
    return make_layer(make_rota(), cast.agent, cast.engineer, starts_on=utc_now().date() - timedelta(days=1))


def test_who_is_on_call_now_and_next(cast: Cast, layer: Layer) -> None:
    """Invariant 7."""
    caller = Caller(cast.manager)
    assert caller.get("/on-call").json() == [{"id": cast.agent.public_id, "name": "Ada Agent"}]
    (rota,) = caller.get("/rotas").json()
    (shown,) = rota["layers"]
    assert (shown["on_call"]["name"], shown["next"]["name"]) == ("Ada Agent", "Emil Engineer")
    assert shown["next_at"] == shown["on_call"]["until"]


def test_shifts_and_gaps_of_a_time(cast: Cast, layer: Layer) -> None:
    path, now = f"/rotas/{layer.rota.public_id}/shifts", utc_now()
    found = Caller(cast.agent).get(path).json()
    assert [one["person"]["name"] for one in found["shifts"]][:2] == ["Ada Agent", "Emil Engineer"]
    assert found["gaps"] == []
    before = {"since": (now - timedelta(days=9)).isoformat(), "until": (now - timedelta(days=8)).isoformat()}
    found = Caller(cast.agent).get(path, **before).json()
    assert [one["person"] for one in found["shifts"]] == [None]
    assert len(found["gaps"]) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-11-05T00:00:00Z", "until": "2026-11-05T00:00:00Z"},
        {"since": "2026-11-05T00:00:00Z", "until": "2027-11-05T00:00:00Z"},
        {"since": "9999-01-01T00:00:00Z"},
        {"since": "0001-01-01T00:00:00Z"},
        {"since": "nonsense"},
    ],
)
def test_a_time_that_makes_no_sense_is_refused(cast: Cast, layer: Layer, asked: dict[str, str]) -> None:
    assert Caller(cast.agent).get(f"/rotas/{layer.rota.public_id}/shifts", **asked).status_code == 422


def test_an_override_is_made_listed_and_ended(cast: Cast, layer: Layer) -> None:
    now, caller = utc_now(), Caller(cast.engineer)
    body = {
        "person": cast.engineer.public_id,
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }
    made = caller.post(f"/layers/{layer.public_id}/overrides", body)
    assert made.status_code == 201
    assert made.json()["kind"] == "cover"
    assert caller.get("/on-call").json()[0]["name"] == "Emil Engineer"
    assert [one["id"] for one in caller.get(f"/rotas/{layer.rota.public_id}/overrides").json()["items"]] == [
        made.json()["id"]
    ]
    assert Caller(cast.agent).delete(f"/overrides/{made.json()['id']}").status_code == 403
    assert caller.delete(f"/overrides/{made.json()['id']}").status_code == 204
    assert caller.delete(f"/overrides/{made.json()['id']}").status_code == 409
    other = body | {"person": cast.administrator.public_id}
    assert caller.post(f"/layers/{layer.public_id}/overrides", other).status_code == 403
    assert Override.objects.count() == 1


def test_holidays_of_a_region(cast: Cast) -> None:
    found = Caller(cast.agent).get("/holidays/IT/2026").json()
    assert {"day": "2026-12-25", "name": "Christmas Day", "kind": "closed", "ends_at_minute": None, "note": ""} in found
    for path, status in (("XX/2026", 404), ("IT/1800", 422), ("IT/nonsense", 422), ("IT/9999", 422)):
        assert Caller(cast.agent).get(f"/holidays/{path}").status_code == status


def test_to_partners_there_are_no_calendars(cast: Cast, layer: Layer) -> None:
    caller = Caller(cast.outsider)
    for path in ("/on-call", "/rotas", "/holidays/IT/2026"):
        assert caller.get(path).status_code == 403
    assert caller.get(f"/rotas/{layer.rota.public_id}/shifts").status_code == 404
