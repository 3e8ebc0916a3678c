"""`POST /v2/enqueue`, as a client of the Events API v2 sees it, and what becomes of its events (section R)."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.catalog.vocabulary import Severity
from liaison.health.actions import Enqueued, receive_event
from liaison.health.events_v2 import parse_event
from liaison.health.models import Incident, IncidentState, Mark
from liaison.health.occurrences import LATE
from liaison.health.reporting import report_problem
from liaison.health.tests.house import START, House, announcements, told
from liaison.integrations.keys import hash_of
from liaison.integrations.models import IntakeKey
from liaison.notifications.models import Escalation, EscalationState

URL = "/v2/enqueue"
OWNER, COLLEAGUE, PAGER = "olivia@bistro.test", "carlo@bistro.test", "pager@bistro.test"


def trigger(key: str, dedup_key: str | None = "booking", **payload: Any) -> dict[str, Any]:
    said = {"summary": "Bookings fail", "source": "booking-1.partner.test", "severity": "critical", **payload}
    event = {"routing_key": key, "event_action": "trigger", "payload": said}
    return event if dedup_key is None else event | {"dedup_key": dedup_key}


def say(key: str, action: str, dedup_key: str = "booking", **more: Any) -> dict[str, Any]:
    return {"routing_key": key, "event_action": action, "dedup_key": dedup_key, **more}


def post(body: Any, url: str = URL) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(url, data, content_type="application/json", headers={"Accept-Language": "en"})


def receive(secret: str, event: dict[str, Any], now: datetime) -> Enqueued:
    """Let the verb take an event in, without HTTP."""
    key = IntakeKey.objects.select_related("environment__integration__account").get(key_hash=hash_of(secret))
    return receive_event(key=key, event=parse_event(event), now=now)


@pytest.mark.django_db
def test_a_trigger_is_an_incident_and_the_answer_is_what_clients_expect(house: House) -> None:
    answer = post(trigger(house.key, component="calendar", custom_details={"rate": 0.31, "누가": "병원"}))
    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "booking"}
    incident = Incident.objects.get()
    assert (incident.title, incident.severity, incident.source) == ("Bookings fail", "critical", "events")
    assert incident.labels["component"] == "calendar"
    assert incident.annotations == {"summary": "Bookings fail", "rate": "0.31", "누가": "병원"}
    assert told(incident) == {OWNER, COLLEAGUE, PAGER}


@pytest.mark.django_db
@pytest.mark.parametrize(("severity", "escalates"), [("critical", True), ("error", False), ("warning", False)])
def test_only_critical_is_an_emergency(house: House, severity: str, escalates: bool) -> None:  # a case
    """design: Events v2 `critical` raises a technical emergency, else a production alert."""
    post(trigger(house.key, severity=severity))
    assert Escalation.objects.exists() is escalates


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"routing_key": ""}, ["routing_key is missing, blank, or not of the right kind."]),
        ({"routing_key": "lk_unknown"}, ["routing_key must be an intake key that exists and was not revoked."]),
        ({"event_action": "shout"}, ["event_action must be trigger, acknowledge or resolve."]),
        ({"payload": None}, ["payload is missing, blank, or not of the right kind."]),
        ({"dedup_key": "x" * 256}, ["dedup_key must not be longer than 255 characters."]),
        ({"event_action": "resolve", "dedup_key": ""}, ["dedup_key is missing, blank, or not of the right kind."]),
        (
            {"payload": {"summary": " ", "severity": "page"}},
            [
                "payload.summary is missing, blank, or not of the right kind.",
                "payload.source is missing, blank, or not of the right kind.",
                "payload.severity must be critical, error, warning or info.",
            ],
        ),
    ],
)
def test_an_event_that_is_not_valid_is_refused_with_every_reason(
    house: House, changes: dict[str, Any], errors: list[str]
) -> None:
    answer = post(trigger(house.key) | changes)
    assert answer.status_code == 400
    assert answer.json() == {
        "status": "invalid event",
        "message": "The event is not valid. Nothing was stored.",
        "errors": errors,
    }
    assert not Incident.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"payload": NaN}', b"[" * 100_000])
def test_what_is_no_event_at_all_is_refused_in_the_same_shape(body: bytes) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"


@pytest.mark.django_db
def test_overload_and_a_body_too_large_answer_in_the_same_shape(house: House, settings: Any) -> None:
    """design: overload answers 503, never 429."""
    settings.INTAKE_MAX_BYTES = 100
    large = post(trigger(house.key))
    assert (large.status_code, large.json()["status"]) == (413, "invalid event")
    settings.INTAKE_MAX_CONCURRENT = 0
    busy = post(trigger(house.key))
    assert (busy.status_code, busy.json()["status"], busy.headers["Retry-After"]) == (503, "error", "5")


@pytest.mark.django_db
def test_only_posts_are_taken(house: House) -> None:
    answer = Client().get(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["status"] == "invalid event"


@pytest.mark.django_db
def test_what_cannot_be_kept_loses_no_event(house: House) -> None:
    answer = post(
        trigger(house.key, summary="NUL \x00 and \ud800", timestamp="yesterday", custom_details={"\x00": "\x00"})
    )
    assert answer.status_code == 202
    assert Incident.objects.get().title.startswith("NUL")


@pytest.mark.django_db
def test_the_moment_of_the_sender_is_taken_in_every_form_that_clients_write(house: House) -> None:
    """A published client writes the offset and a Z after it."""
    for number, said in enumerate(
        ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00+00:00Z", "2026-11-22T17:00:00.000+0900")
    ):
        receive(house.key, trigger(house.key, str(number), timestamp=said), START + timedelta(hours=1))
    assert set(Incident.objects.values_list("started_at", flat=True)) == {START}


@pytest.mark.django_db
def test_a_clock_that_is_far_ahead_is_not_believed(house: House) -> None:
    receive(house.key, trigger(house.key, timestamp="2027-01-01T00:00:00Z"), START)
    assert Incident.objects.get().started_at == START


@pytest.mark.django_db
def test_more_triggers_of_one_key_are_one_incident_that_can_get_worse(house: House) -> None:
    receive(house.key, trigger(house.key, severity="warning"), START)
    receive(house.key, trigger(house.key, severity="warning"), START + timedelta(minutes=1))
    receive(house.key, trigger(house.key, severity="critical"), START + timedelta(minutes=2))
    incident = Incident.objects.get()
    assert (incident.severity, incident.times_received) == ("critical", 3)
    assert announcements(incident) == ["opened", "worsened"]
    assert told(incident, "worsened") == {OWNER, COLLEAGUE, PAGER}


@pytest.mark.django_db
def test_a_resolution_ends_it_and_follows_the_route_of_the_alarm(house: House) -> None:
    receive(house.key, trigger(house.key), START)
    receive(house.key, say(house.key, "resolve"), START + timedelta(minutes=9))
    incident = Incident.objects.get()
    assert (incident.state, incident.ended_at) == (IncidentState.RESOLVED, START + timedelta(minutes=9))
    assert told(incident, "resolved") == {OWNER, COLLEAGUE, PAGER}
    assert Escalation.objects.get().state == EscalationState.RESOLVED


@pytest.mark.django_db
def test_an_acknowledgement_takes_the_escalation_in_the_name_of_the_key(house: House) -> None:
    receive(house.key, trigger(house.key), START)
    answer = post(say(house.key, "acknowledge"))
    assert answer.status_code == 202
    assert Incident.objects.get().state == IncidentState.ACKNOWLEDGED
    escalation = Escalation.objects.get()
    assert (escalation.state, escalation.acknowledged_via) == (EscalationState.ACKNOWLEDGED, "api")
    assert escalation.acknowledged_name == IntakeKey.objects.get(key_hash=hash_of(house.key)).name


@pytest.mark.django_db
def test_an_acknowledgement_where_nobody_is_called_is_noted(house: House) -> None:
    receive(house.key, trigger(house.key, severity="error"), START)
    receive(house.key, say(house.key, "acknowledge"), START + timedelta(minutes=1))
    assert Incident.objects.get().state == IncidentState.ACKNOWLEDGED


@pytest.mark.django_db
def test_an_acknowledgement_of_nothing_is_accepted_and_stores_nothing(house: House) -> None:
    assert post(say(house.key, "acknowledge")).status_code == 202
    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_a_resolution_that_overtook_its_trigger_leaves_it_over(house: House) -> None:
    """The sender says when it began, so the two are one occurrence: nobody is called for what is over."""
    receive(house.key, say(house.key, "resolve"), START + timedelta(minutes=1))
    receive(house.key, trigger(house.key, timestamp=START.isoformat()), START + timedelta(minutes=2))
    incident = Incident.objects.get()
    assert (incident.state, incident.times_received) == (IncidentState.RESOLVED, 2)
    assert announcements(incident) == []


@pytest.mark.django_db
def test_a_trigger_without_a_moment_after_a_resolution_alone_is_open(house: House) -> None:
    """It may be a new problem, and an accepted event is never lost. It is the one incident of the key all the same."""
    receive(house.key, say(house.key, "resolve"), START)
    receive(house.key, trigger(house.key), START + timedelta(minutes=1))
    incident = Incident.objects.get()
    assert (incident.state, incident.title) == (IncidentState.FIRING, "Bookings fail")
    assert incident.started_at == START + timedelta(minutes=1)
    assert announcements(incident) == ["opened"]


@pytest.mark.django_db
def test_a_replay_of_the_same_trigger_after_the_resolution_changes_nothing(house: House) -> None:
    event = trigger(house.key, timestamp=START.isoformat())
    receive(house.key, event, START)
    receive(house.key, say(house.key, "resolve"), START + timedelta(minutes=1))
    receive(house.key, event, START + timedelta(minutes=2))
    assert Incident.objects.get().state == IncidentState.RESOLVED


@pytest.mark.django_db
def test_a_trigger_after_a_resolution_begins_a_new_incident(house: House) -> None:
    receive(house.key, trigger(house.key), START)
    receive(house.key, say(house.key, "resolve"), START + timedelta(minutes=1))
    receive(house.key, trigger(house.key), START + timedelta(minutes=2))
    assert list(Incident.objects.order_by("pk").values_list("state", flat=True)) == ["resolved", "firing"]


@pytest.mark.django_db
def test_the_same_event_without_a_key_is_one_incident_for_a_minute(house: House) -> None:
    event = trigger(house.key, None)
    first = receive(house.key, event, START)
    again = receive(house.key, event, START + timedelta(seconds=59))
    assert again.dedup_key == first.dedup_key
    later = receive(house.key, event, START + timedelta(minutes=3))
    other = receive(house.key, trigger(house.key, None, summary="Menus fail"), START)
    assert len({first.dedup_key, later.dedup_key, other.dedup_key}) == 3
    receive(house.key, say(house.key, "resolve", later.dedup_key), START + timedelta(minutes=4))
    assert Incident.objects.filter(resolved_at=None).count() == 2


@pytest.mark.django_db
def test_a_sender_cannot_reach_what_our_own_rules_found(house: House) -> None:
    environment = house.integration.environments.select_related("integration").get(name="production")
    ours = report_problem(
        environment=environment, dedup_key="rules:calls", source="rules", severity=Severity.ERROR, started_at=START,
        facts={}, actor=ActorRef(ActorKind.SYSTEM, "rules"), now=START,
    )  # fmt: skip
    answer = post(say(house.key, "resolve", "rules:calls"))
    assert answer.json()["dedup_key"] == "rules:calls"
    ours.refresh_from_db()
    assert ours.state == IncidentState.FIRING


@pytest.mark.django_db
def test_the_sandbox_key_reaches_nobody_of_the_record(house: House) -> None:
    """Invariant 3."""
    post(trigger(house.sandbox_key))
    assert told(Incident.objects.get()) == set()


@pytest.mark.django_db
def test_a_change_event_is_a_mark(house: House) -> None:
    body = {
        "routing_key": house.key,
        "payload": {"summary": "Release 4.2", "timestamp": "2026-11-22T08:00:00+00:00Z"},
        "links": [{"href": "https://ci.partner.test/42", "text": "Build"}],
    }
    answer = post(body, "/v2/change/enqueue")
    assert (answer.status_code, answer.json()["status"]) == (202, "success")
    mark = Mark.objects.get()
    assert (mark.title, mark.link, mark.at) == ("Release 4.2", "https://ci.partner.test/42", START)
    assert post(body | {"payload": {}}, "/v2/change/enqueue").status_code == 400
    assert post(body | {"links": [{"href": "javascript:alert(1)"}]}, "/v2/change/enqueue").status_code == 202
    assert Mark.objects.order_by("pk").last().link == ""  # type: ignore[union-attr]  # it is there


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dedup_key", ["booking", None])
def test_fifty_copies_at_once_are_one_incident(house: House, dedup_key: str | None) -> None:
    """Issue 5: 50 copies at once are one incident; with a key, and without one."""
    body = json.dumps(trigger(house.key, dedup_key)).encode()
    statuses: list[int] = []

    def send() -> None:
        try:
            statuses.extend(post(body).status_code for _ in range(10))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert statuses == [202] * 50
    assert Incident.objects.get().times_received == 50
    assert Escalation.objects.count() == 1


STEPS = st.lists(st.sampled_from(["trigger", "acknowledge", "resolve"]), min_size=1, max_size=9)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_events_leads_to_one_incident_per_occurrence(house: House, steps: Sequence[str]) -> None:
    """Events without moments mean what they say in the order in which they come."""
    Incident.objects.all().delete()
    for minute, step in enumerate(steps):
        event = trigger(house.key) if step == "trigger" else say(house.key, step)
        receive(house.key, event, START + timedelta(minutes=minute))
        assert Incident.objects.filter(resolved_at=None).count() <= 1
    _check_against_the_story(steps)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_one_problem_in_any_order_ends_as_its_resolution_says(house: House, steps: Sequence[str]) -> None:
    """One occurrence whose trigger says when it began: one incident, over if and only if its resolution came."""
    Incident.objects.all().delete()
    for minute, step in enumerate(steps):
        event = trigger(house.key, timestamp=START.isoformat()) if step == "trigger" else say(house.key, step)
        receive(house.key, event, START + LATE / 2 + timedelta(seconds=minute))
    found = list(Incident.objects.all())
    assert len(found) == (1 if {"trigger", "resolve"} & set(steps) else 0)
    if found:
        assert (found[0].state == IncidentState.RESOLVED) is ("resolve" in steps)


def _check_against_the_story(steps: Sequence[str]) -> None:
    """Tell the same story in the simplest way: an occurrence begins with a trigger while nothing is open."""
    occurrences, state, only_an_end = 0, "", False
    for step in steps:
        if step == "trigger" and state in {"", "resolved"}:
            occurrences += 0 if only_an_end else 1
            state, only_an_end = "firing", False
        elif step == "acknowledge" and state == "firing":
            state = "acknowledged"
        elif step == "resolve":
            if not state:
                occurrences, only_an_end = 1, True
            state = "resolved"
    states = list(Incident.objects.order_by("pk").values_list("state", flat=True))
    assert len(states) == occurrences
    assert (states[-1] if states else "") == state
