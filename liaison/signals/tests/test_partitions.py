"""Partitions of days: made ahead, used, dropped; what lies in the default one is cleaned as well (S6)."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from liaison.integrations.models import Environment
from liaison.signals import partitions, retention
from liaison.signals.models import Batch, ErrorMinute, Minute, Sample
from liaison.signals.partitions import TABLES, days_of, drop_old, make_ahead
from liaison.signals.testing import Calls, write_minute
from liaison.signals.tests.house import make_house

NOW = datetime(2026, 11, 5, 23, 59, tzinfo=UTC)
MINUTES = TABLES[0]
DAY = timedelta(days=1)
FULL = Calls(3, errors=2, samples=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def environment() -> Environment:
    return make_house().production


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with other tests may take its time."""
    monkeypatch.setattr(partitions, "_LOCK_SECONDS", 60)


@pytest.fixture(autouse=True)
def no_days_yet(db: None) -> None:
    """Days made for good by another test, which tried the ticker's own jobs at today's date, do not count here."""
    _drop_all_days()


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
        return int(cursor.fetchone()[0])


def test_partitions_are_made_from_yesterday_to_three_days_ahead() -> None:
    assert make_ahead(NOW) == 3 * 5
    assert days_of(MINUTES) == {date(2026, 11, day) for day in range(4, 9)}
    assert make_ahead(NOW) == 0
    assert make_ahead(NOW + DAY) == 3


def test_rows_lie_in_the_partition_of_their_day_with_all_indexes(environment: Environment) -> None:
    """Also at the last and the first minute of a day, and added up twice."""
    make_ahead(NOW)
    for minute in (NOW, NOW, NOW + timedelta(minutes=1)):
        write_minute(environment, "A", minute, FULL)
    assert (rows_in("signals_minute_20261105"), rows_in("signals_minute_20261106")) == (1, 1)
    assert rows_in("signals_errorminute_20261105") == 1
    assert rows_in("signals_sample_20261105") == 2
    assert rows_in("signals_minute_default") == 0
    assert Minute.objects.get(minute=NOW).calls == 6
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'signals_minute_20261105'")
        found = " ".join(row[0] for row in cursor.fetchall())
    assert "UNIQUE INDEX" in found
    assert "brin" in found


def test_a_day_whose_rows_lie_in_the_default_partition_stays_there(environment: Environment) -> None:
    write_minute(environment, "A", NOW + DAY, FULL)
    assert make_ahead(NOW) == 3 * 4
    assert date(2026, 11, 6) not in days_of(MINUTES)
    write_minute(environment, "A", NOW + DAY, FULL)
    assert Minute.objects.get().calls == 6


def test_days_that_are_over_are_dropped_and_others_stay(environment: Environment) -> None:
    """35 days for counts, 7 for samples; what is older and in the default partition goes too."""
    make_ahead(NOW)
    for minute in (NOW - 60 * DAY, NOW):
        write_minute(environment, "A", minute, FULL)
    drop_old(NOW + 7 * DAY)
    assert [row.minute for row in Minute.objects.all()] == [NOW]
    assert date(2026, 11, 4) in days_of(MINUTES)
    assert date(2026, 11, 4) not in days_of(TABLES[2])
    assert Sample.objects.count() == 1
    drop_old(NOW + 8 * DAY)
    assert not Sample.objects.exists()
    drop_old(NOW + 35 * DAY)
    assert Minute.objects.count() == ErrorMinute.objects.count() == 1
    drop_old(NOW + 36 * DAY)
    assert not Minute.objects.exists()
    assert not ErrorMinute.objects.exists()
    assert date(2026, 11, 5) not in days_of(MINUTES)


def test_rows_of_environments_that_are_gone_are_erased(environment: Environment) -> None:
    make_ahead(NOW)
    other = environment.integration.environments.exclude(pk=environment.pk).get()
    for each in (environment, other):
        write_minute(each, "A", NOW, FULL)
        write_minute(each, "A", NOW - 9 * DAY, FULL)
    other.delete()
    assert Minute.objects.count() == 4
    retention.erase_old(NOW)
    for model in (Minute, ErrorMinute):
        assert set(model.objects.values_list("environment_id", flat=True)) == {environment.pk}
        assert model.objects.count() == 2
    assert Sample.objects.count() == 1


def test_batches_are_kept_longer_than_lines_may_be_late(settings: object) -> None:
    assert timedelta(days=settings.SIGNALS_LATEST_DAYS) < retention.BATCHES_KEPT  # type: ignore[attr-defined]
    for days in (7, 9):
        Batch.objects.create(sender="s", batch_id=f"b{days}", digest="d", received_at=NOW - days * DAY)
    retention.erase_old(NOW)
    assert [batch.batch_id for batch in Batch.objects.all()] == ["b7"]


@pytest.mark.django_db(transaction=True)
def test_making_partitions_waits_for_no_reader_and_does_not_wait_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long report reads the table meanwhile; who holds even the default one makes it wait until the next hour."""
    monkeypatch.setattr(partitions, "_LOCK_SECONDS", 0.3)
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE signals_minute_default IN ACCESS SHARE MODE")
            made = _within(60)
            cursor.execute("ROLLBACK")
        assert made == 10  # of the other two tables
        assert _within(60) == 5
    finally:
        holder.close()
        _drop_all_days()


def _drop_all_days() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for day in days_of(table):
                cursor.execute(f"DROP TABLE {table.name_of(day)}")


def _within(seconds: float) -> int:
    found: list[int] = []

    def work() -> None:
        found.append(make_ahead(NOW))
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(seconds)
    return found[0]
