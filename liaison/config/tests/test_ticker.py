"""Of all tickers one leads; its jobs run at their intervals, each for itself (design: "Processes")."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from liaison.config import locks
from liaison.config.ticker import JOBS, Job, Ticker

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def noting(ledger: list[datetime]) -> Callable[[datetime], None]:
    return ledger.append


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_at_its_interval_and_is_given_the_moment() -> None:
    often: list[datetime] = []
    seldom: list[datetime] = []
    ticker = Ticker(
        [Job("often", timedelta(seconds=10), noting(often)), Job("seldom", timedelta(minutes=1), noting(seldom))]
    )
    for second in range(61):
        ticker.tick(NOON + timedelta(seconds=second))
    assert [moment.second for moment in often] == [0, 10, 20, 30, 40, 50, 0]
    assert seldom == [NOON, NOON + timedelta(minutes=1)]


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def fail(now: datetime) -> None:
        raise RuntimeError("no luck")

    ran: list[datetime] = []
    ticker = Ticker([Job("broken", timedelta(seconds=5), fail), Job("sound", timedelta(seconds=5), noting(ran))])
    with caplog.at_level(logging.ERROR):
        ticker.tick(NOON)
        ticker.tick(NOON + timedelta(seconds=5))
    assert len(ran) == 2
    assert [record.message for record in caplog.records] == ["broken failed; it runs again in 0:00:05"] * 2


@pytest.mark.django_db(transaction=True)
def test_what_runs_apart_holds_up_nobody_and_runs_once_at_a_time() -> None:
    """Somebody outside who answers slowly must not keep the audit waiting."""
    go_on = threading.Event()
    ran: list[datetime] = []
    slow: list[datetime] = []

    def wait(now: datetime) -> None:
        slow.append(now)
        go_on.wait(10)

    ticker = Ticker(
        [Job("slow", timedelta(seconds=1), wait, apart=True), Job("quick", timedelta(seconds=1), noting(ran))]
    )
    for second in range(3):
        ticker.tick(NOON + timedelta(seconds=second))
    assert len(ran) == 3
    assert len(slow) == 1
    go_on.set()
    ticker.wait_for_others(10)
    ticker.tick(NOON + timedelta(seconds=3))
    ticker.wait_for_others(10)
    assert len(slow) == 2


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_tickers_leads_and_the_other_takes_over() -> None:
    led_by_first, led_by_second = threading.Event(), threading.Event()
    stop_first, stop_second = threading.Event(), threading.Event()
    every = timedelta(0)
    first = Ticker([Job("first", every, lambda _now: led_by_first.set())])
    second = Ticker([Job("second", every, lambda _now: led_by_second.set())])
    threads = [
        threading.Thread(target=first.run_forever, args=[stop_first]),
        threading.Thread(target=second.run_forever, args=[stop_second]),
    ]
    threads[0].start()
    assert led_by_first.wait(10)
    threads[1].start()
    assert not led_by_second.wait(2)
    stop_first.set()
    assert led_by_second.wait(15)
    stop_second.set()
    for thread in threads:
        thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_a_ticker_whose_connection_is_cut_leads_again() -> None:
    ticks: list[datetime] = []
    ticker = Ticker([Job("tick", timedelta(0), noting(ticks))])
    stop = threading.Event()
    thread = threading.Thread(target=ticker.run_forever, args=[stop])
    thread.start()
    try:
        wait_for_tick(ticks)
        with locks.connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND (classid::bigint << 32) + objid::bigint = %s AND pid <> pg_backend_pid()",
                [locks.Lock.TICKER],
            )
        ticks.clear()
        wait_for_tick(ticks)
    finally:
        stop.set()
        thread.join(10)


def wait_for_tick(ticks: list[datetime]) -> None:
    waiting = threading.Event()
    for _ in range(150):
        if ticks:
            return
        waiting.wait(0.1)
    pytest.fail("the ticker does not tick")


@pytest.mark.django_db(transaction=True)
def test_every_job_of_the_installation_runs_on_an_empty_database() -> None:
    for job in JOBS:
        job.run(NOON)
