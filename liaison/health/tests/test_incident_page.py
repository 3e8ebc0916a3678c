"""The page of an incident: evidence, its story, what changed before, and people's work on it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.catalog.loader import rules
from liaison.catalog.vocabulary import Severity
from liaison.contacts.models import ContactRecord
from liaison.feeds.models import Feed, FeedRun
from liaison.health.acknowledging import acknowledge_incident
from liaison.health.actions import comment_incident, set_mark
from liaison.health.evidence import evidence_of
from liaison.health.models import Incident
from liaison.health.reporting import end_problem, report_problem
from liaison.health.tests.house import START, House
from liaison.integrations.models import Environment
from liaison.lib.clock import utc_now
from liaison.notifications.models import AcknowledgedVia

pytestmark = pytest.mark.django_db
RULES = ActorRef(ActorKind.SYSTEM, "rules")
SECRET = "they hid this from us before"


@pytest.fixture(autouse=True)
def open_gate(house: House) -> None:
    ContactRecord.objects.filter(account=house.cast.partner).update(first_completed_at=utc_now())
    Identity.objects.update(language="en", time_zone="UTC")


def finding(**more: Any) -> dict[str, Any]:
    return {
        "rule": "booking_errors",
        "scope": "CreateBooking",
        "measure": "error_rate",
        "severity": "critical",
        "value": 0.3111,
        "threshold": 0.05,
        "window_minutes": 30,
        "calls": 900,
        "errors": 280,
        "declined": 0,
        "merchants": 12,
        "baseline": 0.004,
        "codes": [["500", 270], ["timeout", 10]],
        "merchants_most": [["m-17", 40]],
        "first_bad_at": (START - timedelta(minutes=4)).isoformat(),
        "ended_at": None,
        **more,
    }


@pytest.fixture
def production(house: House) -> Environment:
    rows = Environment.objects.select_related("integration__account")
    return rows.get(integration=house.integration, name="production")


@pytest.fixture
def incident(production: Environment) -> Incident:
    with transaction.atomic():
        made = report_problem(
            environment=production, dedup_key="rules:calls", source="rules", severity=Severity.CRITICAL,
            started_at=START, facts={"findings": [finding()]}, actor=RULES, now=START + timedelta(minutes=1),
        )  # fmt: skip
    return Incident.objects.select_related("environment__integration__account").get(pk=made.pk)


def browser(identity: Identity) -> Client:
    return sign_in(Client(), identity)


def address(incident: Incident, rest: str = "") -> str:
    return f"/u/0/incidents/{incident.public_id}/{rest}"


def test_the_evidence_stands_there_as_labelled_numbers(house: House, incident: Incident) -> None:
    page = browser(house.cast.reader).get(address(incident)).text
    assert f"CreateBooking: {rules()['booking_errors'].name('en')}" in page
    for said in (
        "31.11% (limit: 5%)",
        "30 minutes",
        "900",
        "280",
        "12",
        "0.4%",
        "500 (270) and timeout (10)",
        "m-17 (40)",
    ):
        assert said in page, said


def test_the_counts_of_two_windows_stand_beside_the_longer_one_that_they_are_of(
    house: House, incident: Incident
) -> None:
    """S6: 1,200 calls of an hour do not look as if they were made in five minutes."""
    burning = finding() | {
        "rule": "fast_burn", "measure": "burn_rate", "value": 35.0, "threshold": 14.4, "window_minutes": 5,
        "long_window_minutes": 60, "long_value": 21.0, "calls": 1200, "errors": 252,
    }  # fmt: skip
    Incident.objects.filter(pk=incident.pk).update(facts={"findings": [burning]})
    incident.refresh_from_db()
    rows = dict(evidence_of(incident)[0].rows)
    assert rows["Errors compared with what the objective allows"] == "35 times (limit: 14.4 times) in 5 minutes"
    assert rows["The same over the longer time"] == "21 times in 1 hour"
    assert (rows["Time looked at"], rows["Calls"], rows["Failed calls"]) == ("1 hour", "1,200", "252")


def test_unanswered_requests_of_a_health_check_are_said_once(house: House, incident: Incident) -> None:
    silent = {
        "rule": "check_unanswered", "scope": "check_unanswered", "measure": "check_unanswered", "severity": "critical",
        "value": 5, "threshold": 5, "unanswered": 5,
    }  # fmt: skip
    Incident.objects.filter(pk=incident.pk).update(facts={"findings": [silent]})
    incident.refresh_from_db()
    assert evidence_of(incident)[0].rows == (("Unanswered requests in a row", "5 (limit: 5)"),)


def test_the_story_is_one_list_with_the_newest_at_the_end(house: House, incident: Incident) -> None:
    cast = house.cast
    acknowledge_incident(
        actor=cast.owner, incident=incident, via=AcknowledgedVia.PORTAL, now=START + timedelta(minutes=5)
    )
    comment_incident(actor=cast.colleague, incident=incident, text="Rolling back", now=START + timedelta(minutes=6))
    with transaction.atomic():
        end_problem(
            incident=incident, ended_at=START + timedelta(minutes=9), facts={"findings": []}, actor=RULES,
            now=START + timedelta(minutes=9),
        )  # fmt: skip
    page = browser(cast.reader).get(address(incident)).text
    story = page[page.index('class="timeline"') :]
    places = [
        story.index(said)
        for said in (
            "The first bad numbers were seen.",
            "The incident was opened.",
            "Somebody took it.",
            "Rolling back",
            "It is over.",
        )
    ]
    assert places == sorted(places)


def test_what_changed_before_stands_beside_it(house: House, incident: Incident, production: Environment) -> None:
    before = START - timedelta(hours=2)
    set_mark(actor=house.cast.owner, account=house.cast.partner, title="Release 4.2", at=before, now=before)
    old = START - timedelta(hours=25)
    set_mark(actor=house.cast.owner, account=house.cast.partner, title="Release 4.1", at=old, now=old)
    feed = Feed.objects.create(environment=production, name="merchants", expected_every=3600, created_at=old)
    FeedRun.objects.create(
        feed=feed, run_id="1", started_at=before, ended_at=before, entities=100, errors=30, received_at=before
    )
    page = browser(house.cast.reader).get(address(incident)).text
    assert "Release 4.2" in page
    assert "Release 4.1" not in page
    assert "A run of a feed ended with 30 errors." in page


def test_an_internal_comment_reaches_no_page_of_the_partner(house: House, incident: Incident) -> None:
    """Staff's own words, on no surface of the partner."""
    answer = browser(house.cast.agent).post(address(incident, "comments/"), {"text": SECRET, "is_internal": "on"})
    assert answer.status_code == HTTPStatus.FOUND
    assert SECRET in browser(house.cast.agent).get(address(incident)).text
    for reader in (house.cast.owner, house.cast.reader):
        client = browser(reader)
        for place in (address(incident), "/u/0/", "/u/0/incidents/", "/u/0/deliveries/"):
            assert SECRET not in client.get(place).text
        live = client.get(address(incident) + "?part=live", headers={"HX-Request": "true"})
        assert SECRET not in live.text


