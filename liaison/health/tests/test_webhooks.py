"""A problem told by signed webhook: what arrives, who sees it where, and what happens when the endpoint is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from standardwebhooks import Webhook

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions as contacts
from liaison.contacts.actions.endpoints import NewSecret
from liaison.contacts.models import ContactRecord
from liaison.health.models import Incident
from liaison.health.tests.house import House, critical, receive, resolved
from liaison.integrations import actions as integrations
from liaison.lib.clock import utc_now
from liaison.lib.http.testing import HttpServer, Taken, answer
from liaison.notifications.models import Delivery
from liaison.notifications.worker import deliver_batch

ALIAS: Final = "pager@bistro.test"
CAPTURED: Final = Path(__file__).parent / "captured_webhooks"

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings) -> Iterator[HttpServer]:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.1",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    with HttpServer() as server:
        yield server


@pytest.fixture
def made(house: House, server: HttpServer) -> NewSecret:
    """An endpoint of the first emergency contact."""
    ContactRecord.objects.filter(account=house.cast.partner).update(first_completed_at=utc_now())
    owner = house.cast.owner
    return contacts.add_endpoint(
        actor=owner, account=owner.account, person=ALIAS, name="Pager", url=server.url, now=utc_now()
    )


def events(server: HttpServer, made: NewSecret) -> list[dict[str, Any]]:
    """Deliver what is due and return what the receiver believes, oldest first."""
    while deliver_batch(utc_now(), channel="webhook"):
        pass
    return [Webhook(made.secret).verify(taken.body, dict(taken.headers)) for taken in server.taken]


def page_of(person: Identity, address: str) -> str:
    return sign_in(Client(), person).get(address).content.decode()


def test_the_first_emergency_contact_hears_by_mail_and_webhook_at_once(
    house: House, server: HttpServer, made: NewSecret
) -> None:
    """R3: every channel of entry 1 at once."""
    receive(house.key, critical())
    owed = Delivery.objects.filter(recipient_key=f"address:{ALIAS}").exclude(state="suppressed")
    assert set(owed.values_list("channel", "address")) == {("email", ALIAS), ("webhook", made.endpoint.public_id)}
    assert len(set(owed.values_list("due_at", flat=True))) == 1


def test_the_facts_of_an_incident_are_those_of_the_portal(house: House, server: HttpServer, made: NewSecret) -> None:
    receive(house.key, critical(annotations={"summary": "예약 실패"}))
    (event,) = events(server, made)
    incident, data = Incident.objects.get(), event["data"]
    assert event["type"] == "incident.opened"
    assert data["incident"]["id"] == incident.public_id
    assert (data["incident"]["severity"], data["incident"]["state"]) == ("critical", "firing")
    assert data["incident"]["labels"] == {"alertname": "BookingDown", "severity": "critical"}
    assert data["incident"]["started_at"] == "2026-11-22T08:00:00.000Z"
    assert data["incident"]["resolved_at"] is None
    assert data["account"] == {"id": "bistro", "name": house.cast.partner.name}
    assert data["integration"] == {"id": house.integration.public_id, "kind": house.integration.kind}
    assert data["environment"] == "production"
    assert data["links"]["page"].endswith(f"/incidents/{incident.public_id}/")
    assert data["subject"] == "Technical emergency: 예약 실패 (Reservations End-to-End)"
    assert "예약 실패" in data["text"]
    assert {one["reason"] for one in data["why"]} == {"emergency_contact"}


def test_the_end_of_an_incident_is_told_there_too(house: House, server: HttpServer, made: NewSecret) -> None:
    receive(house.key, critical())
    receive(house.key, resolved(labels=critical()["labels"]))
    opened, ended = events(server, made)
    assert (opened["type"], ended["type"]) == ("incident.opened", "incident.resolved")
    assert ended["data"]["incident"]["state"] == "resolved"
    assert ended["data"]["incident"]["resolved_at"] is not None


def test_a_disabled_integration_is_told_there_too(house: House, server: HttpServer, made: NewSecret) -> None:
    staff = house.cast.administrator
    integrations.disable_integration(actor=staff, integration=house.integration, now=utc_now())
    (event,) = events(server, made)
    assert event["type"] == "integration.disabled"
    assert event["data"]["integration"]["id"] == house.integration.public_id


def test_the_sandbox_reaches_no_endpoint(house: House, server: HttpServer, made: NewSecret) -> None:
    """Invariant 3."""
    receive(house.sandbox_key, critical())
    assert events(server, made) == []
    assert Delivery.objects.get(channel="webhook").state_reason == "sandbox"


def test_who_is_taken_out_of_the_contacts_hears_nothing_more(house: House, server: HttpServer, made: NewSecret) -> None:
    """Invariant 2: the right counts that holds when it is sent."""
    receive(house.key, critical())
    house.cast.partner.contact_record.entries.filter(field=ContactField.EMERGENCY, address=ALIAS).delete()
    assert events(server, made) == []
    assert Delivery.objects.get(channel="webhook").state == "cancelled"


def test_the_proof_names_the_endpoint_and_never_shows_its_whole_address(
    house: House, server: HttpServer, made: NewSecret
) -> None:
    receive(house.key, critical())
    server.acts.append(answer("500 Oops", body=b"a stack trace of theirs"))
    events(server, made)
    address = f"/u/0/incidents/{Incident.objects.get().public_id}/"
    page = page_of(house.cast.owner, address)
    assert "Pager (127.0.0.1)" in page
    assert "Webhook" in page
    assert "HTTP 500" in page
    for secret in (made.endpoint.public_id, "/hook", made.secret, "stack trace"):
        assert secret not in page
    assert "127.0.0.1" not in page_of(house.cast.engineer, address)


def test_who_would_be_told_shows_the_endpoint(house: House, made: NewSecret) -> None:
    """Invariant 7."""
    asked = f"?integration={house.integration.public_id}&environment=production&topic=critical"
    page = page_of(house.cast.owner, f"/u/0/who-would-be-told/{asked}&at=2026-11-05T14:05&zone=UTC")
    assert "Pager (127.0.0.1)" in page
    assert made.endpoint.public_id not in page


def test_a_lost_endpoint_leaves_the_mail_alone(house: House, server: HttpServer, made: NewSecret) -> None:
    receive(house.key, critical())
    server.acts.append(answer("410 Gone"))
    deliver_batch(utc_now(), channel="webhook")
    assert Delivery.objects.get(channel="webhook").state == "failed"
    mail = Delivery.objects.get(channel="email", recipient_key=f"address:{ALIAS}", round=0)
    assert mail.state == "pending"


@pytest.mark.parametrize("name", ["incident-opened", "incident-resolved"])
def test_a_captured_request_is_still_believed_and_has_the_promised_shape(
    house: House, server: HttpServer, made: NewSecret, name: str
) -> None:
    """The bytes of a real run; the published library signs them as we did."""
    receive(house.key, critical(annotations={"summary": "예약 실패"}))
    events(server, made)
    receive(house.key, resolved(labels=critical()["labels"], annotations={"summary": "예약 실패"}))
    fresh = {event["type"]: event for event in events(server, made)}
    if os.environ.get("CAPTURE_WEBHOOKS"):
        for taken, event in zip(server.taken, fresh.values(), strict=True):
            _capture(event["type"].replace(".", "-"), made.secret, taken)
    captured = json.loads((CAPTURED / f"{name}.json").read_text())
    headers, body = captured["headers"], captured["body"]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz=UTC)
    signed = Webhook(captured["secret"]).sign(headers["webhook-id"], at, body)
    assert headers["webhook-signature"].split(" ") == [signed]
    assert _shape(json.loads(body)) == _shape(fresh[name.replace("-", ".")])


def test_the_reference_shows_the_shape_that_is_sent(house: House, server: HttpServer, made: NewSecret) -> None:
    receive(house.key, critical())
    (event,) = events(server, made)
    reference = (settings.BASE_DIR.parent / "docs/reference/webhooks.md").read_text()
    example = reference.split("```json")[1].split("```")[0]
    assert _shape(json.loads(example)) == _shape(event)


def _capture(name: str, secret: str, taken: Taken) -> None:
    found = {"secret": secret, "line": taken.line, "headers": dict(taken.headers), "body": taken.body.decode()}
    (CAPTURED / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _shape(value: Any) -> Any:
    """Return the names in a document and the kinds of their values; null goes with every kind."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items() if inner is not None}
    return [_shape(value[0])] if isinstance(value, list) else type(value).__name__
