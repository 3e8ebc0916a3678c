"""`POST /in/alertmanager`, as an alert sender sees it."""

from __future__ import annotations

import base64
import threading
import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from liaison.accounts.testing import make_cast
from liaison.audit.models import Event
from liaison.health import intake
from liaison.health.models import Incident
from liaison.health.tests.house import House, an_alert, announcements, critical, payload
from liaison.integrations.intake import turns
from liaison.integrations.models import IntakeKey
from liaison.integrations.testing import make_key, make_launched
from liaison.lib.clock import utc_now
from liaison.notifications.models import Announcement

CAPTURED = Path(__file__).parent / "captured"
URL = "/in/alertmanager"

pytestmark = pytest.mark.django_db


def post(key: str | None, body: bytes, url: str = URL, **headers: str) -> Any:
    """Post as Alertmanager does; a missing key sends no header at all."""
    sent = {"Authorization": f"Bearer {key}"} if key is not None else {}
    content_type = headers.pop("content_type", "application/json")
    return Client().post(url, data=body, content_type=content_type, headers={**sent, **headers})


def assert_refused(response: Any, status: HTTPStatus, code: str) -> Any:
    """A clear problem+json, and nothing stored."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]
    assert not Incident.objects.exists()
    assert not Announcement.objects.exists()
    assert not Event.objects.filter(kind__startswith="incident.").exists()
    return problem


def test_it_takes_every_captured_payload(house: House) -> None:
    for path in sorted(CAPTURED.glob("*.json")):
        response = post(house.key, path.read_bytes())
        assert response.status_code == HTTPStatus.OK, path.name
    assert Incident.objects.count() == 5


def test_it_answers_with_the_public_ids_of_the_incidents(house: House) -> None:
    response = post(house.key, payload(critical(), an_alert(fingerprint="other")))
    listed = response.json()["incidents"]
    assert {one["id"] for one in listed} == set(Incident.objects.values_list("public_id", flat=True))
    assert [one["outcome"] for one in listed] == ["open", "open"]


def test_it_takes_the_key_as_the_password_of_basic_authentication(house: House) -> None:
    basic = base64.b64encode(f"anybody:{house.key}".encode()).decode()
    response = post(None, payload(an_alert()), Authorization=f"Basic {basic}")
    assert response.status_code == HTTPStatus.OK


def test_it_notes_when_a_key_was_used(house: House) -> None:
    post(house.key, payload(an_alert()))
    assert IntakeKey.objects.filter(last_used_at__isnull=False).count() == 1


@pytest.mark.parametrize("header", ["Bearer lk_unknown", "Basic !!!", "Basic eDp5", "Digest x", "Bearer żółw"])
def test_it_refuses_an_unknown_key(house: House, header: str) -> None:
    response = post(None, payload(an_alert()), Authorization=header)
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert "Bearer" in response.headers["WWW-Authenticate"]
    assert not Incident.objects.exists()


def test_it_asks_for_a_key(house: House) -> None:
    assert_refused(post(None, payload(an_alert())), HTTPStatus.UNAUTHORIZED, "intake_key_missing")


def test_it_refuses_a_revoked_key(house: House) -> None:
    IntakeKey.objects.update(revoked_at=utc_now())
    assert_refused(post(house.key, payload(an_alert())), HTTPStatus.UNAUTHORIZED, "intake_key_unknown")


def test_it_refuses_what_is_meant_for_the_other_environment(house: House) -> None:
    for key, said in ((house.key, "sandbox"), (house.sandbox_key, "production"), (house.key, "staging")):
        response = post(key, payload(an_alert()), f"{URL}?environment={said}")
        assert_refused(response, HTTPStatus.UNPROCESSABLE_ENTITY, "intake_wrong_environment")
    assert post(house.key, payload(an_alert()), f"{URL}?environment=production").status_code == HTTPStatus.OK


def test_it_refuses_broken_json(house: House) -> None:
    assert_refused(post(house.key, b'{"version": "4",'), HTTPStatus.BAD_REQUEST, "intake_broken_json")


def test_it_names_the_place_where_the_shape_is_wrong(house: House) -> None:
    response = post(house.key, payload(an_alert(), an_alert(startsAt="yesterday")))
    problem = assert_refused(response, HTTPStatus.UNPROCESSABLE_ENTITY, "intake_wrong_shape")
    assert problem["errors"][0]["path"] == "alerts[1].startsAt"


def test_it_refuses_ten_megabytes(house: House) -> None:
    body = payload(an_alert(annotations={"summary": "x" * 10_000_000}))
    assert_refused(post(house.key, body), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "intake_too_large")


def test_it_refuses_a_form(house: House) -> None:
    response = post(house.key, b"a=b", content_type="application/x-www-form-urlencoded")
    assert_refused(response, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "intake_not_json_type")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_it_takes_nothing_but_post(house: House, method: str) -> None:
    response = getattr(Client(), method)(URL)
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert response.headers["Allow"] == "POST"


def test_it_speaks_the_language_of_the_sender(house: House) -> None:
    response = post(None, b"", **{"Accept-Language": "ko"})
    assert response.headers["Content-Language"] == "ko"


def test_it_is_not_part_of_any_identity_slot(house: House) -> None:
    assert post(house.key, payload(an_alert()), f"/u/0{URL}").status_code == HTTPStatus.NOT_FOUND


def test_it_stays_open_while_the_gate_is_closed() -> None:
    """C3: event intake is never locked; the account below has no contact information."""
    cast = make_cast()
    key = make_key(make_launched(cast.partner)).secret
    assert post(key, payload(an_alert())).status_code == HTTPStatus.OK


def test_it_answers_503_on_overload(house: House, settings: Any) -> None:
    """Never 429: Alertmanager gives up on that."""
    settings.INTAKE_MAX_CONCURRENT = 1
    with turns.one():
        response = post(house.key, payload(an_alert()))
    assert_refused(response, HTTPStatus.SERVICE_UNAVAILABLE, "intake_overloaded")
    assert int(response.headers["Retry-After"]) > 0
    assert post(house.key, payload(an_alert())).status_code == HTTPStatus.OK


@pytest.mark.django_db(transaction=True)
def test_it_answers_503_while_the_database_ends_its_sessions(house: House) -> None:
    """The session is ended by the server under a waiting event, as a restart of PostgreSQL does."""
    pid = connection.connection.info.backend_pid
    ender = connection.copy()
    with ender.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    ender.close()
    response = post(house.key, payload(an_alert()))
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json()["code"] == "intake_database_lost"
    assert int(response.headers["Retry-After"]) > 0
    connection.close()
    assert post(house.key, payload(an_alert())).status_code == HTTPStatus.OK


def test_it_answers_503_when_the_commit_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(intake, "receive_alerts", lost)
    response = post(house.key, payload(an_alert()))
    assert_refused(response, HTTPStatus.SERVICE_UNAVAILABLE, "intake_database_lost")


@pytest.mark.django_db(transaction=True)
def test_the_same_event_fifty_times_at_once_is_one_incident(house: House, settings: Any) -> None:
    settings.INTAKE_MAX_CONCURRENT = 64
    statuses: list[int] = []
    begin = threading.Barrier(10)

    def send() -> None:
        begin.wait()
        statuses.extend([_until_taken(house.key, payload(critical())) for _ in range(5)])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [HTTPStatus.OK] * 50
    incident = Incident.objects.get()
    assert incident.times_received == 50
    assert announcements(incident) == ["opened"]


@pytest.mark.django_db(transaction=True)
def test_payloads_in_opposite_order_at_once_do_not_block_each_other(house: House) -> None:
    alerts = [an_alert(fingerprint=f"key-{number}") for number in range(20)]
    statuses: list[int] = []

    def send(body: bytes) -> None:
        statuses.extend([_until_taken(house.key, body) for _ in range(4)])
        connection.close()

    bodies = (payload(*alerts), payload(*reversed(alerts)))
    threads = [threading.Thread(target=send, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [HTTPStatus.OK] * 8
    assert Incident.objects.count() == 20
    assert set(Incident.objects.values_list("times_received", flat=True)) == {8}


def _until_taken(key: str, body: bytes) -> int:
    """Send as Alertmanager does: again after a 503, and only then."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        status = post(key, body).status_code
        if status != HTTPStatus.SERVICE_UNAVAILABLE:
            return int(status)
        time.sleep(0.05)
    return 0


def test_the_usual_settings_notice_overload_before_all_threads_are_taken(house: House, settings: Any) -> None:
    """A limit that the threads of a process never reach would let pages wait behind a storm of alerts."""
    assert settings.INTAKE_MAX_CONCURRENT < settings.WEB_THREADS
    with ExitStack() as storm:
        for _ in range(settings.INTAKE_MAX_CONCURRENT):
            storm.enter_context(turns.one())
        assert_refused(post(house.key, payload(an_alert())), HTTPStatus.SERVICE_UNAVAILABLE, "intake_overloaded")