def test_the_box_for_internal_comments_is_not_the_partner_s(house: House, incident: Incident) -> None:
    assert "is_internal" not in browser(house.cast.owner).get(address(incident)).text
    browser(house.cast.owner).post(address(incident, "comments/"), {"text": "Seen", "is_internal": "on"})
    assert "Seen" in browser(house.cast.reader).get(address(incident)).text


def test_a_reader_has_no_forms_and_cannot_post(house: House, incident: Incident) -> None:
    """W1."""
    client = browser(house.cast.reader)
    page = client.get(address(incident)).text
    assert "comment-form" not in page
    for rest in ("comments/", "owner/", "note/"):
        assert client.post(address(incident, rest), {"text": "x"}).status_code == HTTPStatus.FORBIDDEN
        assert browser(house.cast.outsider).post(address(incident, rest), {}).status_code == HTTPStatus.NOT_FOUND


def test_somebody_takes_it_and_gives_it_to_a_colleague(house: House, incident: Incident) -> None:
    client = browser(house.cast.owner)
    client.post(address(incident, "owner/"), {"owner": "me"})
    incident.refresh_from_db()
    assert incident.owner == house.cast.owner
    client.post(address(incident, "owner/"), {"owner": house.cast.colleague.public_id})
    incident.refresh_from_db()
    assert incident.owner == house.cast.colleague
    refused = client.post(address(incident, "owner/"), {"owner": house.cast.agent.public_id}, follow=True)
    assert "Choose somebody who sees this incident and may work on it." in refused.text


def test_what_was_typed_stays_when_it_is_refused(house: House, incident: Incident) -> None:
    long = "x" * 4001
    answer = browser(house.cast.owner).post(address(incident, "comments/"), {"text": long})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert long in answer.text


def test_the_live_part_leaves_the_forms_alone_and_stops_at_the_end(house: House, incident: Incident) -> None:
    """What somebody types is not lost while the page keeps itself fresh."""
    client = browser(house.cast.owner)
    part = client.get(address(incident) + "?part=live", headers={"HX-Request": "true"}).text
    assert "comment-form" not in part
    assert 'hx-trigger="every 15s"' in part
    with transaction.atomic():
        end_problem(incident=incident, ended_at=START, facts={}, actor=RULES, now=START + timedelta(hours=1))
    part = client.get(address(incident) + "?part=live", headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in part


def test_the_note_is_written_on_the_page_once_it_is_over(house: House, incident: Incident) -> None:
    client = browser(house.cast.owner)
    assert "Write a note" not in client.get(address(incident)).text
    with transaction.atomic():
        end_problem(incident=incident, ended_at=START, facts={}, actor=RULES, now=START + timedelta(hours=1))
    assert "Write a note" in client.get(address(incident)).text
    client.post(address(incident, "note/"), {"text": "A certificate ran out."})
    assert "A certificate ran out." in browser(house.cast.reader).get(address(incident)).text


def test_the_list_is_filtered_by_integration_source_and_severity(house: House, incident: Incident) -> None:
    client, title = browser(house.cast.agent), rules()["booking_errors"].name("en")
    for query, found in (
        (f"integration={house.integration.public_id}", True),
        ("source=rules", True),
        ("source=alertmanager", False),
        ("severity=critical", True),
        ("severity=warning", False),
        ("integration=unknown&severity=nonsense", True),
    ):
        assert (title in client.get(f"/u/0/incidents/?{query}").text) is found, query
