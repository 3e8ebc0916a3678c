"""Issue: mails at speed. What is set into a form says what a mail says that is written for itself (L1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.accounts.models import Account
from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import Topic
from liaison.health.models import Incident, IncidentState
from liaison.health.vocabulary import IncidentEvent
from liaison.health.words import incident_content, integration_content
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.lib.languages import LANGUAGES
from liaison.notifications.channels.contract import Letter, Rendered
from liaison.notifications.channels.email.render import reader_language, reader_zone, render_letter
from liaison.notifications.facts import Because, Reason
from liaison.notifications.registry import Content, Recipient
from liaison.notifications.tests.test_mail_forms import WORDS, said

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def reader(language: str, **more: object) -> Recipient:
    fields = {
        "key": "identity:1",
        "identity_id": 1,
        "address": "anna@partner.test",
        "name": "Anna",
        "reasons": (),
        **more,
    }
    return Recipient(language=language, time_zone="Asia/Seoul", **fields)  # type: ignore[arg-type]  # of the right types


def an_incident(**more: object) -> Incident:
    account = Account(name="Bistro & Söhne")
    integration = Integration(kind=next(iter(integration_kinds())), account=account)
    fields = {
        "environment": Environment(name=EnvironmentName.PRODUCTION, integration=integration),
        "severity": "critical",
        "title": "Orders fail",
        "started_at": NOW,
        **more,
    }
    return Incident(**fields)


def both(content: Content, recipient: Recipient) -> tuple[Rendered, Rendered]:
    because = (Because(Topic.TECHNICAL_EMERGENCY, Reason.EMERGENCY_CONTACT),)
    letter = Letter("<x@portal.test>", NOW, recipient, content, because)
    return render_letter(letter), render_letter(replace(letter, content=replace(content, form="")))


@pytest.fixture(params=[language.code for language in LANGUAGES])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with reader_language(request.param), reader_zone("Asia/Seoul"):
        yield request.param


@pytest.mark.parametrize("event", IncidentEvent)
@pytest.mark.parametrize("environment", EnvironmentName)
@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_every_shape_of_a_mail_about_an_incident_says_the_same_both_ways(
    language: str, event: IncidentEvent, environment: EnvironmentName, severity: str
) -> None:
    incident = an_incident(severity=severity, labels={"job": "a&b"}, annotations={"summary": "Bookings <fail>"})
    incident.environment.name = environment
    if event == IncidentEvent.RESOLVED:
        incident.state, incident.resolved_at = IncidentState.RESOLVED, NOW + timedelta(hours=1)
    recipient = reader(language, reasons=(Reason.EMERGENCY_CONTACT.value,), delivery="0123456789abcd")
    content = incident_content(incident, event, recipient, identity_public_id="abc", has_it="Żaneta <&>")
    quick, slow = both(content, recipient)
    assert quick.form is not None
    assert slow.form is None
    assert said(quick.data) == said(slow.data)


@settings(max_examples=30, deadline=None)
@given(title=WORDS, name=WORDS, rows=st.dictionaries(WORDS, WORDS, max_size=4))
def test_no_evidence_says_more_than_itself(title: str, name: str, rows: dict[str, str]) -> None:
    with reader_language("en"), reader_zone("UTC"):
        recipient = reader("en", name=name)
        incident = an_incident(title=title, labels=rows)
        quick, slow = both(
            incident_content(incident, IncidentEvent.REOPENED, recipient, identity_public_id="abc"), recipient
        )
        assert said(quick.data) == said(slow.data)


@pytest.mark.parametrize("event", ["disabled", "restored"])
def test_a_mail_about_an_integration_says_the_same_both_ways(language: str, event: str) -> None:
    integration = an_incident().environment.integration
    integration.status_changed_at = NOW
    recipient = reader(language)
    quick, slow = both(integration_content(integration, event, recipient, identity_public_id="abc"), recipient)
    assert quick.form is not None
    assert said(quick.data) == said(slow.data)


def test_times_and_places_are_slots_so_one_form_serves_all(language: str) -> None:
    first, second = an_incident(), an_incident(title="Menus fail", started_at=NOW + timedelta(days=2))
    second.environment.integration.account.name = "Trattoria"
    recipient = reader(language)
    contents = [
        incident_content(one, IncidentEvent.REOPENED, recipient, identity_public_id="abc") for one in (first, second)
    ]
    forms = {id(both(content, recipient)[0].form) for content in contents}
    assert len(forms) == 1


@pytest.mark.django_db
def test_a_reader_whose_name_in_links_is_known_costs_no_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        incident_content(an_incident(), IncidentEvent.REOPENED, reader("en"), identity_public_id="abc")
    assert len(queries) == 0


@pytest.mark.parametrize("event", [IncidentEvent.OPENED, IncidentEvent.WORSENED, IncidentEvent.DISABLED])
def test_a_mail_about_what_our_rules_found_says_the_same_both_ways(language: str, event: IncidentEvent) -> None:
    """R: with its evidence, as numbers by label in the reader's language."""
    finding = {
        "rule": "booking_errors", "scope": "CreateBooking", "measure": "error_rate", "severity": "critical",
        "value": 0.31, "threshold": 0.05, "window_minutes": 30, "calls": 900, "codes": [["<500>", 270]],
        "first_bad_at": NOW.isoformat(), "ended_at": None,
    }  # fmt: skip
    incident = an_incident(source="rules", title="", facts={"findings": [finding] * 5})
    recipient = reader(language, reasons=(Reason.EMERGENCY_CONTACT.value,), delivery="0123456789abcd")
    content = incident_content(incident, event, recipient, identity_public_id="abc")
    quick, slow = both(content, recipient)
    assert said(quick.data) == said(slow.data)
    assert content.slots["title"].startswith("CreateBooking")
    assert any("31" in value and "%" in value for value in content.slots.values())
    assert "CreateBooking" in content.subject
