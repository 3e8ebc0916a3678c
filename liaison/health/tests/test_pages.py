"""The list of incidents, an incident with its proof, and who would be told."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.health.models import Incident
from liaison.health.tests.house import House, an_alert, critical, receive, resolved
from liaison.integrations.models import Status
from liaison.lib.clock import utc_now
from liaison.notifications.models import Attempt, Delivery, Message

pytestmark = pytest.mark.django_db
LIST = "/u/0/incidents/"
WHO = "/u/0/who-would-be-told/"


@pytest.fixture(autouse=True)
def open_gate(house: House) -> None:
    ContactRecord.objects.filter(account=house.cast.partner).update(first_completed_at=utc_now())


def browser(identity: Identity) -> Client:
    return sign_in(Client(), identity)


def _only_incident() -> Incident:
    return Incident.objects.get()


def _question(house: House, **changes: str) -> dict[str, str]:
    asked = {
        "integration": house.integration.public_id,
        "environment": "production",
        "topic": "critical",
        "at": "2026-11-05T14:05",
        "zone": "Europe/Rome",
    }
    return asked | changes


def test_an_empty_list_explains_how_to_connect_alertmanager(house: House) -> None:
    page = browser(house.cast.reader).get(LIST)
    assert page.status_code == HTTPStatus.OK
    assert "webhook_configs:" in page.text
    assert "/in/alertmanager?environment=production" in page.text


def test_the_list_shows_ones_own_incidents_only(house: House) -> None:
    receive(house.key, an_alert())
    for reader, expected in (("reader", True), ("outsider", False), ("agent", True), ("manager", True)):
        page = browser(getattr(house.cast, reader)).get(LIST)
        assert ("Bookings fail" in page.text) is expected, reader


def test_the_list_is_filtered_by_environment_and_state(house: House) -> None:
    receive(house.key, an_alert(annotations={"summary": "In production"}))
    receive(house.sandbox_key, an_alert(annotations={"summary": "In the sandbox"}))
    receive(house.sandbox_key, resolved())
    client = browser(house.cast.reader)
    for query, shown, hidden in (
        ("environment=production", "In production", "In the sandbox"),
        ("state=resolved", "In the sandbox", "In production"),
        ("state=open&environment=production", "In production", "In the sandbox"),
    ):
        text = client.get(f"{LIST}?{query}").text
        assert shown in text
        assert hidden not in text
    assert "No incident fits these filters." in client.get(f"{LIST}?environment=sandbox&state=open").text
    assert client.get(f"{LIST}?environment=moon&page=x").status_code == HTTPStatus.OK


def test_the_list_asks_the_database_equally_often_for_many_incidents(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    receive(house.key, an_alert())
    client = browser(house.cast.agent)
    client.get(LIST)
    counts = []
    for number in range(2):
        with django_assert_max_num_queries(20) as captured:
            client.get(LIST)
        counts.append(len(captured))
        receive(house.key, *(an_alert(fingerprint=f"more-{number}-{index}") for index in range(10)))
    assert counts[0] == counts[1]


def test_an_incident_of_another_account_is_as_if_it_were_not_there(house: House) -> None:
    """Invariant 6."""
    receive(house.key, an_alert())
    client = browser(house.cast.outsider)
    for public_id in (_only_incident().public_id, "nothing"):
        assert client.get(f"{LIST}{public_id}/").status_code == HTTPStatus.NOT_FOUND


def test_the_proof_names_every_recipient_with_reason_and_state(house: House) -> None:
    receive(house.key, critical())
    page = browser(house.cast.reader).get(f"{LIST}{_only_incident().public_id}/")
    for expected in (
        "olivia@bistro.test",
        "carlo@bistro.test",
        "pager@bistro.test",
        "Alert contact",
        "Technical emergency contact",
        "Pending",
        "Called only if nobody before answers or can be reached.",
        Message.objects.values_list("message_id", flat=True)[0].strip("<>"),
    ):
        assert expected in page.text, expected
    assert 'hx-trigger="every 2s"' in page.text


def test_the_proof_hides_the_operators_administrators_from_partners(house: House) -> None:
    receive(house.key, critical())
    path = f"{LIST}{_only_incident().public_id}/"
    assert house.cast.administrator.mailbox not in browser(house.cast.owner).get(path).text
    assert house.cast.administrator.mailbox in browser(house.cast.agent).get(path).text


def test_an_engineer_sees_the_incident_without_the_addresses_of_the_record(house: House) -> None:
    """W2: the on-call engineer sees incidents; contact information is not named there."""
    receive(house.key, critical())
    page = browser(house.cast.engineer).get(f"{LIST}{_only_incident().public_id}/")
    assert page.status_code == HTTPStatus.OK
    assert "pager@bistro.test" not in page.text
    assert "Olivia Owner" in page.text


def test_the_proof_shows_how_long_it_took_and_every_attempt(house: House) -> None:
    receive(house.key, an_alert())
    now = utc_now()
    for message in Message.objects.all():
        message.state, message.finished_at, message.sent_sha256 = "accepted", now, "0" * 64
        message.save()
        Attempt.objects.create(
            message=message,
            number=1,
            started_at=now,
            finished_at=now,
            outcome="temporary",
            code=451,
            detail="greylisted",
        )
    Delivery.objects.update(state="accepted", finished_at=now)
    page = browser(house.cast.reader).get(f"{LIST}{_only_incident().public_id}/")
    assert " ms" in page.text
    assert "greylisted" in page.text
    assert "Delivered" in page.text
    assert "hx-trigger" not in page.text.split('id="proof"')[1].split("</div>")[0]


def test_the_proof_is_fetched_alone_by_htmx(house: House) -> None:
    receive(house.key, an_alert())
    path = f"{LIST}{_only_incident().public_id}/"
    fragment = browser(house.cast.reader).get(path, headers={"HX-Request": "true"})
    assert "olivia@bistro.test" in fragment.text
    assert "<html" not in fragment.text


def test_evidence_cannot_bring_markup_in(house: House) -> None:
    evil = "<script>alert(1)</script>"
    receive(house.key, an_alert(annotations={"summary": evil, evil: evil}, labels={evil: evil}))
    text = browser(house.cast.reader).get(f"{LIST}{_only_incident().public_id}/").text
    assert evil not in text
    assert "&lt;script&gt;" in text


def test_who_would_be_told_names_recipients_and_reasons(house: House) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house))
    assert page.status_code == HTTPStatus.OK
    for expected in ("olivia@bistro.test", "pager@bistro.test", "Alert contact", "5 Nov 2026, 14:05"):
        assert expected in page.text, expected


def test_who_would_be_told_says_what_it_took_for_a_time_that_does_not_exist(house: House) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house, at="2026-03-29T02:30"))
    assert "skip 02:30" in page.text
    assert "03:00" in page.text


def test_who_would_be_told_says_which_of_two_moments_it_took(house: House) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house, at="2026-10-25T02:30"))
    assert "show 02:30 twice" in page.text


def test_who_would_be_told_in_the_sandbox_is_nobody(house: House) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house, environment="sandbox"))
    assert "Nobody would be told." in page.text
    assert "Nothing about the sandbox is sent to the contacts of the account." in page.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "soon"),
        ("at", ""),
        ("zone", "Mars/Base"),
        ("topic", "gossip"),
        ("integration", "x"),
        ("environment", "x"),
    ],
)
def test_who_would_be_told_says_what_is_wrong_with_a_question(house: House, name: str, value: str) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house, **{name: value}))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'role="alert"' in page.text


def test_who_would_be_told_answers_the_usual_question_at_once(house: House) -> None:
    """Who is told of something critical in production, now."""
    page = browser(house.cast.owner).get(WHO)
    assert page.status_code == HTTPStatus.OK
    for address in ("olivia@bistro.test", "pager@bistro.test"):
        assert address in page.text, address
    assert Incident.objects.count() == 0


def test_who_would_be_told_is_not_for_outsiders_and_engineers(house: House) -> None:
    for identity in (house.cast.outsider, house.cast.engineer):
        page = browser(identity).get(WHO, _question(house))
        assert "olivia@bistro.test" not in page.text


def test_pages_are_locked_while_the_gate_is_closed(house: House) -> None:
    """C3."""
    ContactEntry.objects.all().delete()
    ContactRecord.objects.update(first_completed_at=None)
    for path in (LIST, WHO):
        assert browser(house.cast.owner).get(path).status_code == HTTPStatus.FOUND


def test_every_page_is_shown_in_five_languages(house: House) -> None:
    receive(house.key, critical())
    house.integration.status = Status.PAUSED
    for language in ("en", "ko", "zh-hans", "it", "pl"):
        Identity.objects.filter(pk=house.cast.reader.pk).update(language=language)
        client = browser(house.cast.reader)
        for path in (LIST, f"{LIST}{_only_incident().public_id}/", WHO):
            page = client.get(path)
            assert page.status_code == HTTPStatus.OK
            assert page.headers["Content-Language"].lower() == language


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "1800-01-01T00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "UTC"])
def test_a_moment_outside_of_the_calendar_is_refused_in_its_field(house: House, at: str, zone: str) -> None:
    page = browser(house.cast.reader).get(WHO, _question(house, at=at, zone=zone))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Enter a date and a time" in page.text


def test_the_words_of_a_mail_server_are_shown_to_those_only_who_see_the_address(house: House) -> None:
    """W2: an on-call engineer sees no addresses of contacts, also not in `550 <address> unknown`."""
    receive(house.key, critical())
    incident = _only_incident()
    message = Message.objects.get(address="carlo@bistro.test")
    Attempt.objects.create(
        message=message,
        number=1,
        started_at=utc_now(),
        finished_at=utc_now(),
        outcome="temporary",
        code=450,
        detail="4.2.0 <carlo@bistro.test> greylisted",
    )
    for reader, expected in (("owner", True), ("manager", True), ("engineer", False)):
        page = browser(getattr(house.cast, reader)).get(f"{LIST}{incident.public_id}/")
        assert page.status_code == HTTPStatus.OK
        assert "450" in page.text
        assert ("carlo@bistro.test" in page.text) is expected, reader
