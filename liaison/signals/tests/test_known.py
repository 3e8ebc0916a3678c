"""What a process remembers of the series: it asks less, and what it writes stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liaison.integrations.models import IntakeKey
from liaison.integrations.senders import Sender
from liaison.signals import known
from liaison.signals.actions import record_signals
from liaison.signals.lines import read_lines
from liaison.signals.models import Minute, Series
from liaison.signals.queries import last_minutes
from liaison.signals.tests.house import House, make_house, written

NOW = datetime(2026, 11, 5, 14, 30, tzinfo=UTC)


@pytest.fixture
def house(db: None) -> Iterator[House]:
    known.forget()
    yield make_house()
    known.forget()


@pytest.fixture
def committing(house: House, django_capture_on_commit_callbacks: Any) -> Any:
    def told(minute: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            tell(minute)

    return told


def tell(minute: int) -> None:
    line = {"action": "A", "at": (NOW + timedelta(minutes=minute)).isoformat(), "outcome": "ok"}
    told = read_lines(written(line), most=1)
    sender = Sender(key=IntakeKey.objects.get())
    record_signals(sender=sender, batch_id=f"of {minute}", told=told, now=NOW + timedelta(hours=3))


def span() -> tuple[int, int]:
    row = Series.objects.get()
    return tuple((moment - NOW) // timedelta(minutes=1) for moment in (row.first_minute, row.last_minute))  # type: ignore[return-value]


def test_the_rows_go_further_as_without_memory(committing: Any) -> None:
    committing(0)
    for minute, expected in ((59, (0, 0)), (60, (0, 60)), (-3, (-3, 60)), (119, (-3, 60)), (122, (-3, 122))):
        committing(minute)
        assert span() == expected


def test_a_known_series_is_not_asked_for_again(committing: Any) -> None:
    committing(0)
    with CaptureQueriesContext(connection) as knowing:
        committing(1)
    known.forget()
    with CaptureQueriesContext(connection) as asking:
        committing(2)
    assert len(asking) == len(knowing) + 1


def test_what_another_process_wrote_is_left_alone(committing: Any) -> None:
    committing(0)
    Series.objects.update(last_minute=NOW + timedelta(minutes=62))
    committing(63)
    assert span() == (0, 62)
    committing(122)
    assert span() == (0, 122)


def test_what_another_process_wrote_is_remembered_and_not_asked_for_again(committing: Any) -> None:
    committing(0)
    Series.objects.update(last_minute=NOW + timedelta(minutes=62))
    with CaptureQueriesContext(connection) as asking:
        committing(63)
    with CaptureQueriesContext(connection) as knowing:
        committing(64)
    assert len(asking) == len(knowing) + 1


def test_what_was_not_committed_is_not_remembered(house: House) -> None:
    with transaction.atomic():
        tell(0)
        transaction.set_rollback(True)
    tell(1)
    assert span() == (1, 1)


def test_rows_that_vanished_come_again(committing: Any) -> None:
    committing(0)
    Series.objects.all().delete()
    committing(60)
    assert span() == (60, 60)


def test_the_newest_minute_is_told_though_the_row_lags_behind(committing: Any, house: House) -> None:
    for minute in (0, 59, 7):
        committing(minute)
    assert span() == (0, 0)
    assert last_minutes([house.production.pk, house.sandbox.pk]) == {house.production.pk: NOW + timedelta(minutes=59)}
    Minute.objects.all().delete()  # as retention does
    assert last_minutes([house.production.pk]) == {house.production.pk: NOW}
