"""The pages of sources: who sees them, adding, trying, switching, removing (S6)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.audit.models import Event
from liaison.contacts.testing import complete_record
from liaison.lib.clock import utc_now
from liaison.signals.models import Minute, PrometheusSource
from liaison.signals.tests.house import House, make_house
from liaison.signals.tests.real_prometheus import is_installed, running_prometheus
from liaison.signals.tests.test_prometheus import LATENCY, QUERY, past

pytestmark = pytest.mark.django_db

SOURCES = "/u/0/signals/sources/"
FORM = {"name": "Ours", "url": "http://prometheus.operator.test:9090", "query": "calls", "token": "very-secret"}


@pytest.fixture
def house() -> House:
    return make_house()


def as_(identity: Identity) -> Client:
    return sign_in(Client(headers={"Accept-Language": "en"}), identity)


def test_a_source_is_added_switched_and_removed(house: House) -> None:
    client = as_(house.cast.administrator)
    assert "No sources" in client.get(SOURCES).content.decode()
    answer = client.post(f"{SOURCES}new/", FORM)
    source = PrometheusSource.objects.get()
    place = f"{SOURCES}{source.public_id}/"
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, place)
    page = client.get(place).content.decode()
    assert "http://prometheus.operator.test:9090" in page
    assert "very-secret" not in page
    assert source.token not in page
    assert "Not asked yet" in client.get(SOURCES).content.decode()
    client.post(f"{place}switch/", {"is_on": "no"})
    source.refresh_from_db()
    assert not source.is_on
    client.post(f"{place}switch/", {"is_on": "yes"})
    assert PrometheusSource.objects.get().is_on
    assert "Remove the source Ours?" in client.get(f"{place}remove/").content.decode()
    client.post(f"{place}remove/")
    assert not PrometheusSource.objects.exists()
    kinds = list(Event.objects.filter(kind__startswith="signal_source.").order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "signal_source.added", "signal_source.changed", "signal_source.changed", "signal_source.removed",
    ]  # fmt: skip


def test_what_cannot_be_used_is_said_at_its_field(house: House) -> None:
    answer = as_(house.cast.administrator).post(f"{SOURCES}new/", {**FORM, "url": "prometheus", "query": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not PrometheusSource.objects.exists()
    answer = as_(house.cast.administrator).post(f"{SOURCES}new/", {**FORM, "url": "prometheus"})
    assert "Enter the whole address" in answer.content.decode()


def test_a_problem_is_shown_in_words(house: House) -> None:
    client = as_(house.cast.administrator)
    client.post(f"{SOURCES}new/", FORM)
    PrometheusSource.objects.update(last_problem="signal_source_token_refused", last_asked_at=utc_now())
    assert "Does not answer" in client.get(SOURCES).content.decode()
    page = client.get(f"{SOURCES}{PrometheusSource.objects.get().public_id}/").content.decode()
    assert "It refuses the token." in page


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("owner", 404)])
def test_nobody_else_sees_sources(house: House, role: str, status: int) -> None:
    complete_record(house.cast.owner)
    assert as_(getattr(house.cast, role)).get(SOURCES).status_code == status


@pytest.mark.skipif(not is_installed(), reason="needs prometheus and promtool")
def test_trying_shows_the_first_rows_and_stores_nothing(house: House, tmp_path: Path, settings: Any) -> None:
    settings.PROMETHEUS_NETWORKS, settings.PROMETHEUS_PORTS = ("127.0.0.1/32",), ("1-65535",)
    now = utc_now().replace(second=0, microsecond=0)
    client = as_(house.cast.administrator)
    # A minute more than the past has, should the minute end meanwhile.
    with running_prometheus(tmp_path, past(house, now + timedelta(minutes=1))) as address:
        form = {"name": "Ours", "url": address, "query": QUERY, "latency_query": LATENCY}
        page = client.post(f"{SOURCES}new/", {**form, "try": "yes"}).content.decode()
        assert "3 rows, of which the first are shown" in page
        assert "CreateBooking" in page
        assert not PrometheusSource.objects.exists()
        client.post(f"{SOURCES}new/", form)
        place = f"{SOURCES}{PrometheusSource.objects.get().public_id}/"
        assert "3 rows, of which the first are shown" in client.get(f"{place}?try=yes").content.decode()
        assert "CreateBooking" not in client.get(place).content.decode()
        refused = client.post(f"{SOURCES}new/", {**form, "query": "sum(", "try": "yes"}).content.decode()
        assert "It refuses the query." in refused
    assert not Minute.objects.exists()
