"""Incidents with their proof, who would be told, and the catalog by API (R1, R2, W2, L1, invariant 7)."""

from __future__ import annotations

from typing import Any

import pytest

from liaison.api.tests.house import Caller, House, problem_of
from liaison.health.actions import receive_alerts
from liaison.health.alertmanager import ParsedAlert
from liaison.health.models import Incident
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.testing import make_key
from liaison.lib.clock import utc_now

PLAN = "/accounts/bistro/plan"


def an_incident(integration: Integration, key: str, severity: str = "critical", **more: Any) -> Incident:
    environment = more.pop("environment", EnvironmentName.PRODUCTION)
    alert = ParsedAlert(
        is_firing=True,
        fingerprint=key,
        title="Bookings fail",
        severity_word=severity,
        labels={"alertname": "BookingDown"},
        annotations={"summary": "Bookings fail"},
        starts_at=utc_now(),
        ends_at=None,
    )
    intake_key = make_key(integration, environment).key
    return receive_alerts(key=intake_key, alerts=[alert], now=utc_now())[0].incident


@pytest.fixture
def incident(house: House) -> Incident:
    return an_incident(house.integration, "first")


def test_an_incident_is_read_with_its_evidence(house: House, incident: Incident) -> None:
    read = Caller(house.cast.reader).get(f"/incidents/{incident.public_id}").json()
    assert read["severity"] == "critical"
    assert read["labels"] == {"alertname": "BookingDown"}
    assert (read["account"], read["environment"], read["state"]) == ("bistro", "production", "firing")


def test_the_proof_names_recipients_reasons_and_message(house: House, incident: Incident) -> None:
    """R3: every recipient with its reasons and the message that it is owed."""
    (told,) = Caller(house.cast.owner).get(f"/incidents/{incident.public_id}/announcements").json()
    assert told["event"] == "opened"
    assert told["topics"] == ["technical_emergency", "production_alert"]
    by_address = {one["address"]: one for one in told["deliveries"]}
    assert by_address["emergency@bistro.test"]["because"] == [
        {"topic": "technical_emergency", "reason": "emergency_contact", "withheld": None}
    ]
    assert by_address["olivia@bistro.test"]["message"]["message_id"].startswith("<")
    assert by_address["olivia@bistro.test"]["state"] == "pending"


def test_who_may_not_see_contacts_gets_no_addresses(house: House, incident: Incident) -> None:
    """W2: an on-call engineer sees incidents and no contact information."""
    (told,) = Caller(house.cast.engineer).get(f"/incidents/{incident.public_id}/announcements").json()
    assert told["deliveries"]
    assert {one["address"] for one in told["deliveries"]} == {""}


def test_incidents_are_listed_newest_first_and_filtered(house: House, incident: Incident) -> None:
    second = an_incident(house.integration, "second", "warning")
    sandbox = an_incident(house.integration, "third", environment=EnvironmentName.SANDBOX)
    caller = Caller(house.cast.reader)

    def ids(path: str = "/accounts/bistro/incidents", **query: Any) -> list[str]:
        return [one["id"] for one in caller.get(path, **query).json()["items"]]

    assert ids() == ids("/incidents") == [sandbox.public_id, second.public_id, incident.public_id]
    assert ids(environment="sandbox") == [sandbox.public_id]
    assert ids(state="resolved") == []
    first = caller.get("/incidents", limit=2).json()
    assert [one["id"] for one in caller.get("/incidents", cursor=first["next"]).json()["items"]] == [incident.public_id]
    problem_of(caller.get("/incidents", state="burning"), 422)
    assert Caller(house.cast.manager).get("/incidents").json()["items"]
    problem_of(Caller(house.cast.outsider).get("/incidents"), 403)


def test_the_plan_is_what_the_real_thing_does(house: House) -> None:
    """Invariant 7."""
    caller = Caller(house.cast.owner)
    plan = caller.get(PLAN, topic="critical").json()
    incident = an_incident(house.integration, "real")
    (told,) = caller.get(f"/incidents/{incident.public_id}/announcements").json()
    pending = {one["address"] for one in told["deliveries"] if one["state"] == "pending"}
    assert {one["address"] for one in plan["told"]} == pending != set()
    assert {one["withheld"] for one in plan["not_told"]} == {"later_step"}


def test_the_plan_says_what_it_took_for_a_local_time_that_does_not_exist(house: House) -> None:
    plan = (
        Caller(house.cast.owner)
        .get(PLAN, topic="production_alert", at="2026-03-29T02:30:00", zone="Europe/Rome")
        .json()
    )
    assert plan["in_gap"] is True
    assert plan["asked"].startswith("2026-03-29T02:30")
    assert plan["taken"].startswith("2026-03-29T03:")


def test_a_question_that_makes_no_sense_is_answered_with_every_problem(house: House) -> None:
    caller = Caller(house.cast.owner)
    query = {"topic": "weather", "integration": "none", "zone": "Nowhere", "environment": "sandbox"}
    problem = problem_of(caller.get(PLAN, **query), 422)
    assert {error["field"] for error in problem["errors"]} == {"topic", "integration", "zone"}
    problem_of(caller.get(PLAN, topic="critical", at="2026-03-29T02:30:00Z"), 422)
    for extreme in ("0001-01-01T00:00:00", "9999-12-31T23:59:59"):
        problem_of(caller.get(PLAN, topic="critical", at=extreme, zone="Asia/Seoul"), 422)
    problem_of(Caller(house.cast.engineer).get(PLAN, topic="critical"), 403)


def test_nobody_of_the_record_is_told_of_the_sandbox(house: House) -> None:
    """R2."""
    plan = Caller(house.cast.owner).get(PLAN, topic="critical", environment="sandbox").json()
    assert plan["told"] == []
    assert {one["withheld"] for one in plan["not_told"]} == {"sandbox"}


def test_the_catalog_is_in_the_readers_language(house: House) -> None:
    english = Caller(house.cast.owner).get("/catalog/topics").json()
    korean = Caller(house.cast.owner, language="ko").get("/catalog/topics").json()
    assert [topic["key"] for topic in english] == [topic["key"] for topic in korean]
    assert english[0]["name"] != korean[0]["name"]
    kinds = Caller(house.cast.owner).get("/catalog/integration-kinds").json()
    assert "reservations_waitlist" in {kind["key"] for kind in kinds}
    severities = Caller(house.cast.owner).get("/catalog/severities").json()
    assert {severity["key"]: severity["raises"] for severity in severities}["critical"][0] == "technical_emergency"
