"""Integrations, intake keys and brands by API (S5, W2, W9, W10, C1)."""

from __future__ import annotations

from datetime import timedelta

from liaison.api.tests.house import Caller, House, problem_of
from liaison.integrations.keys import hash_of
from liaison.integrations.models import IntakeKey
from liaison.lib.clock import utc_now


def test_an_integration_goes_from_interest_to_launch(house: House) -> None:
    """C1: the launch waits for the contact information."""
    staff = Caller(house.cast.administrator)
    made = staff.post("/accounts/elsewhere/integrations", {"kind": "things_to_do", "stage": "interested"})
    assert made.status_code == 201, made.content
    path = f"/integrations/{made.json()['id']}"
    assert (made.json()["status"], made.json()["stage"]) == (None, "interested")
    assert staff.put(f"{path}/stage", {"stage": "integrating"}).json()["stage"] == "integrating"
    problem = problem_of(staff.put(f"{path}/stage", {"stage": "launched"}), 409)
    assert problem["code"] == "contact_incomplete"
    assert "alert_contacts" in problem["missing"]
    problem_of(staff.post("/accounts/elsewhere/integrations", {"kind": "things_to_do"}), 409)
    problem_of(staff.post("/accounts/elsewhere/integrations", {"kind": "moon_trips"}), 422)
    problem_of(staff.post("/accounts/elsewhere/integrations", {"kind": "things_to_do", "stage": "launched"}), 422)


def test_a_partner_manager_launches_what_is_assigned_to_it(house: House) -> None:
    """W2."""
    staff = Caller(house.cast.administrator)
    made = staff.post("/accounts/bistro/integrations", {"kind": "things_to_do"}).json()
    path = f"/integrations/{made['id']}/stage"
    problem_of(Caller(house.cast.agent).put(path, {"stage": "launched"}), 403)
    problem_of(Caller(house.cast.owner).put(path, {"stage": "launched"}), 403)
    launched = Caller(house.cast.manager).put(path, {"stage": "launched"})
    assert (launched.status_code, launched.json().get("status")) == (200, "live"), launched.content


def test_the_partner_pauses_and_the_operator_disables(house: House) -> None:
    """S5, W9."""
    path = f"/integrations/{house.integration.public_id}"
    editor, staff = Caller(house.cast.colleague), Caller(house.cast.administrator)
    until = utc_now() + timedelta(hours=2)
    paused = editor.put(f"{path}/pause", {"until": until.isoformat()}).json()
    assert (paused["status"], paused["paused_until"][:19]) == ("paused", until.isoformat()[:19])
    problem = problem_of(editor.put(f"{path}/pause", {"until": (utc_now() - timedelta(hours=1)).isoformat()}), 422)
    assert problem["errors"][0]["field"] == "until"
    for extreme in ("9157-07-02T12:35:29-20:14", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+10:00"):
        answer = editor.put(f"{path}/pause", {"until": extreme})
        assert answer.status_code in {200, 422}, extreme
    assert editor.delete(f"{path}/pause").status_code == 204
    problem_of(editor.put(f"{path}/disablement"), 403)
    problem_of(staff.put(f"{path}/pause", {}), 403)
    assert staff.put(f"{path}/disablement").json()["status"] == "disabled"
    assert problem_of(editor.put(f"{path}/pause", {}), 409)["code"] == "integration_disabled_cannot_be_paused"
    problem_of(editor.delete(f"{path}/pause"), 409)
    assert staff.delete(f"{path}/disablement").status_code == 204
    assert editor.get(path).json()["status"] == "live"
    problem_of(Caller(house.cast.reader).put(f"{path}/pause", {}), 403)


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(house: House) -> None:
    path = f"/integrations/{house.integration.public_id}/environments/production/intake-keys"
    owner = Caller(house.cast.owner)
    made = owner.post(path, {"name": "Prometheus"})
    assert made.status_code == 201, made.content
    secret, key = made.json()["secret"], made.json()["key"]
    assert IntakeKey.objects.get(key_hash=hash_of(secret)).environment.name == "production"
    listed = owner.get(path)
    assert [one["name"] for one in listed.json()["items"]] == ["Prometheus"]
    assert secret not in listed.content.decode()
    assert owner.get(path.replace("production", "sandbox")).json()["items"] == []
    problem_of(owner.get(path.replace("production", "moon")), 422)
    problem_of(Caller(house.cast.colleague).post(path, {"name": "X"}), 403)
    problem_of(Caller(house.cast.colleague).delete(f"/intake-keys/{key['id']}"), 403)
    assert owner.delete(f"/intake-keys/{key['id']}").status_code == 204
    problem_of(owner.delete(f"/intake-keys/{key['id']}"), 409)


def test_brands_are_made_renamed_and_deleted(house: House) -> None:
    editor = Caller(house.cast.colleague)
    default = editor.get("/accounts/bistro/brands").json()["items"][0]
    assert default["is_default"] is True
    made = editor.post("/accounts/bistro/brands", {"name": "Trattoria", "slug": "trattoria"})
    assert made.status_code == 201
    path = f"/brands/{made.json()['id']}"
    assert editor.put(f"{path}/name", {"name": "Osteria"}).json()["name"] == "Osteria"
    assert editor.get(path).json()["slug"] == "trattoria"
    problem = problem_of(editor.post("/accounts/bistro/brands", {"name": "X", "slug": "trattoria"}), 422)
    assert problem["errors"][0]["code"] == "brand_slug_taken"
    problem_of(editor.put(f"{path}/name", {"name": "a\nb"}), 422)
    problem_of(Caller(house.cast.reader).delete(path), 403)
    assert editor.delete(path).status_code == 204
    assert problem_of(editor.delete(f"/brands/{default['id']}"), 409)["code"] == "brand_default_stays"
