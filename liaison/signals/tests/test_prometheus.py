"""Signals from a real Prometheus: each minute once, late ones caught up, nothing where it cannot be asked (S6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Invalid, Missing
from liaison.signals import prometheus
from liaison.signals.actions import SourceForm, add_source, remove_source, switch_source
from liaison.signals.models import Batch, ErrorMinute, Minute, PrometheusSource
from liaison.signals.polling import poll
from liaison.signals.rollups import minute_of, moment_of
from liaison.signals.tests.house import House, make_house
from liaison.signals.tests.real_prometheus import is_installed, running_prometheus

MINUTE = timedelta(minutes=1)
QUERY = "sum by (integration, environment, action, outcome, merchant, code) (increase(calls_total[1m]))"
LATENCY = (
    "1000 * sum by (integration, environment, action) (increase(seconds_sum[1m]))"
    " / sum by (integration, environment, action) (increase(seconds_count[1m]))"
)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not is_installed(), reason="needs prometheus and promtool"),
]


@pytest.fixture
def house(settings: Any) -> House:
    settings.PROMETHEUS_NETWORKS = ("127.0.0.1/32",)
    settings.PROMETHEUS_PORTS = ("1-65535",)
    return make_house()


@pytest.fixture
def now() -> datetime:
    """The first moment of this minute; the past below ends there."""
    return utc_now().replace(second=0, microsecond=0)


@pytest.fixture
def address(house: House, now: datetime, tmp_path: Path) -> Iterator[str]:
    with running_prometheus(tmp_path, past(house, now)) as found:
        yield found


def past(house: House, now: datetime) -> str:
    """Half an hour in steps of 15 seconds: 20 fine calls a minute, 4 that fail for one merchant, each of 0.25 s."""
    name = f'integration="{house.integration.public_id}",environment="production",action="CreateBooking"'
    counters = {
        f'calls_total{{{name},outcome="ok"}}': 5.0,
        f'calls_total{{{name},outcome="error",merchant="m-1",code="500"}}': 1.0,
        'calls_total{integration="elsewhere",environment="production",action="A",outcome="ok"}': 1.0,
        f"seconds_sum{{{name}}}": 1.5,
        f"seconds_count{{{name}}}": 6.0,
    }
    begin = int((now - 30 * MINUTE).timestamp())
    lines = []
    for family, kind in (("calls", "counter"), ("seconds_sum", "gauge"), ("seconds_count", "gauge")):
        lines.append(f"# TYPE {family} {kind}")
        for series, step in counters.items():
            if series.startswith((f"{family}_total{{", f"{family}{{")):
                lines += [f"{series} {number * step} {begin + number * 15}" for number in range(30 * 4 + 1)]
    return "\n".join([*lines, "# EOF", ""])


def a_source(house: House, address: str, **changes: str) -> PrometheusSource:
    form = SourceForm(**{"name": "Ours", "url": address, "query": QUERY, "latency_query": LATENCY, **changes})
    return add_source(actor=house.cast.administrator, form=form, now=utc_now())


def test_each_minute_is_counted_once_as_prometheus_counts_it(house: House, address: str, now: datetime) -> None:
    source = a_source(house, address)
    assert poll(now) == 1
    asked = now - 2 * MINUTE
    row = Minute.objects.get()
    assert (row.environment_id, row.action, row.minute) == (house.production.pk, "CreateBooking", asked)
    assert (row.calls, row.errors) == (24, 4)
    assert (row.latency_calls, row.latency_ms) == (24, 24 * 250)
    failed = ErrorMinute.objects.get()
    assert (failed.merchant, failed.outcome, failed.code, failed.count) == ("m-1", "error", "500", 4)
    assert poll(now) == 0
    source.refresh_from_db()
    assert (source.asked_until, source.last_problem) == (now - MINUTE, "")
    assert Batch.objects.get().batch_id.startswith(f"prometheus:{source.public_id}:")


def test_what_was_missed_is_caught_up_for_at_most_an_hour(house: House, address: str, now: datetime) -> None:
    source = a_source(house, address)
    PrometheusSource.objects.update(asked_until=now - 12 * MINUTE)
    assert poll(now) == 11
    assert Minute.objects.count() == 11
    assert set(Minute.objects.values_list("calls", flat=True)) == {24}
    PrometheusSource.objects.update(asked_until=now - 300 * MINUTE)
    assert poll(now) == 60
    assert set(Minute.objects.values_list("calls", flat=True)) == {24}
    source.refresh_from_db()
    assert source.asked_until == now - MINUTE


def test_a_minute_that_another_ticker_took_in_counts_once(house: House, address: str, now: datetime) -> None:
    """The leader changed between taking a minute in and noting it."""
    a_source(house, address)
    poll(now)
    PrometheusSource.objects.update(asked_until=now - 5 * MINUTE)
    poll(now)
    assert set(Minute.objects.values_list("calls", flat=True)) == {24}


def test_a_source_that_is_off_is_not_asked_and_begins_anew(house: House, address: str, now: datetime) -> None:
    actor = house.cast.administrator
    source = a_source(house, address)
    switch_source(actor=actor, source=source, is_on=False, now=now)
    assert poll(now) == 0
    switch_source(actor=actor, source=source, is_on=True, now=now)
    assert poll(now) == 1
    remove_source(actor=actor, source=source, now=now)
    assert poll(now + MINUTE) == 0
    assert Minute.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"query": "sum by ("}, "signal_source_query_refused"),
        ({"query": "calls_total[5m]"}, "signal_source_not_a_vector"),
        ({"query": "1"}, "signal_source_not_a_vector"),
        ({"url": "http://127.0.0.1:9"}, "signal_source_not_reached"),
    ],
)
def test_what_goes_wrong_is_noted_and_tried_again(
    house: House, address: str, now: datetime, changes: dict[str, str], problem: str
) -> None:
    source = a_source(house, address, **changes)
    assert poll(now) == 0
    source.refresh_from_db()
    assert (source.last_problem, source.asked_until) == (problem, None)
    PrometheusSource.objects.update(query=QUERY, url=address)
    assert poll(now) == 1
    source.refresh_from_db()
    assert source.last_problem == ""


def test_no_address_inside_is_called_unless_the_settings_allow_it(
    house: House, address: str, now: datetime, settings: Any
) -> None:
    settings.PROMETHEUS_NETWORKS = ()
    source = a_source(house, address)
    assert poll(now) == 0
    source.refresh_from_db()
    assert source.last_problem == "signal_source_not_reached"


def test_a_preview_shows_rows_and_stores_nothing(house: House, address: str, now: datetime) -> None:
    source = a_source(house, address)
    lines = prometheus.ask(source, minute_of(now) - 2)
    found = sorted((line.action, line.outcome, line.count, line.latency_ms) for line in lines if line.action != "A")
    assert found == [("CreateBooking", "error", 4, 250), ("CreateBooking", "ok", 20, 250)]
    assert len(lines) == 3
    assert {line.at for line in lines} == {moment_of(minute_of(now) - 2).timestamp()}
    assert not Minute.objects.exists()


def test_the_token_is_sealed(house: House) -> None:
    source = a_source(house, "http://prometheus.operator.test:9090/", token="very-secret")
    assert "very-secret" not in source.token
    assert prometheus._authorization(source) == (("Authorization", "Bearer very-secret"),)
    assert source.url == "http://prometheus.operator.test:9090"


def test_what_cannot_be_used_is_refused_at_once(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        a_source(house, "ftp://x", name=" ", token="żółw")
    assert [problem.field for problem in refused.value.problems] == ["name", "url", "token"]


@pytest.mark.parametrize(("role", "expected"), [("agent", Forbidden), ("engineer", Forbidden), ("owner", Missing)])
def test_only_who_manages_rules_manages_sources(house: House, role: str, expected: type[Exception]) -> None:
    form = SourceForm(name="Ours", url="http://prometheus.operator.test", query=QUERY)
    with pytest.raises(expected):
        add_source(actor=getattr(house.cast, role), form=form, now=utc_now())
