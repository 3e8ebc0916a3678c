"""`POST /api/v1/signals`, as a sender sees it (S6)."""

from __future__ import annotations

import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from liaison.api.routes import signals as route
from liaison.api.tests.house import secret_of
from liaison.integrations.intake import turns
from liaison.integrations.models import IntakeKey
from liaison.integrations.testing import make_key, make_launched
from liaison.lib.clock import utc_now
from liaison.signals.models import Batch, ErrorMinute, Minute, Sample, Series
from liaison.signals.tests.house import House, kept, make_house, send, send_packed, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def problem_of(answer: Any, status: HTTPStatus, code: str) -> Any:
    """A problem with this code, and nothing stored."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["detail"]
    assert not Minute.objects.exists()
    assert not Batch.objects.exists()
    return problem


def test_a_batch_is_added_up_by_minute(house: House) -> None:
    minute = utc_now().replace(second=0, microsecond=0)
    lines = [
        house.line(at=minute.isoformat(), count=7, latency_ms=100.0),
        house.line(at=(minute.timestamp() + 59.9), outcome="error", code="500", merchant="m-1", latency_ms=900),
        house.line(at=int(minute.timestamp()), outcome="unanswered", merchant="m-2"),
        house.line(at=minute.isoformat(), outcome="declined", merchant="m-2", code="no_funds", count=2),
        house.line(at=minute.isoformat(), action="CheckAvailability", latency_max_ms=70, latency_ms=30),
    ]
    answer = send(house.key, written(*lines))
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.content
    assert answer.json() == {"accepted": 5, "refused": 0, "is_repeat": False, "problems": []}
    minutes, errors = kept()
    pk = house.production.pk
    assert minutes == [
        (pk, "CheckAvailability", minute, 1, 0, 0, 0, 1, 30, 70),
        (pk, "CreateBooking", minute, 11, 2, 1, 2, 8, 1600, 900),
    ]
    assert errors == [
        (pk, minute, "CreateBooking", "m-1", "error", "500", 1),
        (pk, minute, "CreateBooking", "m-2", "declined", "no_funds", 2),
        (pk, minute, "CreateBooking", "m-2", "unanswered", "", 1),
    ]


def test_a_batch_counts_once_however_often_it_is_sent(house: House) -> None:
    body = written(house.line(count=3), house.line(at="2020-01-01T00:00:00Z"))
    first = send(house.key, body).json()
    assert (first["accepted"], first["refused"]) == (1, 1)
    before = kept()
    for _ in range(3):
        again = send_packed(house.key, body).json()
        assert again == {**first, "is_repeat": True}
    assert kept() == before
    assert Batch.objects.count() == 1


def test_a_batch_with_other_content_under_a_known_name_is_refused(house: House) -> None:
    send(house.key, written(house.line()))
    before = kept()
    answer = send(house.key, written(house.line(count=2)))
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.CONFLICT, "signals_batch_with_other_content")
    assert kept() == before


def test_two_senders_may_name_their_batches_alike(house: House) -> None:
    send(house.key, written(house.line()))
    other = make_key(make_launched(house.cast.elsewhere)).secret
    assert send(other, written(house.line())).json()["is_repeat"] is False
    assert Minute.objects.count() == 2


@pytest.mark.parametrize("batch", [None, "", "with space", "żółw", "x" * 101])
def test_a_batch_has_a_name(house: House, batch: str | None) -> None:
    problem = problem_of(send(house.key, written(house.line()), batch), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")
    assert problem["errors"][0]["code"] == "signals_batch_id_unusable"


def test_the_name_of_a_batch_may_stand_in_the_address(house: House) -> None:
    answer = Client().post(
        "/api/v1/signals?batch=here",
        data=written(house.line()),
        content_type="application/jsonl",
        headers={"Authorization": f"Bearer {house.key}"},
    )
    assert answer.status_code == HTTPStatus.ACCEPTED
    assert Batch.objects.get().batch_id == "here"


def test_a_key_speaks_for_its_environment_alone(house: House) -> None:
    own = house.line(integration=house.integration.public_id, environment="production")
    other = make_launched(house.cast.elsewhere)
    lines = [
        own,
        house.line(environment="sandbox"),
        house.line(integration=other.public_id),
        house.line(integration="nothing"),
    ]
    answer = send(house.key, written(*lines)).json()
    assert (answer["accepted"], answer["refused"]) == (1, 3)
    assert [each["line"] for each in answer["problems"]] == [2, 3, 4]
    assert {each["code"] for each in answer["problems"]} == {"signal_other_environment"}
    assert {each["detail"] for each in answer["problems"]} == {"The key speaks for another integration or environment."}
    assert Minute.objects.get().environment_id == house.production.pk


def test_staff_send_for_any_environment_and_name_it(house: House) -> None:
    other = make_launched(house.cast.elsewhere)
    lines = [
        house.line(integration=house.integration.public_id, environment="sandbox"),
        house.line(integration=other.public_id, environment="production"),
        house.line(integration=other.public_id),
        house.line(integration="nothing", environment="production"),
        house.line(),
    ]
    answer = send(secret_of(house.cast.administrator), written(*lines)).json()
    assert (answer["accepted"], answer["refused"]) == (2, 3)
    assert {each["code"] for each in answer["problems"]} == {"signal_unknown_integration"}
    assert Minute.objects.count() == 2


@pytest.mark.parametrize("role", ["owner", "reader", "agent", "engineer", "manager"])
def test_nobody_else_sends_signals(house: House, role: str) -> None:
    answer = send(secret_of(getattr(house.cast, role)), written(house.line()))
    problem_of(answer, HTTPStatus.FORBIDDEN, "not_allowed")


def test_an_unknown_or_revoked_key_is_refused(house: House) -> None:
    problem_of(send("lk_unknown", written(house.line())), HTTPStatus.UNAUTHORIZED, "intake_key_unknown")
    problem_of(send("", written(house.line())), HTTPStatus.UNAUTHORIZED, "token_needed")
    IntakeKey.objects.update(revoked_at=utc_now())
    answer = send(house.key, written(house.line()))
    problem_of(answer, HTTPStatus.UNAUTHORIZED, "intake_key_unknown")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_it_stays_open_while_the_gate_is_closed(house: House) -> None:
    """C3: event intake is never locked; the account of this key has no contact information."""
    key = make_key(make_launched(house.cast.elsewhere)).secret
    assert send(key, written(house.line())).status_code == HTTPStatus.ACCEPTED


def test_a_key_is_stamped_when_it_is_used(house: House) -> None:
    send(house.key, written(house.line()))
    assert IntakeKey.objects.filter(last_used_at__isnull=False).count() == 1


def test_calls_that_are_too_old_or_in_the_future_do_not_count(house: House) -> None:
    now = utc_now()
    lines = [
        house.line(at=(now - timedelta(days=6, hours=23)).isoformat()),
        house.line(at=(now - timedelta(days=7, minutes=1)).isoformat()),
        house.line(at=(now + timedelta(minutes=4)).isoformat()),
        house.line(at=(now + timedelta(minutes=6)).isoformat()),
        house.line(at=-(10**30)),
        house.line(at=10**30),
        house.line(at=1e300),
    ]
    answer = send(house.key, written(*lines)).json()
    assert answer["accepted"] == 2
    codes = [(each["line"], each["code"]) for each in answer["problems"]]
    assert codes == [
        (2, "signal_too_old"),
        (4, "signal_in_the_future"),
        (5, "signal_too_old"),
        (6, "signal_in_the_future"),
        (7, "signal_in_the_future"),
    ]


def test_an_environment_has_at_most_200_actions(house: House) -> None:
    first = [house.line(action=f"Action{number:03}") for number in range(150)]
    assert send(house.key, written(*first), "one").json()["accepted"] == 150
    more = [house.line(action=f"Action{number:03}") for number in range(100, 260)]
    answer = send(house.key, written(*more), "two").json()
    assert (answer["accepted"], answer["refused"]) == (100, 60)
    assert len(answer["problems"]) == 20
    assert answer["problems"][0] == {
        "line": 101,
        "code": "signal_too_many_actions",
        "detail": "The environment has 200 actions already; a further one is not taken.",
    }
    assert Series.objects.count() == 200
    assert send(house.key, written(*more), "three").json()["accepted"] == 100


def test_at_most_twenty_samples_of_a_minute_are_kept_of_a_batch(house: House) -> None:
    lines = [house.line(outcome="error", reference=f"call-{number}", detail="x" * 5000) for number in range(30)]
    assert send(house.key, written(*lines)).json()["accepted"] == 30
    found = Sample.objects.all()
    assert found.count() == 20
    assert {len(each.detail) for each in found} == {1000}
    assert ErrorMinute.objects.get().count == 30


def test_fine_calls_and_bare_failures_leave_no_sample(house: House) -> None:
    lines = [
        house.line(reference="fine"),
        house.line(outcome="declined", reference="declined"),
        house.line(outcome="error"),
    ]
    send(house.key, written(*lines))
    assert not Sample.objects.exists()


def test_it_answers_503_on_overload(house: House, settings: Any) -> None:
    settings.INTAKE_MAX_CONCURRENT = 1
    with turns.one():
        answer = send(house.key, written(house.line()))
    problem_of(answer, HTTPStatus.SERVICE_UNAVAILABLE, "intake_overloaded")
    assert int(answer.headers["Retry-After"]) > 0
    assert send(house.key, written(house.line())).status_code == HTTPStatus.ACCEPTED


def test_it_answers_503_when_the_commit_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(route, "record_signals", lost)
    answer = send(house.key, written(house.line()))
    problem_of(answer, HTTPStatus.SERVICE_UNAVAILABLE, "database_lost")


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_at_once_counts_once(house: House, settings: Any) -> None:
    settings.INTAKE_MAX_CONCURRENT = 64
    body = written(*(house.line(action=f"A{number}") for number in range(50)))
    answers = _at_once([body] * 8, house, lambda _number: "same")
    assert sorted(answer["is_repeat"] for answer in answers) == [False] + [True] * 7
    assert set(Minute.objects.values_list("calls", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_batches_with_the_same_rows_in_opposite_order_do_not_block_each_other(house: House, settings: Any) -> None:
    settings.INTAKE_MAX_CONCURRENT = 64
    moment = utc_now().isoformat()
    lines = [
        house.line(action=f"A{number}", at=moment, outcome="error", merchant=f"m{number % 7}") for number in range(150)
    ]
    bodies = [written(*lines), written(*reversed(lines))] * 4
    answers = _at_once(bodies, house, lambda number: f"batch-{number}")
    assert [answer["accepted"] for answer in answers] == [150] * 8
    assert set(Minute.objects.values_list("calls", flat=True)) == {8}
    assert set(ErrorMinute.objects.values_list("count", flat=True)) == {8}


def _at_once(bodies: list[bytes], house: House, name: Any) -> list[Any]:
    answers: list[Any] = []
    begin = threading.Barrier(len(bodies))

    def work(number: int, body: bytes) -> None:
        begin.wait()
        answers.append(send(house.key, body, name(number)).json())
        connection.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
