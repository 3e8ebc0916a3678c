"""Escalations by API: acknowledging, who is next, and the account's own pace."""

from __future__ import annotations

import pytest

from liaison.api.tests.house import Caller, House
from liaison.api.tests.test_incidents import an_incident
from liaison.audit.models import Event
from liaison.contacts.models import ContactRecord
from liaison.health.models import Incident
from liaison.integrations.actions import disable_integration
from liaison.lib.clock import utc_now
from liaison.notifications.models import Escalation

PACE = "/accounts/bistro/contact-information/escalation"


@pytest.fixture
def incident(house: House) -> Incident:
    return an_incident(house.integration, "first")


def test_who_was_called_and_who_is_next_can_be_read(house: House, incident: Incident) -> None:
    read = Caller(house.cast.reader).get(f"/incidents/{incident.public_id}/escalation").json()
    assert (read["state"], read["minutes"], read["rounds"]) == ("running", 5, 3)
    assert [len(step["called"]) for step in read["steps"]] == [1]
    assert read["upcoming"][0]["names"] == ["Olivia Owner"]
    assert (read["acknowledged_by"], read["acknowledged_via"]) == ("", None)


def test_where_nobody_was_called_there_is_nothing(house: House) -> None:
    warning = an_incident(house.integration, "second", "warning")
    caller = Caller(house.cast.owner)
    assert caller.get(f"/incidents/{warning.public_id}/escalation").json() is None
    answer = caller.post(f"/incidents/{warning.public_id}/acknowledgement")
    assert (answer.status_code, answer.json()["code"]) == (409, "escalation_none")


def test_a_program_acknowledges_once_and_then_learns_who_has_it(house: House, incident: Incident) -> None:
    path = f"/incidents/{incident.public_id}/acknowledgement"
    first = Caller(house.cast.colleague).post(path).json()
    assert first["is_new"]
    assert first["escalation"]["acknowledged_by"] == "Carlo Colleague"
    assert first["escalation"]["acknowledged_via"] == "api"
    second = Caller(house.cast.owner).post(path).json()
    assert not second["is_new"]
    assert second["escalation"]["acknowledged_by"] == "Carlo Colleague"
    assert Caller(house.cast.owner).get(f"/incidents/{incident.public_id}").json()["state"] == "acknowledged"


def test_what_is_over_need_not_be_taken(house: House, incident: Incident) -> None:
    Escalation.objects.update(state="resolved", next_at=None, ended_at=utc_now())
    answer = Caller(house.cast.owner).post(f"/incidents/{incident.public_id}/acknowledgement")
    assert (answer.status_code, answer.json()["code"]) == (409, "escalation_over")


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("outsider", 404), ("engineer", 200)])
def test_who_may_not_take_it_is_refused(house: House, incident: Incident, who: str, status: int) -> None:
    """W1, W2, invariant 6."""
    answer = Caller(getattr(house.cast, who)).post(f"/incidents/{incident.public_id}/acknowledgement")
    assert answer.status_code == status


def test_a_disabled_integration_is_taken_too(house: House) -> None:
    disable_integration(actor=house.cast.administrator, integration=house.integration, now=utc_now())
    path = f"/integrations/{house.integration.public_id}"
    assert Caller(house.cast.owner).get(f"{path}/escalation").json()["state"] == "running"
    assert Caller(house.cast.owner).post(f"{path}/acknowledgement").json()["is_new"]
    assert Caller(house.cast.owner).get(f"{path}/escalation").json()["acknowledged_by"] == "Olivia Owner"


def test_the_pace_is_read_and_changed_and_the_change_is_kept(house: House) -> None:
    caller = Caller(house.cast.colleague)
    assert caller.get(PACE).json() == {"minutes": 5, "rounds": 3}
    assert caller.put(PACE, {"minutes": 2, "rounds": 10}).json() == {"minutes": 2, "rounds": 10}
    record = ContactRecord.objects.get(account=house.cast.partner)
    assert (record.escalation_minutes, record.escalation_rounds) == (2, 10)
    event = Event.objects.get(kind="contact_information.escalation_changed")
    assert event.changes == {"escalation": [[{"minutes": 5, "rounds": 3}], [{"minutes": 2, "rounds": 10}]]}
    (shown,) = [
        one
        for one in caller.get("/accounts/bistro/contact-information/history").json()["items"]
        if one["event"] == event.kind
    ]
    assert shown["changes"] == event.changes


@pytest.mark.parametrize(
    "change", [{"minutes": 0, "rounds": 3}, {"minutes": 61, "rounds": 3}, {"minutes": 5, "rounds": 11}]
)
def test_a_pace_out_of_range_is_refused(house: House, change: dict[str, int]) -> None:
    assert Caller(house.cast.owner).put(PACE, change).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("agent", 403), ("outsider", 404)])
def test_only_editors_change_the_pace(house: House, who: str, status: int) -> None:
    assert Caller(getattr(house.cast, who)).put(PACE, {"minutes": 2, "rounds": 1}).status_code == status
