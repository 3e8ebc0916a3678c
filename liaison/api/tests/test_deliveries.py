"""The ledger by API: the same rows, filters and rights as its page (R3, W2)."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from liaison.api.tests.house import Caller, House, problem_of
from liaison.ledger.testing import deliveries_about, refuse, take_in
from liaison.lib.clock import utc_now
from liaison.notifications.models import Delivery


@pytest.fixture
def failed(house: House) -> Delivery:
    return refuse(deliveries_about(take_in(house.cast.partner))[0])


def test_a_delivery_is_read_with_every_attempt_and_the_answer(house: House, failed: Delivery) -> None:
    (read,) = Caller(house.cast.reader).get("/deliveries").json()["items"]
    assert read == Caller(house.cast.owner).get(f"/deliveries/{failed.public_id}").json()
    assert (read["account"], read["subject"], read["state"]) == ("bistro", "Bookings fail", "failed")
    assert read["because"] == [{"topic": "production_alert", "reason": "alert_contact", "withheld": None}]
    assert read["message"]["attempts"][0]["code"] == 550
    assert read["message"]["attempts"][0]["answer"] == "5.1.1 mailbox unavailable"
    assert Caller(house.cast.reader).get(f"/incidents/{read['incident']}").status_code == 200


def test_who_may_not_see_contacts_gets_neither_addresses_nor_the_servers_words(house: House, failed: Delivery) -> None:
    """W2."""
    (read,) = Caller(house.cast.engineer).get("/deliveries").json()["items"]
    assert (read["address"], read["message"]["attempts"][0]["answer"]) == ("", "")
    problem_of(Caller(house.cast.engineer).get(f"/deliveries/{failed.public_id}/message"), 404)


def test_the_list_is_filtered_and_goes_on_after_its_cursor(house: House, failed: Delivery) -> None:
    for number in range(3):
        take_in(house.cast.partner, f"Problem {number}")
    caller = Caller(house.cast.reader)
    first = caller.get("/deliveries", limit=3).json()
    second = caller.get("/deliveries", limit=3, cursor=first["next"]).json()
    assert [one["id"] for one in second["items"]] == [failed.public_id]
    assert second["next"] is None
    assert [one["id"] for one in caller.get("/deliveries", state="failed").json()["items"]] == [failed.public_id]
    assert caller.get("/deliveries", since=str(utc_now().date() + timedelta(days=2))).json()["items"] == []
    problem_of(caller.get("/deliveries", cursor="unknown"), 422)
    problem_of(caller.get("/deliveries", state="burning"), 422)


def test_what_was_sent_is_read_as_it_was(house: House, failed: Delivery) -> None:
    read = Caller(house.cast.owner).get(f"/deliveries/{failed.public_id}/message").json()
    assert base64.b64decode(read["content"]).startswith(b"Subject: Warning")
    assert read["sha256"] == "5d" * 32


def test_staff_send_again_and_note_what_they_have_seen(house: House, failed: Delivery) -> None:
    caller = Caller(house.cast.agent)
    problem_of(Caller(house.cast.owner).post(f"/deliveries/{failed.public_id}/again"), 403)
    again = caller.post(f"/deliveries/{failed.public_id}/again")
    assert again.status_code == 201
    assert again.json()["state"] == "pending"
    assert caller.post(f"/deliveries/{failed.public_id}/again").json()["id"] == again.json()["id"]
    problem_of(caller.post(f"/deliveries/{again.json()['id']}/again"), 409)
    problem_of(caller.put(f"/deliveries/{again.json()['id']}/review"), 409)
    other = refuse(deliveries_about(take_in(house.cast.partner, "Another"))[0])
    assert caller.put(f"/deliveries/{other.public_id}/review").status_code == 200
    resent = caller.post("/resendings", {"since": (utc_now() - timedelta(hours=1)).isoformat()})
    assert resent.json() == {"sent": 1, "not_possible": 0}
